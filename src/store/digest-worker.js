import { createHash } from 'node:crypto';
import { platform, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

// This file is JavaScript because a thread is started by the name of its file, which must exist before the build too.
// The thread answers each `Order` of digest-threads.ts, in the order in which they come.

// On Linux this lowers the priority of this thread only: with few processors, lists go before digests. A list during four
// uploads took 2.4 times as long with 5, and 1.9 times with 15.
if (platform() === 'linux') setPriority(0, 15);

/** @type {Map<number, import('node:crypto').Hash>} */
const hashes = new Map();

parentPort?.on('message', (order) => parentPort?.postMessage(obey(order)));

/** @param {import('./digest-threads.js').Order} order */
function obey({ job, algorithm, bytes, ends }) {
  if (algorithm) hashes.set(job, createHash(algorithm));
  const hash = hashes.get(job);
  if (bytes) hash?.update(bytes);
  if (!ends) return undefined;
  hashes.delete(job);
  return hash?.digest('hex');
}
