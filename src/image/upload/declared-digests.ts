import type { Measured } from './transfer/measured-data.js';
import { ImageError } from '../errors.js';
import { HASH_ALGORITHMS } from '../hash-algorithms.js';
import type { ImageRow } from '../records/image-columns.js';

/** The declared size and digests of data. All of them are checked. */
export interface Declared {
  size?: number;
  /** MD5 in hexadecimal digits. */
  checksum?: string;
  /** The second digest in hexadecimal digits, by the name of its algorithm. */
  hash?: Digest;
  /** Digests that were declared beside the upload's own: in the record, or with the last part of the data. */
  furtherHashes?: readonly Digest[];
}

/** A digest in hexadecimal digits, and the name of its algorithm as Node.js has it. */
export interface Digest {
  algorithm: string;
  value: string;
}

/** Returns the digests of the data that its record declares. */
export function recordedDigests(image: ImageRow): Pick<Declared, 'checksum' | 'furtherHashes'> {
  const { checksum, hashAlgorithm: algorithm, hashValue: value } = image;
  // Another program may record an algorithm that the gateway does not compute.
  const isKnown = algorithm && value && HASH_ALGORITHMS.includes(algorithm);
  return { checksum: checksum ?? undefined, furtherHashes: isKnown ? [{ algorithm, value }] : [] };
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
  const { checksum, furtherHashes = [] } = recordedDigests(image);
  return {
    ...declared,
    size: declared.size ?? recorded,
    checksum: declared.checksum ?? checksum,
    furtherHashes: [...(declared.furtherHashes ?? []), ...furtherHashes],
  };
}

/** Returns all declared digests beside the MD5. */
export function declaredHashes({ hash, furtherHashes = [] }: Declared): readonly Digest[] {
  return hash ? [hash, ...furtherHashes] : furtherHashes;
}

/**
 * @param toTheLetter true to compare the MD5 with regard to letter case
 * @throws ImageError SIZE_MISMATCH, CHECKSUM_MISMATCH
 */
export function requireAsDeclared(declared: Declared, measured: Measured, toTheLetter = false): void {
  if (declared.size !== undefined && declared.size !== measured.size) {
    throw new ImageError('SIZE_MISMATCH', { declared: declared.size, actual: measured.size });
  }
  const { checksum } = declared;
  const md5 = checksum === undefined ? [] : [{ algorithm: 'md5', value: checksum }];
  for (const { algorithm, value } of [...md5, ...declaredHashes(declared)]) {
    const actual = measured.digests.get(algorithm) ?? '';
    if ((toTheLetter && algorithm === 'md5' ? value : value.toLowerCase()) === actual) continue;
    throw new ImageError('CHECKSUM_MISMATCH', {
      algorithm: algorithm.toUpperCase(),
      declared: value,
      actual,
    });
  }
}
