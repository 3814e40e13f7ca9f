import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const HERE = fileURLToPath(import.meta.url);

/** Gives the MD5 and the SHA-512 of a file. A thread computes each of them. */
export function wholeDigests(file) {
  return Promise.all(['md5', 'sha512'].map((algorithm) => digestOf(file, algorithm)));
}

function digestOf(file, algorithm) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(HERE, { workerData: { file, algorithm } });
    worker.once('message', resolve).once('error', reject);
  });
}

if (!isMainThread && workerData?.algorithm) {
  const hash = createHash(workerData.algorithm);
  for await (const piece of createReadStream(workerData.file, { highWaterMark: 1024 * 1024 }))
    hash.update(piece);
  parentPort.postMessage(hash.digest('hex'));
}
