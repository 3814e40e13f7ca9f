import { PAGE, WARM_UP } from './list.js';
import { answerOf, load } from './page-load.js';
import { alternate } from './rounds.js';

/** The numbers of clients that ask at the same time; a quick run has those alone that get the most answers. */
const FEWER = [1, 4, 16, 50, 100];
const FEWER_QUICK = [16, 50];
const MANY = 200;
/** The number of times the median that the slowest hundredth of the answers to many clients may take. */
const ALLOWED = 10;

/** The page of `list.js` for many clients at once: the answers a second, and the time until the slowest answers come. */
export async function clients({ servers: { ours }, database, quick, say }) {
  const expected = await answerOf(ours, PAGE);
  const answers = quick ? 800 : 5000;
  const rounds = quick ? 5 : 9;
  const variants = {
    ...Object.fromEntries((quick ? FEWER_QUICK : FEWER).map((count) => [`${count} clients`, count])),
    ours: MANY,
  };
  const ask = (count) => load(ours, database, { ...PAGE, connections: count }, answers, expected);
  say(`clients: ${rounds} rounds of ${answers} answers to up to ${MANY} clients at once`);
  await load(ours, database, PAGE, WARM_UP, expected);
  const { facts, ratios } = await alternate(rounds, variants, ask);
  const [best] = Object.keys(ratios).sort((one, other) => facts[other].perSecond - facts[one].perSecond);
  const { perSecond, p50, p99 } = facts.ours;
  return {
    clients: {
      ratio: ratios[best].perSecond,
      other: `${best}: ${facts[best].perSecond.toFixed(0)}/s`,
      ours: `${MANY} clients: ${perSecond.toFixed(0)}/s`,
    },
    'clients-slowest': {
      ratio: p99 / p50 / ALLOWED,
      other: `allowed: ${ALLOWED} times the median of ${p50.toFixed(0)} ms`,
      ours: `${p99.toFixed(0)} ms for 99 of 100 answers`,
    },
  };
}
