import { fileURLToPath } from 'node:url';
import { checksumOf, deleteImage, MIB, newImage, put } from './payload.js';
import { forgetPeak, residentMemory } from './process-facts.js';
import { startGateway } from './servers.js';
import { hasSwift, startSwift } from './swift-server.js';

const CLIENT = fileURLToPath(new URL('hundred-client.js', import.meta.url));
const ALLOWED = 180 * MIB;
const MANY = 100;

/** The memory that a gateway holds at most while it takes in 100 images and gives out 100, through each store. */
export async function hundred({ place, database, quick, say }) {
  const size = (quick ? 2 : 8) * MIB;
  const stores = await storesHere(place, quick, say);
  const results = {};
  for (const [store, options] of Object.entries(stores)) {
    say(`hundred: ${MANY} uploads of ${size / MIB} MiB to ${store}, and as many downloads beside them`);
    const peak = await peakOf(place, database, store, options, size);
    const shown = `${(peak / MIB).toFixed(1)} MiB`;
    results[`hundred-${store}`] = {
      ratio: peak / ALLOWED,
      other: `allowed: ${ALLOWED / MIB}.0 MiB`,
      ours: shown,
    };
  }
  return results;
}

async function peakOf(place, database, store, options, size) {
  const gateway = await startGateway(place, database, `gateway-hundred-${store}`, options);
  const source = await newImage(gateway, 'source');
  const checksum = checksumOf(size);
  await put(place, `${gateway.url}/data/${source}`, size, checksum);
  const ids = await Promise.all(Array.from({ length: MANY }, (_, n) => newImage(gateway, `hundred ${n}`)));
  forgetPeak(gateway.pid);
  const { sent, fetched } = await place.ask(process.execPath, [CLIENT], {
    url: gateway.url,
    uploads: ids.map((id) => `/data/${id}`),
    size,
    download: `/data/${source}`,
    downloads: MANY,
  });
  const { peak } = residentMemory(gateway.pid);
  const wrong = [...sent, ...fetched].find((each) => each.status !== 200 || each.checksum !== checksum);
  if (wrong) throw new Error(`hundred, ${store}: ${JSON.stringify(wrong)}`);
  for (const id of [source, ...ids]) await deleteImage(gateway, id);
  await place.stop(gateway.child);
  return peak;
}

async function storesHere(place, quick, say) {
  const file = {};
  // Swift takes minutes for this.
  if (quick) return { file };
  if (!hasSwift()) {
    say('NOTE: without Swift and memcached on the PATH the file store alone is measured');
    return { file };
  }
  const { url, authUrl, user, key } = await startSwift(place);
  return {
    file,
    swift: {
      STORES: 'swift:swift',
      STORE_SWIFT_AUTH_URL: authUrl,
      STORE_SWIFT_AUTH_VERSION: '1',
      STORE_SWIFT_USER: user,
      STORE_SWIFT_KEY: key,
    },
    s3: {
      STORES: 's3:s3',
      STORE_S3_ENDPOINT: url,
      STORE_S3_ACCESS_KEY: user,
      STORE_S3_SECRET_KEY: key,
    },
  };
}
