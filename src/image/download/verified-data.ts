import { createHash, getHashes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { StoredData } from '../../store/store.js';
import { ImageError } from '../errors.js';
import type { ImageRow } from '../records/image-columns.js';

/** Returns data that is verified while it is read: a reading of all of it ends early unless it has the recorded digest. */
export type Verify = (data: StoredData, image: ImageRow) => StoredData;

const REMEMBERED = 10_000;

/**
 * Returns the function that verifies data. It digests data again, since it may have changed since its digest was
 * recorded; once is enough while the store says that the data has not changed. The last piece is held back until the
 * digest equals the recorded one. The MD5 does not count here: version 1 lets clients record any (contract C6.9).
 */
export function verification(): Verify {
  /** The verified digest of each state of data. */
  const seen = new LRUCache<string, string>({ max: REMEMBERED });

  return (data, image) => {
    const algorithm = String(image.hashAlgorithm ?? '');
    const expected = image.hashValue;
    if (typeof expected !== 'string' || !getHashes().includes(algorithm)) return data;
    const { size, state } = data;
    if (state !== undefined && seen.get(state) === expected) return data;
    return {
      ...data,
      read(range) {
        const pieces = data.read(range);
        if (range.start !== 0 || range.end !== size - 1) return pieces;
        const remember = () => void (state !== undefined && seen.set(state, expected));
        return checked(pieces, { id: String(image.id), size, algorithm, expected }, remember);
      },
    };
  };
}

interface Expected {
  id: string;
  size: number;
  algorithm: string;
  expected: string;
}

async function* checked(
  pieces: AsyncIterable<Buffer>,
  { id, size, algorithm, expected }: Expected,
  onGood: () => void,
): AsyncGenerator<Buffer> {
  const hash = createHash(algorithm);
  let last = Buffer.alloc(0);
  let passed = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    passed += piece.length;
    // A receiver that counts bytes would take data with surplus bytes for complete.
    if (passed > size) throw new ImageError('DATA_DAMAGED', { id, actual: passed, expected: size });
    if (passed < size) yield piece;
    // A piece is valid only until the next one comes, so that the last one is copied.
    else if (piece.length > 0) last = Buffer.from(piece);
  }
  const actual = hash.digest('hex');
  if (actual !== expected)
    throw new ImageError('CHECKSUM_MISMATCH', { algorithm, declared: expected, actual });
  onGood();
  if (last.length > 0) yield last;
}
