import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Encrypts what a cookie holds, for a time. */
export interface Seal<Content> {
  /**
   * Returns an encrypted text.
   *
   * @param endsAt the end of the text's life, in milliseconds since 1970
   */
  close(content: Content, endsAt: number): string;
  /** Returns the content of an encrypted text; undefined for a text that is broken, has ended, or was made for another use. */
  open(text: string): Content | undefined;
}

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** The version of the sealed form. A gateway opens no other. */
const FORMAT = 1;

/**
 * Returns the encryption for one use: a text that was closed for another one does not open, even with the same secret.
 *
 * @param secret the secret that all gateways share
 * @param use the name of the use; it decides the key, and is part of the authenticated data
 */
export function seal<Content extends object>(secret: string | Buffer, use: string): Seal<Content> {
  const key = Buffer.from(hkdfSync('sha256', secret, '', `cookie of the console: ${use}`, 32));
  const authenticated = Buffer.from(`${FORMAT} ${use}`);

  return {
    close(content, endsAt) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES }).setAAD(authenticated);
      const plain = JSON.stringify([endsAt, content]);
      const encrypted = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64url');
    },

    open(text) {
      const bytes = Buffer.from(text, 'base64url');
      if (bytes.length <= IV_BYTES + TAG_BYTES) return undefined;
      const [endsAt, content] = decrypted(bytes) ?? [0, undefined];
      return endsAt > Date.now() ? content : undefined;
    },
  };

  function decrypted(bytes: Buffer): [endsAt: number, content: Content] | undefined {
    const iv = bytes.subarray(0, IV_BYTES);
    const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES })
      .setAAD(authenticated)
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      const plain = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
      return JSON.parse(plain.toString('utf8')) as [number, Content];
    } catch {
      // The text was changed, or closed with another key or for another use.
      return undefined;
    }
  }
}
