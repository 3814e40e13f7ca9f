import {
  ANONYMOUS,
  IdentityUnavailable,
  Unauthenticated,
  type Caller,
  type Credentials,
  type Identify,
} from './caller.js';
import type { Tenant } from './tenants.js';

/** More than any identity service issues. */
const MAX_TOKEN_LENGTH = 16_384;

export interface TokenOptions {
  allowAnonymousAccess: boolean;
  /** `WWW-Authenticate` of the answer to a request without a valid token. */
  challenge: string;
  /** The same for a request with an invalid token, where that differs (RFC 6750, section 3.1). */
  challengeOfBadToken?: string;
  /** Returns the tenants that the holder of a token may use. */
  tenantsOf?: (token: string) => Promise<Tenant[] | null>;
}

/**
 * Finds the caller of a token; rejects with Unauthenticated for an invalid token.
 *
 * @param isFresh true to use no answer that is remembered
 */
export type CallerOfToken = (token: string, isFresh?: boolean) => Promise<Caller>;

/**
 * Identifies callers by the token in `X-Auth-Token` or `Authorization: Bearer`. Without a valid token, the caller is
 * anonymous where that is allowed, and otherwise refused (contract C20.2). Identity headers have no effect.
 */
export function identifyByToken(callerOf: CallerOfToken, options: TokenOptions): Identify {
  return async (credentials) => {
    const tokens = tokensOf(credentials);
    try {
      const token = onlyOne(tokens);
      const caller = await callerOf(token, credentials.isFresh);
      const { tenantsOf } = options;
      return tenantsOf ? { ownTenants: () => tenantsOf(token), ...caller } : caller;
    } catch (error) {
      if (error instanceof IdentityUnavailable || !(error instanceof Unauthenticated)) throw error;
      if (options.allowAnonymousAccess) return ANONYMOUS;
      const { challenge, challengeOfBadToken = challenge } = options;
      throw new Unauthenticated(error.reason, tokens.length > 0 ? challengeOfBadToken : challenge);
    }
  };
}

/** The name of the header in which clients of OpenStack send a token. */
export const TOKEN_HEADER = 'X-Auth-Token';

/** Returns true for a request with a header that is for a token, whatever it holds. */
export function hasTokenHeader({ rawHeaders }: Credentials): boolean {
  return rawHeaders.some((name, index) => {
    if (index % 2 === 1) return false;
    const isBearer = /^authorization$/i.test(name) && /^\s*bearer\b/i.test(rawHeaders[index + 1]);
    return isBearer || name.toLowerCase() === TOKEN_HEADER.toLowerCase();
  });
}

function tokensOf({ rawHeaders }: Credentials): string[] {
  const tokens = rawHeaders.flatMap((value, index) => {
    const name = index % 2 === 1 ? rawHeaders[index - 1].toLowerCase() : '';
    if (name === 'x-auth-token') return [value.trim()];
    const bearer = name === 'authorization' && /^bearer +(.*)$/i.exec(value.trim());
    return bearer ? [bearer[1].trim()] : [];
  });
  return tokens.filter((each) => each !== '');
}

function onlyOne([token, ...others]: readonly string[]): string {
  if (token === undefined) throw new Unauthenticated('The request carries no token.');
  if (others.length > 0) throw new Unauthenticated('The request carries more than one token.');
  if (token.length > MAX_TOKEN_LENGTH || !/^[\x21-\x7e]+$/.test(token)) {
    throw new Unauthenticated('The token of the request is not one.');
  }
  return token;
}
