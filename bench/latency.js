import { setTimeout as wait } from 'node:timers/promises';
import { pageOf } from './list.js';
import { answerOf, load } from './page-load.js';
import { deleteImage, MIB, newImage, send } from './payload.js';
import { alternate } from './rounds.js';

const UPLOADS = 4;
/** More than arrives while the pages are read. */
const SIZE = 4096 * MIB;

/** The time that a page of a list takes while uploads come in as fast as they can, and while none do. */
export async function latency({ place, servers: { ours }, database, quick, say }) {
  // Without the images that are uploaded meanwhile: each answer is to be the same.
  const page = pageOf({ status: { eq: 'active' }, createdAt: { lt: new Date().toISOString() } });
  const expected = await answerOf(ours, page);
  const answers = quick ? 400 : 1000;
  const rounds = quick ? 4 : 7;
  const milliseconds = async (uploads) => {
    const senders = await uploading(place, ours, uploads);
    const { perSecond } = await load(ours, database, { ...page, connections: 1 }, answers, expected);
    await senders.stop();
    return { each: 1000 / perSecond };
  };
  say(
    `latency: ${rounds} rounds of ${answers} pages, one after the other, with and without ${UPLOADS} uploads`,
  );
  await milliseconds(0);
  const { facts, ratios } = await alternate(rounds, { quiet: 0, ours: UPLOADS }, milliseconds);
  const shown = ({ each }) => `${each.toFixed(1)} ms`;
  return {
    latency: { ratio: ratios.quiet.each, other: `no upload: ${shown(facts.quiet)}`, ours: shown(facts.ours) },
  };
}

/** Begins so many uploads, and waits until the data of each arrives. They break off when they are stopped. */
async function uploading(place, gateway, count) {
  const ids = await Promise.all(Array.from({ length: count }, () => newImage(gateway, 'latency')));
  const end = new AbortController();
  let ended = 0;
  const all = Promise.allSettled(
    ids.map((id) => send(place, `${gateway.url}/data/${id}`, SIZE, end.signal).finally(() => (ended += 1))),
  );
  while (!(await areArriving(gateway, ids))) await wait(10);
  return {
    async stop() {
      if (ended > 0) throw new Error('latency: an upload ended before the pages were read');
      end.abort();
      await all;
      for (const id of ids) await deleteImage(gateway, id);
    },
  };
}

async function areArriving(gateway, ids) {
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Image { status } } }';
  const { nodes } = await gateway.graphql(query, { ids });
  return nodes.every(({ status }) => status === 'saving');
}
