import type { Measured } from './transfer/measured-data.js';
import { ImageError } from '../errors.js';
import type { ImageRow } from '../records/image-columns.js';

/** The declared size and digests of data. All of them are checked. */
export interface Declared {
  size?: number;
  /** MD5 in hexadecimal digits. */
  checksum?: string;
  /** The second digest in hexadecimal digits, by the name of its algorithm. */
  hash?: { algorithm: string; value: string };
}

/**
 * Adds what the record of a queued image declares of its data.
 *
 * @throws ImageError SIZE_MISMATCH when the sender declares another size than the record
 */
export function withRecord(declared: Declared, image: ImageRow): Declared {
  const recorded = Number(image.size) > 0 ? Number(image.size) : undefined;
  if (declared.size !== undefined && recorded !== undefined && declared.size !== recorded) {
    throw new ImageError('SIZE_MISMATCH', { id: image.id, declared: recorded, actual: declared.size });
  }
  return {
    ...declared,
    size: declared.size ?? recorded,
    checksum: declared.checksum ?? image.checksum ?? undefined,
  };
}

/** @throws ImageError SIZE_MISMATCH, CHECKSUM_MISMATCH */
export function requireAsDeclared(declared: Declared, measured: Measured, toTheLetter = false): void {
  if (declared.size !== undefined && declared.size !== measured.size) {
    throw new ImageError('SIZE_MISMATCH', { declared: declared.size, actual: measured.size });
  }
  const { checksum, hash } = declared;
  for (const [algorithm, value] of [
    ['md5', checksum] as const,
    [hash?.algorithm ?? '', hash?.value] as const,
  ]) {
    const actual = measured.digests.get(algorithm) ?? '';
    if (value === undefined || (toTheLetter ? value : value.toLowerCase()) === actual) continue;
    throw new ImageError('CHECKSUM_MISMATCH', {
      algorithm: algorithm.toUpperCase(),
      declared: value,
      actual,
    });
  }
}
