import { createHash, getHashes } from 'node:crypto';
import type { StoredData } from '../store/store.js';
import { ImageError } from './errors.js';
import type { ImageRow } from './image-columns.js';

/**
 * Data that may have changed since its digest was recorded. Read as a whole it is digested again; the last
 * piece is held back until the digest is the recorded one, so that other data never arrives complete. The MD5
 * does not count here: version 1 lets clients record any (contract C6.9).
 */
export function verified(data: StoredData, image: ImageRow): StoredData {
  const algorithm = String(image.hashAlgorithm ?? '');
  const expected = image.hashValue;
  if (typeof expected !== 'string' || !getHashes().includes(algorithm)) return data;
  return {
    ...data,
    read(range) {
      const whole = range.start === 0 && range.end === data.size - 1;
      const pieces = data.read(range);
      return whole ? checked(pieces, algorithm, expected) : pieces;
    },
  };
}

async function* checked(
  pieces: AsyncIterable<Buffer>,
  algorithm: string,
  expected: string,
): AsyncGenerator<Buffer> {
  const hash = createHash(algorithm);
  let held: Buffer | undefined;
  for await (const piece of pieces) {
    hash.update(piece);
    if (held) yield held;
    // The piece itself is good only until the next one comes.
    held = Buffer.from(piece);
  }
  const actual = hash.digest('hex');
  if (actual !== expected)
    throw new ImageError('CHECKSUM_MISMATCH', { algorithm, declared: expected, actual });
  if (held) yield held;
}
