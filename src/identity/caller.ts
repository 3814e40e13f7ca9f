import type { IncomingHttpHeaders } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Tenant } from './tenants.js';

/** The sender of a request. It is made once for each request, and is the first argument of every operation on images. */
export interface Caller {
  readonly user: string | null;
  readonly tenant: string | null;
  /** Role names, in the form of `comparableRole`. */
  readonly roles: readonly string[];
  readonly isAdmin: boolean;
  /** True for callers who may read, but change nothing. */
  readonly readOnly: boolean;
  /** The owner of images that this caller creates: the tenant, or the user if configured so; null for no owner. */
  readonly owner: string | null;
  /** `WWW-Authenticate` of a refusal because the caller has no tenant; undefined when HTTP has no scheme for it. */
  readonly challenge?: string;
  /** Returns the tenants that the caller may use, with the token of the request; undefined where no service tells them. */
  readonly ownTenants?: () => Promise<Tenant[] | null>;
  /** The id of the request; undefined outside a request. */
  readonly requestId?: string;
  /** The connection of the client that waits for the answer; undefined outside a request. */
  readonly client?: Duplex;
}

/** The parts of a request that tell who sent it. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders;
  /** Header names and values as received, where a repeated header can be seen. */
  readonly rawHeaders: readonly string[];
  /** The method of the request; undefined for a connection that stays open. */
  readonly method?: string;
  /** The address of the connection's peer. */
  readonly peer: string;
  /** True to ask the identity service itself, and use no answer that is remembered. */
  readonly isFresh?: boolean;
}

/**
 * Returns the caller of a request.
 *
 * @throws Unauthenticated when the request does not prove who its caller is
 * @throws IdentityUnavailable when the proof cannot be checked at the moment
 */
export type Identify = (credentials: Credentials) => Promise<Caller>;

/** The caller is unknown, and the gateway does not serve unknown callers. */
export class Unauthenticated extends Error {
  /** @param challenge the value of `WWW-Authenticate`; undefined when HTTP has no scheme for it */
  constructor(
    readonly reason: string,
    readonly challenge?: string,
  ) {
    super(reason);
  }
}

/** The identity service cannot be asked at the moment. */
export class IdentityUnavailable extends Error {
  /** Seconds after which a caller may try again. */
  readonly retryAfter = 5;
}

/** Tells the operator about a problem between the gateway and the identity service. */
export type Warn = (problem: string, cause?: unknown) => void;

export interface CallerOptions {
  ownerIsTenant: boolean;
  adminRole: string;
  challenge?: string;
}

/**
 * Makes the caller of a request whose user, tenant and roles are proven (contract C20.3, C20.4).
 *
 * @throws Unauthenticated when the owner's name is longer than the column of an image
 */
export function knownCaller(
  { user, tenant, roles }: { user: string | null; tenant: string | null; roles: readonly string[] },
  options: CallerOptions,
): Caller {
  const owner = options.ownerIsTenant ? tenant : user;
  if (owner !== null && owner.length > MAX_OWNER_LENGTH) {
    throw new Unauthenticated(`The name of the owner has more than ${MAX_OWNER_LENGTH} characters.`);
  }
  const names = roles.map(comparableRole).filter(Boolean);
  const isAdmin = names.includes(comparableRole(options.adminRole));
  return { user, tenant, roles: names, isAdmin, readOnly: false, owner, challenge: options.challenge };
}

/**
 * Returns the form in which roles are compared: A to Z match a to z. Letters that Unicode folds to these, and blanks,
 * make another role.
 */
export function comparableRole(role: string): string {
  return role.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The caller of a request without a valid token, where ALLOW_ANONYMOUS_ACCESS is on (contract C20.2). */
export const ANONYMOUS: Caller = {
  user: null,
  tenant: null,
  roles: [],
  isAdmin: false,
  readOnly: true,
  owner: null,
};

/** The characters of the owner column. A longer name would be cut, and could then be another owner's name. */
const MAX_OWNER_LENGTH = 255;
