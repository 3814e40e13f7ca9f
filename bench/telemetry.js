import { createServer } from 'node:http';
import { PAGE, WARM_UP } from './list.js';
import { answerOf, load, shownLoad } from './page-load.js';
import { alternate } from './rounds.js';
import { startGateway } from './servers.js';

/** Measures the processor time that metrics, and traces of one request in a hundred, add to the page of `list.js`. */
export async function telemetry({ place, database, quick, say }) {
  const receiver = await startReceiver(place);
  // All are new: what a process has done before makes it quicker.
  const variants = {
    ours: await startGateway(place, database, 'gateway-plain'),
    metrics: await startGateway(place, database, 'gateway-metrics', { METRICS_PORT: '0' }),
    traces: await startGateway(place, database, 'gateway-traces', {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_TRACES_SAMPLER_ARG: '0.01',
    }),
  };
  const expected = await answerOf(variants.ours, PAGE);
  const answers = quick ? 1000 : 4000;
  const rounds = quick ? 7 : 25;
  say(`telemetry: ${rounds} rounds of ${answers} answers with and without, after some to warm up`);
  for (const server of Object.values(variants)) await load(server, database, PAGE, WARM_UP, expected);
  const { facts, ratios } = await alternate(rounds, variants, (server) =>
    load(server, database, PAGE, answers, expected),
  );
  await Promise.all(Object.values(variants).map(({ child }) => place.stop(child)));
  if (receiver.requests() === 0) throw new Error('no trace has come');
  const row = (name) => ({
    // The ratios are those of the gateway without to the one with.
    ratio: 1 / ratios[name].total,
    other: `without: ${shownLoad(facts.ours, database)}`,
    ours: shownLoad(facts[name], database),
  });
  return { metrics: row('metrics'), traces: row('traces') };
}

/** Takes traces, and drops them. */
async function startReceiver(place) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume().once('end', () => response.end());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  place.atEnd(async () => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, requests: () => requests };
}
