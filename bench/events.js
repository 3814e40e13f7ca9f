import { fileURLToPath } from 'node:url';
import { MIB, newImage } from './payload.js';
import { startFloorOfEvents, startGateway } from './servers.js';
import { alternate } from './rounds.js';

const CLIENT = fileURLToPath(new URL('events-client.js', import.meta.url));
const SUBSCRIBERS = 1000;
const FILTERS = Array.from({ length: 20 }, (_, n) => ({ minDisk: { lt: n + 1 } }));
const ALLOWED = { memory: 100 * MIB, idle: 0.02, ms: 1000, peerMs: 2000 };

/** Live events to 1,000 subscribers with 20 different filters, compared with bare WebSockets and a loop. */
export async function events({ place, database, quick, say }) {
  const ours = await startGateway(place, database, 'gateway-events', {
    CALLER_SUBSCRIPTION_LIMIT: String(SUBSCRIBERS),
  });
  const peer = await startGateway(place, database, 'gateway-events-peer');
  const floor = await startFloorOfEvents(place, database);
  const id = await newImage(ours, 'events');
  const mutation =
    'mutation ($id: ID!, $name: String!) { updateImage(id: $id, input: { name: $name }) { id } }';
  const requests = {
    floor: { path: '/', body: JSON.stringify({ id, name: 'NAME' }) },
    ours: { path: '/graphql', body: JSON.stringify({ query: mutation, variables: { id, name: 'NAME' } }) },
  };
  const [rounds, changes, peerChanges] = quick ? [2, 20, 3] : [5, 60, 10];
  say(`events: ${rounds} rounds of ${changes} changes to ${SUBSCRIBERS} subscribers`);
  const measure = (server, name) =>
    place.ask(process.execPath, [CLIENT], {
      url: server.url,
      pid: server.pid,
      subscribers: SUBSCRIBERS,
      changes,
      // The floor sees no other writer.
      peer: name === 'ours' ? { url: peer.url, changes: peerChanges } : undefined,
      idleSeconds: quick ? 3 : 10,
      filters: FILTERS,
      changeRequests: requests[name],
    });
  const { facts, ratios } = await alternate(rounds, { floor, ours }, measure);
  await place.stop(ours.child);
  await place.stop(peer.child);
  await place.stop(floor.child);
  const ms = (seconds) => `${(seconds * 1000).toFixed(1)} ms`;
  const mib = (bytes) => `${(bytes / MIB).toFixed(1)} MiB`;
  const percent = (share) => `${(share * 100).toFixed(2)} %`;
  return {
    events: { ratio: ratios.floor.each, other: ms(facts.floor.each), ours: ms(facts.ours.each) },
    'events-delay': {
      ratio: facts.ours.slowest / ALLOWED.ms,
      other: `allowed: ${ALLOWED.ms} ms`,
      ours: `${facts.ours.slowest.toFixed(0)} ms`,
    },
    'events-peer': {
      ratio: facts.ours.peerSlowest / ALLOWED.peerMs,
      other: `allowed: ${ALLOWED.peerMs} ms`,
      ours: `${facts.ours.peerSlowest.toFixed(0)} ms`,
    },
    'events-idle': {
      ratio: facts.ours.idle / ALLOWED.idle,
      other: `allowed: ${percent(ALLOWED.idle)}`,
      ours: percent(facts.ours.idle),
    },
    'events-memory': {
      ratio: facts.ours.memory / ALLOWED.memory,
      other: `allowed: ${mib(ALLOWED.memory)}`,
      ours: mib(facts.ours.memory),
    },
  };
}
