import { createCipheriv, createDecipheriv, randomBytes, randomInt } from 'node:crypto';
import { StoreError } from '../../store/store.js';

/**
 * Encrypts locations in rows when there is a key, as Glance does with its `metadata_encryption_key` (contract C24.5). The
 * database alone then gives nobody the credentials in locations.
 */
export interface LocationCipher {
  /** Returns the text that a row holds for a location. Encrypted, each call returns another text. */
  encrypt(location: string): string;
  /**
   * Returns the location that a row holds. A row that was written before there was a key is not encrypted.
   *
   * @throws StoreError unavailable for a location that was encrypted with another key
   */
  decrypt(value: string): string;
}

/** @param key 16, 24 or 32 bytes in UTF-8; undefined to store locations as they are */
export function locationCipher(key: string | undefined): LocationCipher {
  const secret = Buffer.from(key ?? '');
  const algorithm = `aes-${secret.length * 8}-cbc`;

  return {
    encrypt(location) {
      if (key === undefined) return location;
      const start = randomBytes(BLOCK);
      const cipher = createCipheriv(algorithm, secret, start).setAutoPadding(false);
      const encrypted = Buffer.concat([start, cipher.update(padded(location)), cipher.final()]);
      return encrypted.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
    },

    decrypt(value) {
      const encrypted = encryptedBytes(value);
      if (!encrypted) return value;
      if (key === undefined) throw unreadable('it is encrypted, and METADATA_ENCRYPTION_KEY is not set');
      const start = encrypted.subarray(0, BLOCK);
      const cipher = createDecipheriv(algorithm, secret, start).setAutoPadding(false);
      const location = unpadded(Buffer.concat([cipher.update(encrypted.subarray(BLOCK)), cipher.final()]));
      if (location !== undefined) return location;
      throw unreadable('METADATA_ENCRYPTION_KEY is not the key that it was encrypted with');
    },
  };
}

/** Returns true for an encrypted location, whatever its key is. */
export function isEncrypted(value: string): boolean {
  return encryptedBytes(value) !== undefined;
}

const BLOCK = 16;

/** Returns the bytes of an encrypted location. A plain location has a colon, which the alphabet of base64url lacks. */
function encryptedBytes(value: string): Buffer | undefined {
  if (!/^[A-Za-z0-9_-]+={0,2}$/.test(value) || value.length % 4 !== 0) return undefined;
  const bytes = Buffer.from(value, 'base64url');
  return bytes.length >= 2 * BLOCK && bytes.length % BLOCK === 0 ? bytes : undefined;
}

/** Pads as Glance does: the text, a zero byte, then bytes other than zero up to a whole block. */
function padded(location: string): Buffer {
  const text = Buffer.from(location);
  const rest = BLOCK - 1 - (text.length % BLOCK);
  return Buffer.concat([text, Buffer.from([0, ...Array.from({ length: rest }, () => randomInt(1, 256))])]);
}

/** Returns the location; undefined when another key was used, which does not yield the form of a location. */
function unpadded(bytes: Buffer): string | undefined {
  try {
    const text = UTF8.decode(bytes.subarray(0, Math.max(bytes.lastIndexOf(0), 0)));
    return /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function unreadable(why: string): StoreError {
  return new StoreError('unavailable', { detail: `where the data lies cannot be read: ${why}` });
}
