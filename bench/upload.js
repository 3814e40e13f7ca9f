import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { checksumOf, deleteImage, MIB, newImage, put } from './payload.js';
import { alternate } from './rounds.js';

/** The data of an image on its way in: digested twice, written, and on the disk when the answer comes. */
export async function upload({ place, servers, quick, say }) {
  const size = (quick ? 128 : 512) * MIB;
  const rounds = quick ? 3 : 7;
  const checksum = checksumOf(size);
  const once = async (server, name) => {
    if (name === 'floor') {
      const seconds = await put(place, `${server.url}/data/upload`, size, checksum);
      rmSync(join(server.folder, 'upload'));
      return { speed: size / MIB / seconds };
    }
    const id = await newImage(server, 'upload');
    const seconds = await put(place, `${server.url}/data/${id}`, size, checksum);
    await deleteImage(server, id);
    return { speed: size / MIB / seconds };
  };
  say(`upload: ${rounds} rounds of ${size / MIB} MiB to each, after one to warm up`);
  for (const [name, server] of Object.entries(servers)) await once(server, name);
  const { facts, ratios } = await alternate(rounds, servers, once);
  const shown = ({ speed }) => `${speed.toFixed(0)} MiB/s`;
  return { upload: { ratio: ratios.floor.speed, other: shown(facts.floor), ours: shown(facts.ours) } };
}
