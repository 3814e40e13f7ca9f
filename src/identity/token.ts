import {
  ANONYMOUS,
  IdentityUnavailable,
  Unauthenticated,
  type Caller,
  type Credentials,
  type Identify,
} from './caller.js';

/** Longer than any token that a header can sensibly carry. */
const LONGEST_TOKEN = 16_384;

export interface TokenOptions {
  allowAnonymousAccess: boolean;
  /** `WWW-Authenticate` of the answer to callers without a good token. */
  challenge: string;
  /** The same where there is a token, and a bad one, should that be said (RFC 6750, section 3.1). */
  challengeOfBadToken?: string;
}

/**
 * Tells callers by the token in `X-Auth-Token` or `Authorization: Bearer`. Without a good one a caller is
 * anonymous where that is allowed, and else unknown (contract C20.2). Identity headers count for nothing.
 *
 * @param callerOf who has this token; rejects with Unauthenticated for nobody
 */
export function byToken(callerOf: (token: string) => Promise<Caller>, options: TokenOptions): Identify {
  return async (credentials) => {
    const tokens = tokensOf(credentials);
    try {
      return await callerOf(onlyOne(tokens));
    } catch (error) {
      if (error instanceof IdentityUnavailable || !(error instanceof Unauthenticated)) throw error;
      if (options.allowAnonymousAccess) return ANONYMOUS;
      const { challenge, challengeOfBadToken = challenge } = options;
      throw new Unauthenticated(error.reason, tokens.length > 0 ? challengeOfBadToken : challenge);
    }
  };
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
  if (token.length > LONGEST_TOKEN || !/^[\x21-\x7e]+$/.test(token)) {
    throw new Unauthenticated('The token of the request is not one.');
  }
  return token;
}
