import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { MeasuredData } from '../../src/image/upload/transfer/measured-data.js';
import { Block } from '../../src/image/upload/transfer/block.js';
import { digestThreads } from '../../src/store/digest-threads.js';
import { ImageError } from '../../src/image/errors.js';
import { bufferPool } from '../../src/store/buffer-pool.js';

const BLOCK = 1024;

describe('received data', () => {
  const threads = digestThreads(2);
  const blocks = bufferPool(4 * BLOCK, 2 * BLOCK, (bytes) => new Block(bytes));
  afterAll(() => threads.close());

  test.each([
    ['nothing', 0, 1],
    ['less than a block', BLOCK - 1, 7],
    ['a block', BLOCK, 100],
    ['a little more than a block', BLOCK + 1, 100],
    ['two blocks', 2 * BLOCK, 333],
    ['many blocks in small pieces', 20 * BLOCK + 5, 9],
    ['many blocks in one piece', 20 * BLOCK + 5, 50 * BLOCK],
  ])('arrives whole and is digested: %s', async (_, size, piece) => {
    const data = randomBytes(size);
    const measured = measuredData(piecesOf(data, piece));
    const arrived: Buffer[] = [];
    for await (const block of measured.data()) arrived.push(Buffer.from(block));
    expect(Buffer.concat(arrived).equals(data)).toBe(true);
    const digestOf = (algorithm: string) => createHash(algorithm).update(data).digest('hex');
    expect(await measured.measured()).toEqual({
      size,
      digests: new Map([
        ['md5', digestOf('md5')],
        ['sha512', digestOf('sha512')],
      ]),
    });
  });

  test('is digested separately from data that arrives at the same time', async () => {
    const all = Array.from({ length: 20 }, () => randomBytes(5 * BLOCK));
    const digests = await Promise.all(
      all.map(async (data) => {
        const measured = measuredData(piecesOf(data, 100));
        for await (const block of measured.data()) await Promise.resolve(block);
        return (await measured.measured()).digests.get('md5');
      }),
    );
    expect(digests).toEqual(all.map((data) => createHash('md5').update(data).digest('hex')));
  });

  function measuredData(source: Readable): MeasuredData {
    return new MeasuredData(source, ['md5', 'sha512', 'md5'], threads, {
      bytes: 100 * BLOCK,
      tooMany: () => new ImageError('IMAGE_TOO_LARGE'),
      idleSeconds: 10,
      tooSlow: () => new ImageError('UPLOAD_IDLE'),
      signal: new AbortController().signal,
      blocks,
    });
  }
});

test('a thread that ends fails its transfer, and another replaces it', async () => {
  const threads = digestThreads(1);
  const lost = threads.begin(['no such algorithm']);
  await expect(lost.update(Buffer.alloc(1))).rejects.toThrow();
  const next = threads.begin(['md5']);
  await next.update(Buffer.alloc(1));
  const zero = createHash('md5').update(Buffer.alloc(1)).digest('hex');
  expect(await next.digests()).toEqual(new Map([['md5', zero]]));
  await threads.close();
});

function piecesOf(data: Buffer, size: number): Readable {
  const pieces = Array.from({ length: Math.ceil(data.length / size) }, (_, nth) =>
    data.subarray(nth * size, (nth + 1) * size),
  );
  return Readable.from(pieces);
}
