import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loading } from './loading.js';
import { checksumOf, deleteImage, MIB, newImage, piece, put } from './payload.js';
import { alternate } from './rounds.js';
import { startGateway } from './servers.js';
import { hasSwift, startSwift } from './swift-server.js';

const S3_CLIENT = fileURLToPath(new URL('s3-client.js', import.meta.url));
const SEGMENT = 64 * MIB;

/** The data of an image into Swift and into S3, against the same bytes sent there by the store's own client. */
export async function stores({ place, database, quick, say }) {
  if (!hasSwift()) {
    say('stores: left out, since Swift is not on the PATH');
    return {};
  }
  const server = await loading(() => startSwift(place));
  const size = (quick ? 192 : 1024) * MIB;
  const file = join(place.folder, 'stores-data');
  for (let at = 0; at < size; at += MIB) writeFileSync(file, piece, { flag: 'a' });
  const rounds = quick ? 2 : 5;
  const results = {};
  for (const [store, { options, clients }] of Object.entries(storesOn(server, place, file))) {
    const gateway = await startGateway(place, database, `gateway-${store}`, {
      STORES: `${store}:${store}`,
      ...options,
    });
    const ways = { ...clients, ours: () => through(place, gateway, size) };
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

async function through(place, gateway, size) {
  const id = await newImage(gateway, 'stores');
  const seconds = await put(place, `${gateway.url}/data/${id}`, size, checksumOf(size));
  await deleteImage(gateway, id);
  return seconds;
}

function storesOn({ url, authUrl, user, key }, place, file) {
  const sdk = async (checked) => {
    const question = { url, user, key, file, partSize: SEGMENT, checked };
    return (await place.ask(process.execPath, [S3_CLIENT], question)).seconds;
  };
  return {
    swift: {
      options: {
        STORE_SWIFT_AUTH_URL: authUrl,
        STORE_SWIFT_AUTH_VERSION: '1',
        STORE_SWIFT_USER: user,
        STORE_SWIFT_KEY: key,
      },
      clients: {
        'store-swift': () => {
          const account = ['-A', authUrl, '-U', user, '-K', key];
          const segments = ['-S', String(SEGMENT), '--object-name', 'bench'];
          const seconds = timed(() => swift([...account, 'upload', 'bench', file, ...segments]));
          swift([...account, 'delete', 'bench']);
          return seconds;
        },
      },
    },
    s3: {
      options: { STORE_S3_ENDPOINT: url, STORE_S3_ACCESS_KEY: user, STORE_S3_SECRET_KEY: key },
      clients: { 'store-s3': () => sdk(false), 'store-s3-checked': () => sdk(true) },
    },
  };
}

function timed(work) {
  const began = performance.now();
  work();
  return (performance.now() - began) / 1000;
}

function swift(args) {
  // Debian's Python has its modules, whatever another one on the PATH has.
  const { status, stderr } = spawnSync('/usr/bin/python3', ['/usr/bin/swift', '--quiet', ...args], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
  });
  if (status !== 0) throw new Error(`swift ${args.at(-1)}: ${stderr}`);
}
