import { pageOf } from './list.js';
import { answerOf, load } from './page-load.js';
import { checksumOf, deleteImage, MIB, newImage, put } from './payload.js';
import { alternate } from './rounds.js';

const UPLOADS = 4;
const SIZE = 128 * MIB;

/** How long a page of a list is waited for while uploads come in as fast as they can, and while none do. */
export async function latency({ place, servers: { ours }, database, quick, say }) {
  // Without the images that are uploaded meanwhile: each answer is to be the same.
  const page = pageOf({ status: { eq: 'active' }, createdAt: { lt: new Date().toISOString() } });
  const expected = await answerOf(ours, page);
  const checksum = checksumOf(SIZE);
  const answers = quick ? 400 : 1000;
  const rounds = quick ? 4 : 7;
  const milliseconds = async (uploads) => {
    const senders = uploading(place, ours, uploads, checksum);
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

/** Begins so many uploads, each followed by the next one, until they are stopped. */
function uploading(place, gateway, count, checksum) {
  let isOver = false;
  const upload = async () => {
    while (!isOver) {
      const id = await newImage(gateway, 'latency');
      await put(place, `${gateway.url}/data/${id}`, SIZE, checksum);
      await deleteImage(gateway, id);
    }
  };
  const all = Promise.all(Array.from({ length: count }, upload));
  return {
    async stop() {
      isOver = true;
      await all;
    },
  };
}
