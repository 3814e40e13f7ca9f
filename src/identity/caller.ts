import type { IncomingHttpHeaders } from 'node:http';

/** Who is calling: made once for each request and the first argument of every operation on images. */
export interface Caller {
  readonly user: string | null;
  readonly tenant: string | null;
  /** Role names, as `comparableRole` writes them. */
  readonly roles: readonly string[];
  readonly isAdmin: boolean;
  /** True for callers who may look but never change anything. */
  readonly readOnly: boolean;
  /** What images made by this caller belong to: the tenant, or the user if so configured; null for nobody. */
  readonly owner: string | null;
  /** `WWW-Authenticate` of what is refused for want of a tenant; undefined where HTTP has no word for it. */
  readonly challenge?: string;
  /** The request in which this caller calls; undefined outside of one. */
  readonly requestId?: string;
}

/** What a request tells about its sender. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders;
  /** Header names and values as received, so that a header sent twice can be seen. */
  readonly rawHeaders: readonly string[];
  /** Address of the peer of the connection. */
  readonly peer: string;
}

/**
 * A way to tell who is calling.
 *
 * @throws Unauthenticated when the request does not say so in a believable way
 * @throws IdentityUnavailable when nobody can tell just now whether it does
 */
export type Identify = (credentials: Credentials) => Promise<Caller>;

/** The caller is unknown, and unknown callers are not served. */
export class Unauthenticated extends Error {
  /** @param challenge value of `WWW-Authenticate`: how to become known; undefined where HTTP has no word for it */
  constructor(
    readonly reason: string,
    readonly challenge?: string,
  ) {
    super(reason);
  }
}

/** Who knows the callers cannot be asked just now. */
export class IdentityUnavailable extends Error {
  /** Seconds after which a caller may try again. */
  readonly retryAfter = 5;
}

export interface CallerOptions {
  ownerIsTenant: boolean;
  adminRole: string;
  challenge?: string;
}

/**
 * A caller by what is known of one (contract C20.3, C20.4).
 *
 * @throws Unauthenticated when the name of the owner is longer than images have room for
 */
export function knownCaller(
  { user, tenant, roles }: { user: string | null; tenant: string | null; roles: readonly string[] },
  options: CallerOptions,
): Caller {
  const owner = options.ownerIsTenant ? tenant : user;
  if (owner !== null && owner.length > LONGEST_OWNER) {
    throw new Unauthenticated(`The name of the owner has more than ${LONGEST_OWNER} characters.`);
  }
  const names = roles.map(comparableRole).filter(Boolean);
  const isAdmin = names.includes(comparableRole(options.adminRole));
  return { user, tenant, roles: names, isAdmin, readOnly: false, owner, challenge: options.challenge };
}

/**
 * Returns the form in which roles are compared: A to Z match a to z, and nothing else is folded. Letters that Unicode
 * folds to these, and blanks, make another role.
 */
export function comparableRole(role: string): string {
  return role.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Somebody unknown, where unknown callers may look at what is public (contract C20.2). */
export const ANONYMOUS: Caller = {
  user: null,
  tenant: null,
  roles: [],
  isAdmin: false,
  readOnly: true,
  owner: null,
};

/** Characters that an image has room for; a longer name would have to be cut, and be somebody else's. */
const LONGEST_OWNER = 255;
