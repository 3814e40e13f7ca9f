import { createHmac } from 'node:crypto';

/** The key of a second factor, and the same in base32, as Keystone takes it. */
export const FACTOR = { key: 'GLANCEGLANCEGLANCE42', base32: 'I5GECTSDIVDUYQKOINCUOTCBJZBUKNBS' };

/** Returns the code of this moment (RFC 6238). */
export function codeOf(key: string): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
