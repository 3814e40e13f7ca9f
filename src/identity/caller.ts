import type { IncomingHttpHeaders } from 'node:http';

/** Who is calling: made once for each request and the first argument of every operation on images. */
export interface Caller {
  readonly user: string | null;
  readonly tenant: string | null;
  /** Lower-case role names. */
  readonly roles: readonly string[];
  readonly isAdmin: boolean;
  /** True for callers who may look but never change anything. */
  readonly readOnly: boolean;
  /** What images made by this caller belong to: the tenant, or the user if so configured; null for nobody. */
  readonly owner: string | null;
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
 */
export type Identify = (credentials: Credentials) => Promise<Caller>;

/** The caller is unknown, and unknown callers are not served. */
export class Unauthenticated extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}
