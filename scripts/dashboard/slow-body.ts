import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

const MIB = 1024 * 1024;
const PIECE = 256 * 1024;

/** Returns data of this size; by default of one to six MiB. */
export function someData(size = Math.round((1 + 5 * Math.random()) * MIB)): Buffer<ArrayBuffer> {
  return randomBytes(size);
}

/** Returns a body that comes as over a network: a few MiB in each second. */
export function slowly(data: Uint8Array): ReadableStream<Uint8Array> {
  const pause = 30 + 120 * Math.random();
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (sent > 0) await wait(pause);
      controller.enqueue(data.subarray(sent, (sent += PIECE)));
      if (sent >= data.length) controller.close();
    },
  });
}
