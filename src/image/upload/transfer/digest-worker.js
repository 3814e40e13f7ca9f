import { createHash } from 'node:crypto';
import { platform, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

// A thread is started by the name of its file: it is JavaScript, so that it is there before the build as well.
// What it is told is `Order` of digest-threads.ts; orders are answered one by one as they come.

// Of this thread alone, on Linux: where there are fewer processors than work, lists go before digests.
if (platform() === 'linux') setPriority(0, 5);

/** @type {Map<number, import('node:crypto').Hash>} */
const hashes = new Map();

parentPort?.on('message', (order) => parentPort?.postMessage(obey(order)));

/** @param {import('./digest-threads.js').Order} order */
function obey({ job, algorithm, memory, length, ends }) {
  if (algorithm) hashes.set(job, createHash(algorithm));
  const hash = hashes.get(job);
  if (memory) hash?.update(new Uint8Array(memory, 0, length));
  if (!ends) return undefined;
  hashes.delete(job);
  return hash?.digest('hex');
}
