import { forgetPeak, residentMemory } from './process-facts.js';
import { load, shownLoad } from './page-load.js';
import { WARM_UP } from './list.js';
import { MIB } from './payload.js';
import { alternate } from './rounds.js';
import { sameAnswer } from './same.js';
import { startGateway } from './servers.js';

const PAGE = { path: '/v1/images/detail?limit=25', method: 'GET' };
const LONGEST = { path: '/v1/images/detail?limit=1000', method: 'GET', connections: 4 };
const ALLOWED = 32 * MIB;

/** A page of the detailed list of version 1, asked for over and over of the gateway and the floor. */
export async function v1List({ servers, database, quick, say }) {
  const expected = await sameAnswer(servers, PAGE);
  if (JSON.parse(expected).images.length !== 25)
    throw new Error(`not the page that was asked for: ${expected}`);
  const answers = quick ? 400 : 5000;
  const once = (server) => load(server, database, PAGE, answers, expected);
  say('v1-list: warming up');
  for (const server of Object.values(servers)) await load(server, database, PAGE, WARM_UP, expected);
  const rounds = quick ? 5 : 9;
  say(`v1-list: ${rounds} rounds of ${answers} answers from each`);
  const { facts, ratios } = await alternate(rounds, servers, once);
  return {
    'v1-list': {
      ratio: ratios.floor.total,
      other: shownLoad(facts.floor, database),
      ours: shownLoad(facts.ours, database),
    },
  };
}

/** Whether the memory of a new gateway still grows with pages of 1000, once it has given out enough of them. */
export async function v1Memory({ place, database, quick, say }) {
  const gateway = await startGateway(place, database, 'gateway-v1-memory');
  const answers = quick ? 100 : 1000;
  say(`v1-memory: ${answers} pages of 1000 images to warm up, then as many again`);
  const expected = await pageOf(gateway);
  await load(gateway, database, LONGEST, answers, expected);
  const before = residentMemory(gateway.pid).peak;
  forgetPeak(gateway.pid);
  await load(gateway, database, LONGEST, answers, expected);
  const { peak } = residentMemory(gateway.pid);
  await place.stop(gateway.child);
  const shown = (bytes) => `${(bytes / MIB).toFixed(1)} MiB`;
  const growth = Math.max(0, peak - before);
  return {
    'v1-memory': {
      ratio: growth / ALLOWED,
      other: `allowed: ${shown(ALLOWED)}`,
      ours: `${shown(growth)} above ${shown(before)}`,
    },
  };
}

async function pageOf({ url }) {
  const response = await fetch(url + LONGEST.path);
  const text = await response.text();
  if (JSON.parse(text).images.length !== 1000)
    throw new Error(`not the page that was asked for: ${text.slice(0, 500)}`);
  return text;
}
