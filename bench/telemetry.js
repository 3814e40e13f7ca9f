import { PAGE, WARM_UP } from './list.js';
import { answerOf, load, shownLoad } from './page-load.js';
import { alternate } from './rounds.js';
import { startGateway } from './servers.js';

/** Measures the processor time that metrics add to the page of `list.js`. */
export async function telemetry({ place, database, quick, say }) {
  // Both are new: what a process has done before makes it quicker.
  const variants = {
    none: await startGateway(place, database, 'gateway-plain'),
    ours: await startGateway(place, database, 'gateway-metrics', { METRICS_PORT: '0' }),
  };
  const expected = await answerOf(variants.none, PAGE);
  const answers = quick ? 1000 : 4000;
  const rounds = quick ? 7 : 25;
  say(`telemetry: ${rounds} rounds of ${answers} answers with and without, after some to warm up`);
  for (const server of Object.values(variants)) await load(server, database, PAGE, WARM_UP, expected);
  const { facts, ratios } = await alternate(rounds, variants, (server) =>
    load(server, database, PAGE, answers, expected),
  );
  await Promise.all(Object.values(variants).map(({ child }) => place.stop(child)));
  return {
    metrics: {
      ratio: ratios.none.total,
      other: `without: ${shownLoad(facts.none, database)}`,
      ours: shownLoad(facts.ours, database),
    },
  };
}
