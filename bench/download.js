import { linkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { checksumOf, deleteImage, get, MIB, newImage, put } from './payload.js';
import { alternate } from './rounds.js';

/** The data of an image on its way out. Both servers read the same file, which lies in the page cache. */
export async function download({ place, servers, quick, say }) {
  const size = (quick ? 256 : 512) * MIB;
  const rounds = quick ? 3 : 15;
  const { floor: bare, ours: gateway } = servers;
  const checksum = checksumOf(size);
  const id = await newImage(gateway, 'download');
  await put(place, `${gateway.url}/data/${id}`, size, checksum);
  linkSync(gateway.fileOf(id), join(bare.folder, id));

  say(`download: ${rounds} rounds of ${size / MIB} MiB from each, after one to check all bytes`);
  for (const server of Object.values(servers)) await get(place, `${server.url}/data/${id}`, size, checksum);
  const { facts, ratios } = await alternate(rounds, servers, async (server) => {
    const seconds = await get(place, `${server.url}/data/${id}`, size);
    return { speed: size / MIB / seconds };
  });
  rmSync(join(bare.folder, id));
  await deleteImage(gateway, id);
  const shown = ({ speed }) => `${speed.toFixed(0)} MiB/s`;
  return { download: { ratio: ratios.floor.speed, other: shown(facts.floor), ours: shown(facts.ours) } };
}
