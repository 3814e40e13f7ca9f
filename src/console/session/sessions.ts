import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { credentialsIn } from '../../http/http-server.js';
import { Unauthenticated, type Caller, type Credentials, type Identify } from '../../identity/caller.js';
import { hasTokenHeader, TOKEN_HEADER } from '../../identity/token-header.js';
import type { OwnPage } from './own-page.js';
import type { SealedCookie } from './sealed-cookie.js';

/** The content of the cookie of a session. */
export interface Session {
  /** The same for all cookies of one login. */
  readonly id: string;
  /** The token that stands for the user. */
  readonly token: string;
  /** The end of the token, in milliseconds since 1970. */
  readonly tokenEndsAt: number;
  /** The end of the cookie. It is later than that of the token where the token can be refreshed. */
  readonly endsAt: number;
  readonly refreshToken?: string;
  readonly userName: string;
  /** Unset where the token names the project by its id only. */
  readonly project?: SessionProject | null;
}

export interface SessionProject {
  readonly id: string;
  readonly name: string;
  /** The name of its domain; null where there are no domains. */
  readonly domain: string | null;
}

/** A session as the page sees it. */
export interface ShownSession {
  user: string;
  userName: string;
  project: SessionProject | null;
  roles: readonly string[];
  expiresAt: string;
  /** True where the session can be made longer without its user. */
  isRefreshable: boolean;
  /** Names the login and its project. A page sends it as `X-Console-Session`, and acts for nobody else then. */
  key: string;
}

/** The header in which a page says for which login it acts. Another login of its browser does not count for it. */
export const SESSION_KEY = 'x-console-session';

/** The sessions of the console. They are in the cookies of browsers; the gateway remembers only those that have ended. */
export interface Sessions {
  /** Returns the session in the cookie of a request. */
  of(headers: IncomingHttpHeaders): Session | undefined;
  /**
   * Returns a way to identify callers that also counts sessions. A session counts when the request has no header for a token,
   * and a page of the gateway sent it. Then its token goes the way of a token in a header.
   *
   * @param mayBeTyped true where a session also counts for a GET of an address that its user has typed
   */
  identifying(mayBeTyped?: boolean): Identify;
  /** Returns a session as the page sees it. @throws Unauthenticated, IdentityUnavailable */
  shown(session: Session, request: FastifyRequest, isFresh?: boolean): Promise<ShownSession>;
  /** Gives a session to the browser. @throws ImageError LOGIN_TOO_LARGE @throws Unauthenticated for one that has ended */
  give(session: Session, request: FastifyRequest, reply: FastifyReply): void;
  /** Takes the session from the browser, and refuses all copies of its cookies from now on. */
  end(request: FastifyRequest, reply: FastifyReply): void;
  /** Refuses all cookies of a session from now on. */
  refuse(session: Session): void;
}

const MOST_ENDED = 50_000;
const REFRESHED_MS = 24 * 60 * 60 * 1000;
const OVER = 'The session has ended.';

export function sessions(cookie: SealedCookie<Session>, page: OwnPage, identify: Identify): Sessions {
  const ended = new LRUCache<string, true>({ max: MOST_ENDED, ttl: 1 });

  return {
    of,

    identifying: (mayBeTyped) => (credentials) => {
      const token = tokenOf(credentials, mayBeTyped === true);
      return identify(token === undefined ? credentials : withToken(credentials, token));
    },

    async shown(session, request, isFresh) {
      const { user, tenant, roles } = await callerOf(session, request, isFresh);
      const { userName, tokenEndsAt, refreshToken } = session;
      const ofToken = tenant === null ? null : { id: tenant, name: tenant, domain: null };
      const { project = ofToken } = session;
      const expiresAt = new Date(tokenEndsAt).toISOString();
      const isRefreshable = refreshToken !== undefined;
      return { user, userName, project, roles, expiresAt, isRefreshable, key: keyOf(session) };
    },

    give(session, request, reply) {
      if (ended.has(session.id)) throw new Unauthenticated(OVER);
      cookie.write(request, reply, session, session.endsAt);
    },

    end(request, reply) {
      const session = of(request.headers);
      if (session) refuse(session);
      cookie.clear(request, reply);
    },

    refuse,
  };

  function refuse({ id, endsAt, refreshToken }: Session): void {
    // A copy that was refreshed elsewhere may end later.
    const longest = refreshToken === undefined ? 1 : REFRESHED_MS;
    ended.set(id, true, { ttl: Math.max(longest, endsAt - Date.now()) });
  }

  function of(headers: IncomingHttpHeaders): Session | undefined {
    const session = cookie.read(headers);
    // Another version of the gateway may have put something else there.
    if (typeof session?.id !== 'string' || typeof session.token !== 'string') return undefined;
    const wanted = headers[SESSION_KEY];
    if (wanted !== undefined && wanted !== keyOf(session)) return undefined;
    return ended.has(session.id) ? undefined : session;
  }

  function tokenOf(credentials: Credentials, mayBeTyped: boolean): string | undefined {
    const { headers, method } = credentials;
    if (hasTokenHeader(credentials)) return undefined;
    const isRead = method === 'GET' || method === 'HEAD';
    const session = page.sent(headers, mayBeTyped && isRead) ? of(headers) : undefined;
    if (session && isAlive(session)) return session.token;
    // A page that shows a user must not go on as nobody, where nobody may read.
    if (headers[SESSION_KEY] !== undefined) throw new Unauthenticated(OVER);
    return undefined;
  }

  async function callerOf(
    session: Session,
    request: FastifyRequest,
    isFresh?: boolean,
  ): Promise<Caller & { user: string }> {
    if (!isAlive(session)) throw new Unauthenticated(OVER);
    const { method, peer } = credentialsIn(request.raw);
    const sent = { method, peer, headers: {}, rawHeaders: [], isFresh };
    const caller = await identify(withToken(sent, session.token));
    const { user } = caller;
    // A token that is not accepted is nobody's, also where nobody may read.
    if (user === null) throw new Unauthenticated(OVER);
    return { ...caller, user };
  }
}

function keyOf({ id, project }: Session): string {
  return createHash('sha256')
    .update(`${id} ${project?.id ?? ''}`)
    .digest('base64url');
}

/** The provider's clock may let a token live a little longer. A session does not use that. */
function isAlive({ tokenEndsAt }: Session): boolean {
  return tokenEndsAt > Date.now();
}

function withToken(credentials: Credentials, token: string): Credentials {
  return { ...credentials, rawHeaders: [...credentials.rawHeaders, TOKEN_HEADER, token] };
}
