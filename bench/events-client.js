import { setTimeout as wait } from 'node:timers/promises';
import WebSocket from 'ws';
import { cpuSeconds, residentMemory } from './process-facts.js';

/**
 * Subscribes many times to a server, changes an image over and over, and waits each time until every subscriber has heard
 * of it. The order comes as JSON on standard input, the facts go as JSON to standard output.
 */
const { url, pid, subscribers, changes, peer, idleSeconds, filters, changeRequests } = await order();
let heard = 0;
let notify = () => undefined;

const before = residentMemory(pid).now;
const sockets = [];
for (let at = 0; at < subscribers; at += 50)
  sockets.push(...(await Promise.all(Array.from({ length: 50 }, (_, n) => subscribed(at + n)))));
// The first change reaches everybody: all subscriptions have begun.
for (let reached = false; !reached;) reached = await change(0, 10_000);
// A subscription brings changes of the seconds before it: these come first, one caller's subscriptions in turn.
for (let last = -1; heard !== last; await wait(2000)) last = heard;
const memory = residentMemory(pid).now - before;

const idleFrom = cpuSeconds(pid);
await wait(idleSeconds * 1000);
const idle = (cpuSeconds(pid) - idleFrom) / idleSeconds;

const from = cpuSeconds(pid);
const slowest = await slowestOf(changes, url);
const each = (cpuSeconds(pid) - from) / changes;
const peerSlowest = peer && (await slowestOf(peer.changes, peer.url));
process.stdout.write(JSON.stringify({ each, idle, memory, slowest, peerSlowest }));
process.exit(0);

/** Makes changes one after another, and returns the milliseconds until the slowest has reached every subscriber. */
async function slowestOf(count, at) {
  let longest = 0;
  for (let n = 1; n <= count; n += 1) {
    const began = performance.now();
    if (!(await change(n, 10_000, at))) throw new Error('a change did not reach every subscriber');
    longest = Math.max(longest, performance.now() - began);
  }
  return longest;
}

async function order() {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  return JSON.parse(text);
}

function subscribed(n) {
  const query = `subscription ($filter: ImageFilterInput) {
    imageChanged(filter: $filter) { kind imageId image { id name status size updatedAt properties { name value } } }
  }`;
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('message', (data) => {
      const text = String(data);
      if (text === '{"type":"connection_ack"}') {
        const variables = { filter: filters[n % filters.length] };
        socket.send(JSON.stringify({ id: `s${n}`, type: 'subscribe', payload: { query, variables } }));
        resolve(socket);
      } else if (text.includes('"next"')) {
        heard += 1;
        notify();
      }
    });
  });
}

/** Makes a change. Returns false when it has not reached every subscriber in time. */
async function change(n, ms, at = url) {
  heard = 0;
  const { path, body } = changeRequests;
  const response = await fetch(at + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: body.replace('NAME', `events ${n} ${Date.now()}`),
  });
  const text = await response.text();
  if (!response.ok || text.includes('"errors"')) throw new Error(text);
  const late = AbortSignal.timeout(ms);
  while (heard < subscribers && !late.aborted)
    await Promise.race([new Promise((resolve) => (notify = resolve)), wait(ms)]);
  return heard >= subscribers;
}
