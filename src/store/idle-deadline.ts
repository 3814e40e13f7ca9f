import type { Readable } from 'node:stream';

/**
 * Yields the data of an answer. Destroys the answer when the reader stops, or has waited this long for the next piece.
 * Time does not count while nobody reads.
 */
export async function* idleDeadline(answer: Readable, milliseconds: number): AsyncGenerator<Buffer> {
  const iterator = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      const silence = setTimeout(() => answer.destroy(new Error('no data came in time')), milliseconds);
      const { done, value } = await iterator.next().finally(() => clearTimeout(silence));
      if (done) return;
      yield value;
    }
  } finally {
    answer.destroy();
  }
}
