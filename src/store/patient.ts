import type { Readable } from 'node:stream';

/**
 * The data of an answer, which is given up when its sender is silent for so many milliseconds. While nobody asks for
 * more none count. Whoever stops asking ends the answer.
 */
export async function* patient(answer: Readable, milliseconds: number): AsyncGenerator<Buffer> {
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
