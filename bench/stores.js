import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loading } from './loading.js';
import { checksumOf, deleteImage, MIB, newImage, piece, put } from './payload.js';
import { alternate } from './rounds.js';
import { startGateway } from './servers.js';
import { hasSwift, startSwift } from './swift-server.js';
import { wholeDigests } from './whole-digests.js';

const S3_CLIENT = fileURLToPath(new URL('s3-client.js', import.meta.url));
const SEGMENT = 64 * MIB;

/**
 * The data of an image into Swift and into S3, against the same bytes sent there by the store's own client: by one that
 * promises what the gateway promises, and by one that promises less.
 */
export async function stores({ place, database, quick, say }) {
  if (!hasSwift()) {
    say('stores: left out, since Swift is not on the PATH');
    return {};
  }
  const server = await loading(() => startSwift(place));
  const size = (quick ? 192 : 1024) * MIB;
  const file = join(place.folder, 'stores-data');
  for (let at = 0; at < size; at += MIB) writeFileSync(file, piece, { flag: 'a' });
  const checksum = checksumOf(size);
  const rounds = quick ? 2 : 5;
  const results = {};
  for (const [store, { options, clients }] of Object.entries(storesOn(server, place, { file, checksum }))) {
    const gateway = await startGateway(place, database, `gateway-${store}`, {
      STORES: `${store}:${store}`,
      ...options,
    });
    const ways = { ...clients, ours: () => through(place, gateway, size, checksum) };
    say(`stores: ${rounds} rounds of ${size / MIB} MiB to ${store}, after one to warm up`);
    for (const way of Object.values(ways)) await way();
    const { facts, ratios } = await alternate(rounds, ways, async (way) => ({
      speed: size / MIB / (await way()),
    }));
    const shown = ({ speed }) => `${speed.toFixed(0)} MiB/s`;
    for (const name of Object.keys(clients)) {
      results[name] = { ratio: ratios[name].speed, other: shown(facts[name]), ours: shown(facts.ours) };
    }
    await place.stop(gateway.child);
  }
  rmSync(file);
  return results;
}

async function through(place, gateway, size, checksum) {
  const id = await newImage(gateway, 'stores');
  const seconds = await put(place, `${gateway.url}/data/${id}`, size, checksum);
  await deleteImage(gateway, id);
  return seconds;
}

/** In each pair of clients the first promises less: `swift` digests segments and not the whole, the SDK digests nothing. */
function storesOn({ url, authUrl, user, key }, place, { file, checksum }) {
  const account = ['-A', authUrl, '-U', user, '-K', key];
  const sdk = async (isChecked) => {
    const question = { url, user, key, file, partSize: SEGMENT, isChecked };
    const { seconds, digests } = await place.ask(process.execPath, [S3_CLIENT], question);
    if (isChecked) requireSame(digests[0], checksum);
    return seconds;
  };
  const tool = async (isChecked) => {
    const began = performance.now();
    const [, digests] = await Promise.all([
      swift([...account, 'upload', 'bench', file, '-S', String(SEGMENT), '--object-name', 'bench']),
      isChecked ? wholeDigests(file) : undefined,
    ]);
    const seconds = (performance.now() - began) / 1000;
    if (isChecked) requireSame(digests[0], checksum);
    await swift([...account, 'delete', 'bench']);
    return seconds;
  };
  return {
    swift: {
      options: {
        STORE_SWIFT_AUTH_URL: authUrl,
        STORE_SWIFT_AUTH_VERSION: '1',
        STORE_SWIFT_USER: user,
        STORE_SWIFT_KEY: key,
      },
      clients: { 'store-swift-less': () => tool(false), 'store-swift': () => tool(true) },
    },
    s3: {
      options: { STORE_S3_ENDPOINT: url, STORE_S3_ACCESS_KEY: user, STORE_S3_SECRET_KEY: key },
      clients: { 'store-s3-less': () => sdk(false), 'store-s3': () => sdk(true) },
    },
  };
}

function requireSame(digest, checksum) {
  if (digest !== checksum) throw new Error(`a client digested the data as ${digest}, expected ${checksum}`);
}

async function swift(args) {
  // Debian's Python has its modules, whatever another one on the PATH has.
  await promisify(execFile)('/usr/bin/python3', ['/usr/bin/swift', '--quiet', ...args], {
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
  });
}
