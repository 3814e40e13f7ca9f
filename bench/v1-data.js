import { checksumOf, deleteImage, get, MIB, newImage, post, put } from './payload.js';
import { cpuSeconds } from './process-facts.js';
import { alternate } from './rounds.js';

/** The data of an image through version 1 against the data road of the same gateway, in processor time. */
export async function v1Data({ place, servers, quick, say }) {
  const { ours: gateway } = servers;
  const size = (quick ? 128 : 1024) * MIB;
  const rounds = quick ? 2 : 7;
  const checksum = checksumOf(size);
  const roads = { road: overRoad, ours: overV1 };
  const once = async ({ send, path }) => {
    const began = cpuSeconds(gateway.pid);
    const id = await send();
    const sent = cpuSeconds(gateway.pid);
    await get(place, `${gateway.url}${path}/${id}`, size, checksum);
    const fetched = cpuSeconds(gateway.pid);
    await deleteImage(gateway, id);
    return { upload: sent - began, download: fetched - sent };
  };
  say(`v1-data: ${rounds} rounds of ${size / MIB} MiB to and from each, after one to warm up`);
  const ways = Object.fromEntries(Object.entries(roads).map(([name, road]) => [name, road()]));
  for (const way of Object.values(ways)) await once(way);
  const { facts, ratios } = await alternate(rounds, ways, once);
  const row = (fact) => ({
    ratio: ratios.road[fact],
    other: `/data: ${facts.road[fact].toFixed(2)} s`,
    ours: `${facts.ours[fact].toFixed(2)} s for ${size / MIB} MiB`,
  });
  return { 'v1-upload': row('upload'), 'v1-download': row('download') };

  function overRoad() {
    const send = async () => {
      const id = await newImage(gateway, 'v1-data');
      await put(place, `${gateway.url}/data/${id}`, size, checksum);
      return id;
    };
    return { send, path: '/data' };
  }

  function overV1() {
    const headers = {
      'x-image-meta-name': 'v1-data',
      'x-image-meta-disk_format': 'raw',
      'x-image-meta-container_format': 'bare',
    };
    const send = async () => {
      const { image } = await post(place, `${gateway.url}/v1/images`, size, headers);
      if (image.checksum !== checksum)
        throw new Error(`POST: arrived as ${image.checksum}, sent as ${checksum}`);
      return image.id;
    };
    return { send, path: '/v1/images' };
  }
}
