import {
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type FetchImplementation,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';
import { httpClient, type HttpClient } from '../network/http-client.js';
import {
  IdentityUnavailable,
  knownCaller,
  Unauthenticated,
  type CallerOptions,
  type Identify,
  type Warn,
} from './caller.js';
import { identifyByToken } from './token-header.js';

export interface OidcOptions extends CallerOptions {
  allowAnonymousAccess: boolean;
  oidcIssuer?: string;
  oidcAudience: readonly string[];
  oidcAlgorithms: readonly string[];
  oidcJwksUri?: string;
  oidcJwksCooldown: number;
  oidcUserClaim: string;
  oidcTenantClaim: string;
  oidcRolesClaim: string;
  oidcClockTolerance: number;
  oidcHttpTimeout: number;
}

const CHALLENGE = 'Bearer';

/**
 * AUTH=oidc: a token is a JWT that the issuer signed for this gateway. The claims with the configured names tell who the
 * caller is. The gateway asks the issuer for its public keys only.
 */
export function oidc(options: OidcOptions, warn: Warn): Identify {
  const keys = issuerKeys(options);

  return identifyByToken(callerOf, {
    allowAnonymousAccess: options.allowAnonymousAccess,
    challenge: CHALLENGE,
    challengeOfBadToken: `${CHALLENGE} error="invalid_token"`,
  });

  async function callerOf(token: string) {
    const claims = await verified(token);
    const user = textIn(claims, options.oidcUserClaim);
    if (user === null) throw new Unauthenticated(`The token has no claim ${options.oidcUserClaim}.`);
    const tenant = textIn(claims, options.oidcTenantClaim);
    const roles = textsIn(claims, options.oidcRolesClaim);
    return knownCaller({ user, tenant, roles }, { ...options, challenge: CHALLENGE });
  }

  async function verified(token: string): Promise<JWTPayload> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        issuer: options.oidcIssuer!,
        audience: [...options.oidcAudience],
        algorithms: [...options.oidcAlgorithms],
        clockTolerance: options.oidcClockTolerance,
        requiredClaims: ['exp'],
      });
      const fault = faultOfKind(payload, protectedHeader.typ, options.oidcClockTolerance);
      if (fault) throw new Unauthenticated(`The token is not accepted: ${fault}.`);
      return payload;
    } catch (error) {
      if (error instanceof Unauthenticated) throw error;
      if (isTokenFault(error)) throw new Unauthenticated(`The token is not accepted: ${reasonOf(error)}.`);
      warn("the OIDC provider's keys cannot be fetched", error);
      throw new IdentityUnavailable("the OIDC provider's keys cannot be fetched", { cause: error });
    }
  }
}

/** The values of `typ` that an access token may have (RFC 9068, section 4; RFC 7519, section 5.1). */
const ACCESS_TOKEN = /^(application\/)?at\+jwt$/i;
const ANY_TOKEN = /^(application\/)?jwt$/i;
/** Claims of ID tokens, and of a provider's event tokens, such as logout tokens. */
const CLAIMS_OF_OTHER_TOKENS = ['at_hash', 'c_hash', 's_hash', 'events'];

/**
 * Returns the reason why a token with a valid signature is not an access token; undefined for an access token. Providers
 * sign other tokens with the same keys.
 */
function faultOfKind(claims: JWTPayload, type: string | undefined, tolerance: number): string | undefined {
  if (type !== undefined && !ACCESS_TOKEN.test(type) && !ANY_TOKEN.test(type))
    return 'its type is not that of an access token';
  if (claims.cnf !== undefined) return 'it is bound to a key of its holder, which the gateway cannot check';
  // Keycloak writes the type into a claim, and its access tokens may contain the nonce of the login.
  const isBearer = claims.typ === 'Bearer';
  if (claims.typ !== undefined && !isBearer) return 'its type is not that of an access token';
  const isDeclaredAccess = isBearer || ACCESS_TOKEN.test(type ?? '');
  const others = isDeclaredAccess ? ['events'] : [...CLAIMS_OF_OTHER_TOKENS, 'nonce'];
  if (others.some((name) => claims[name] !== undefined)) return 'it is not an access token';
  if (claims.iat !== undefined && claims.iat > Date.now() / 1000 + tolerance) return 'it is from the future';
  return undefined;
}

/** Fetches the issuer's keys when the first token comes, keeps them for a while, and fetches them for an unknown key. */
function issuerKeys(options: OidcOptions): JWTVerifyGetKey {
  const http = httpClient({ timeout: options.oidcHttpTimeout });
  let found: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    found ??= find().catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return (await found)(header, token);
  };

  async function find(): Promise<JWTVerifyGetKey> {
    return createRemoteJWKSet(new URL(options.oidcJwksUri ?? (await discovered(http, options))), {
      [customFetch]: fetchThrough(http),
      timeoutDuration: options.oidcHttpTimeout * 1000,
      cooldownDuration: options.oidcJwksCooldown * 1000,
    });
  }
}

function fetchThrough(http: HttpClient): FetchImplementation {
  return async (url, { headers, signal }) => {
    const { status, text } = await http.ask(url, { headers: Object.fromEntries(headers), signal });
    return new Response(text, { status });
  };
}

/** Reads the URL of the issuer's keys from its discovery document. */
async function discovered(http: HttpClient, { oidcIssuer }: OidcOptions): Promise<string> {
  const url = `${oidcIssuer!.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await http.ask(url, { headers: { accept: 'application/json' } });
  const { issuer, jwks_uri: keys } = (answer.json() ?? {}) as { issuer?: unknown; jwks_uri?: unknown };
  if (issuer === oidcIssuer && typeof keys === 'string' && URL.canParse(keys)) return keys;
  throw new Error(`${url} answered ${answer.status} and is not the discovery document of ${oidcIssuer}`);
}

/** Returns true for a fault of the token. Any other error is a problem between the gateway and the provider. */
function isTokenFault(error: unknown): error is errors.JOSEError {
  return [
    errors.JWTClaimValidationFailed,
    errors.JWTExpired,
    errors.JWTInvalid,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSNoMatchingKey,
    errors.JWKSMultipleMatchingKeys,
  ].some((kind) => error instanceof kind);
}

/** Describes a token's fault without quoting the token. */
function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'it has ended';
  if (error instanceof errors.JWTClaimValidationFailed) return `the claim ${error.claim} does not fit`;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not allowed';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the provider has no such key';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  return 'it is no signed JWT';
}

function textIn(claims: JWTPayload, name: string): string | null {
  const value = claimOf(claims, name);
  return typeof value === 'string' && value !== '' ? value : null;
}

function textsIn(claims: JWTPayload, name: string): string[] {
  const value = claimOf(claims, name);
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

/** Finds a claim by its whole name, or else by its path: each dot in the name leads into an object. */
function claimOf(claims: JWTPayload, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string, unknown>)[part]
          : undefined,
      claims,
    );
}
