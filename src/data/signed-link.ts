import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller } from '../identity/caller.js';
import { ImageError } from '../image/errors.js';

/** Signed links to the data of an image, for clients that cannot send credentials, such as a browser's download. */
export interface SignedLinks {
  /** Returns path and query of a link with the rights of this caller. The link is valid for `seconds`. */
  link(caller: Caller, imageId: string, seconds: number): string;
  /**
   * Returns the caller that a link carries; his rights are then checked as usual. Returns undefined for a request without a
   * signature, and for methods other than GET and HEAD.
   *
   * @throws ImageError LINK_INVALID, LINK_EXPIRED
   */
  callerOf(request: LinkRequest): Caller | undefined;
}

export interface LinkRequest {
  readonly method: string;
  readonly params: unknown;
  readonly query: unknown;
}

/** @param key the signing key; without a key, links are valid until this process ends */
export function signedLinks(key?: string): SignedLinks {
  const secret = key ?? randomBytes(32);
  const sealed = sealing(secret);
  const signature = (imageId: string, expires: string, caller: string) =>
    createHmac('sha256', secret)
      // The letter case of an id does not count. Older gateways sign without the format, and do not encrypt the caller.
      .update(JSON.stringify([FORMAT, imageId.toLowerCase(), expires, caller]))
      .digest();

  return {
    link(caller, imageId, seconds) {
      // The link keeps the present roles, so an administrator's link must not outlive his rights by much.
      const lifetime = caller.isAdmin && caller.roles.length > 0 ? Math.min(seconds, ADMIN_SECONDS) : seconds;
      const expires = String(Math.floor(Date.now() / 1000) + lifetime);
      const named = sealed.close(encoded(caller));
      const signed = signature(imageId, expires, named).toString('base64url');
      return `/data/${encodeURIComponent(imageId)}?expires=${expires}&caller=${named}&signature=${signed}`;
    },

    callerOf({ method, params, query }) {
      const { expires, caller, signature: sent } = query as Record<string, unknown>;
      if (sent === undefined || !['GET', 'HEAD'].includes(method)) return undefined;
      if (typeof sent !== 'string' || typeof expires !== 'string' || typeof caller !== 'string') {
        throw new ImageError('LINK_INVALID');
      }
      const { id } = params as { id: string };
      const expected = signature(id, expires, caller);
      const given = Buffer.from(sent, 'base64url');
      const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
      if (!isOurs || expected.toString('base64url') !== sent) throw new ImageError('LINK_INVALID');
      if (Number(expires) * 1000 <= Date.now()) throw new ImageError('LINK_EXPIRED');
      return decoded(sealed.open(caller));
    },
  };
}

/** The version of the signed text. */
const FORMAT = 2;
/** The longest lifetime of an administrator's link, in seconds. */
const ADMIN_SECONDS = 3600;

/** Encrypts the caller in a link, so that readers of the link do not see him. Gateways with the same secret decrypt it. */
function sealing(secret: string | Buffer) {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'caller of a download link', 32));
  return {
    close(content: string): string {
      const start = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, start);
      const hidden = [cipher.update(padded(content)), cipher.final()];
      return Buffer.concat([start, ...hidden, cipher.getAuthTag()]).toString('base64url');
    },
    /** Reads only texts that `close` wrote, since the signature has been checked. */
    open(text: string): string {
      const bytes = Buffer.from(text, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
      decipher.setAuthTag(bytes.subarray(-16));
      const shown = [decipher.update(bytes.subarray(12, -16)), decipher.final()];
      return Buffer.concat(shown).toString('utf8');
    },
  };
}

/** Pads the text with spaces, which JSON ignores. Otherwise its length would show the length of names and roles. */
function padded(content: string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([bytes, Buffer.alloc((64 - (bytes.length % 64)) % 64, ' ')]);
}

function encoded({ user, tenant, roles, isAdmin, readOnly, owner }: Caller): string {
  return JSON.stringify([user, tenant, roles, isAdmin, readOnly, owner]);
}

function decoded(text: string): Caller {
  const content = JSON.parse(text);
  const [user, tenant, roles, isAdmin, readOnly, owner] = content;
  return { user, tenant, roles, isAdmin, readOnly, owner };
}
