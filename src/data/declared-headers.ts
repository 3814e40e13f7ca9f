import type { IncomingHttpHeaders } from 'node:http';
import { badInput } from '../image/errors.js';
import type { Declared, Digest } from '../image/upload/declared-digests.js';
import type { WantedUpload } from '../image/upload/resumable/partial-upload.js';

const MD5_BYTES = 16;
const HASH_BYTES: Record<string, number> = { 'sha-256': 32, 'sha-384': 48, 'sha-512': 64 };

/**
 * Reads the size and digests that a sender declares: `Content-Length`, `Content-MD5` (RFC 1864), and `Content-Digest` or
 * `Repr-Digest` (RFC 9530).
 *
 * @throws ImageError BAD_USER_INPUT for a malformed digest
 */
export function declaredBy(headers: IncomingHttpHeaders): Declared {
  const length = headers['content-length'];
  const md5 = headers['content-md5'];
  const header = headers['content-digest'] === undefined ? 'Repr-Digest' : 'Content-Digest';
  const digests = headers[header.toLowerCase()];
  return {
    size: length === undefined ? undefined : Number(length),
    checksum: typeof md5 === 'string' ? hexOf('Content-MD5', md5, MD5_BYTES) : undefined,
    hash: typeof digests === 'string' ? strongestOf(digests, header) : undefined,
  };
}

/**
 * Reads the digests and the store that a resumable upload declares in `Upload-Metadata`: `md5`, `sha256`, `sha384` or
 * `sha512` in hexadecimal digits, and the name of a `store`. Ignores other keys.
 *
 * @throws ImageError BAD_USER_INPUT for a malformed digest
 */
export function declaredInMetadata(
  metadata: Readonly<Record<string, string | null>>,
): Pick<WantedUpload, 'declared' | 'store'> {
  const digestIn = (algorithm: string, bytes: number) => {
    const value = metadata[algorithm]?.toLowerCase();
    if (value === undefined || new RegExp(`^[0-9a-f]{${bytes * 2}}$`).test(value)) return value;
    throw badInput('Upload-Metadata', `${algorithm} must be ${bytes * 2} hexadecimal digits`);
  };
  const hashes = Object.entries(HASH_BYTES).flatMap(([name, bytes]) => {
    const algorithm = name.replace('-', '');
    const value = digestIn(algorithm, bytes);
    return value === undefined ? [] : [{ algorithm, value }];
  });
  return {
    declared: { checksum: digestIn('md5', MD5_BYTES), hash: hashes.at(-1) },
    store: metadata.store ?? undefined,
  };
}

/**
 * Reads `Repr-Digest` with a part of a resumable upload: the digest of all parts together.
 *
 * @throws ImageError BAD_USER_INPUT for a malformed digest
 */
export function declaredWithPart(headers: IncomingHttpHeaders): Digest | undefined {
  const digests = headers['repr-digest'];
  return typeof digests === 'string' ? strongestOf(digests, 'Repr-Digest') : undefined;
}

function strongestOf(digests: string, header: string): Digest | undefined {
  const named = new Map<string, string>();
  for (const member of digests.split(',')) {
    const match = /^\s*([a-z0-9-]+)=:([A-Za-z0-9+/=]*):\s*$/.exec(member);
    if (!match) throw badInput(header, 'must look like sha-512=:base64:');
    named.set(match[1], match[2]);
  }
  const algorithm = ['sha-512', 'sha-384', 'sha-256'].find((name) => named.has(name));
  if (!algorithm) return undefined;
  const value = hexOf(header, named.get(algorithm)!, HASH_BYTES[algorithm]);
  return { algorithm: algorithm.replace('-', ''), value };
}

function hexOf(header: string, base64: string, bytes: number): string {
  const digest = Buffer.from(base64, 'base64');
  if (digest.length === bytes && digest.toString('base64') === base64.trim()) return digest.toString('hex');
  throw badInput(header, `must be the base64 of ${bytes} bytes`);
}
