import autocannon from 'autocannon';
import { cpuNanoseconds } from './process-facts.js';

const CONNECTIONS = 16;
/** Milliseconds between looks at whether the last answer has come: by default it takes up to a second to notice. */
const LOOK_INTERVAL = 10;

/** One answer, as text without the line break that Apollo ends its answers with. */
export async function answerOf({ url }, { path, ...request }) {
  const response = await fetch(`${url}${path}`, request);
  return (await response.text()).trimEnd();
}

/**
 * Has the server answer so many times and checks every answer.
 *
 * @param question may say how many `connections` ask it at a time
 * @returns microseconds of processor time for each answer, in the server and in the database together: that is
 *   steadier than the number of answers a second, which the client shares in
 */
export async function load(server, database, { path, ...request }, answers, expected) {
  const before = spent(server, database);
  const began = performance.now();
  const result = await autocannon({
    url: `${server.url}${path}`,
    connections: CONNECTIONS,
    ...request,
    amount: answers,
    sampleInt: LOOK_INTERVAL,
    verifyBody: (text) => text.trimEnd() === expected,
  });
  const seconds = (performance.now() - began) / 1000;
  const after = spent(server, database);
  const { errors, timeouts, mismatches } = result;
  if (errors + timeouts + mismatches > 0 || result['2xx'] !== answers) {
    throw new Error(
      `${server.name}: ${result['2xx']} of ${answers} answers, ${mismatches} wrong, ${errors} errors`,
    );
  }
  const [own, inDatabase] = after.map((value, index) => (value - before[index]) / answers / 1000);
  const { p50, p99 } = result.latency;
  return { total: own + inDatabase, own, inDatabase, perSecond: answers / seconds, p50, p99 };
}

/** The figures of `load` for people. */
export function shownLoad({ total, own, inDatabase, perSecond }, database) {
  const seen = database.pid ? inDatabase.toFixed(0) : 'not seen';
  return `${total.toFixed(0)} µs (server ${own.toFixed(0)}, database ${seen}), ${perSecond.toFixed(0)}/s`;
}

/** Returns the nanoseconds of processor time that the server and the database have used so far. */
function spent(server, database) {
  return [server, database].map(({ pid }) => (pid ? cpuNanoseconds(pid) : 0));
}
