import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

// A thread is started by the name of its file: it is JavaScript, so that it is there before the build as well.
// What it is told is `Order` of digest-threads.ts; orders are answered one by one as they come.

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
