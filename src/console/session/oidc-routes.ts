import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { decodeJwt } from 'jose';
import { publicError } from '../../http/public-error.js';
import { Unauthenticated } from '../../identity/caller.js';
import { ImageError } from '../../image/errors.js';
import { HOME, nextPath } from './next-path.js';
import type { OidcClient, Tokens, Transaction } from './oidc-client.js';
import type { OwnPage } from './own-page.js';
import type { SealedCookie } from './sealed-cookie.js';
import { endBefore, enter, goOn, LOGIN_BODY, required, type SessionParts } from './session-parts.js';
import type { Session, ShownSession } from './sessions.js';

export interface OidcParts extends SessionParts {
  client: OidcClient;
  page: OwnPage;
  transactions: SealedCookie<Begun>;
}

/** A login that waits for the browser to come back from the provider. */
export interface Begun extends Transaction {
  readonly next: string;
}

const TRANSACTION_MS = 10 * 60 * 1000;
/** The time for which a session can be refreshed after its access token, where the provider does not tell. */
const REFRESH_SECONDS = 60 * 60;

/** The path to which the provider sends browsers back. */
export const CALLBACK = '/console/callback';

/** Registers the addresses that a browser goes to: the way to the provider, and the way back. */
export function oidcPageRoutes(server: FastifyInstance, parts: OidcParts): void {
  const { sessions, page, transactions } = parts;
  server.addHook('onRequest', async (_request, reply) => {
    void reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  });

  server.get('/console/login', (request, reply) =>
    orBackHome(request, reply, async () => {
      refuseForeignPage(request, page);
      const origin = page.origin(request.headers);
      if (origin === undefined) throw new ImageError('LOGIN_ADDRESS_UNKNOWN');
      const { url, transaction } = await parts.client.begin(origin + CALLBACK);
      const next = nextPath((request.query as { next?: unknown }).next);
      transactions.write(request, reply, { ...transaction, next }, Date.now() + TRANSACTION_MS);
      return reply.redirect(url, 303);
    }),
  );

  server.get(CALLBACK, (request, reply) =>
    orBackHome(request, reply, async () => {
      const parameters = new URL(request.url, 'http://console.invalid').searchParams;
      const begun = transactions.read(request.headers);
      // Another state is not of this login, and must not end it.
      if (!begun || parameters.get('state') !== begun.state) throw new ImageError('LOGIN_EXPIRED');
      transactions.clear(request, reply);
      const tokens = await parts.client.finish(begun, parameters);
      const { user } = await enter(sessions, sessionOf(tokens), request, reply);
      const before = sessions.of(request.headers);
      if (before?.refreshToken)
        await endBefore(sessions, before, () => parts.client.revoke(before.refreshToken!, 'refresh_token'));
      else if (before) sessions.refuse(before);
      request.log.info({ user }, 'logged in to the console');
      return reply.redirect(begun.next, 303);
    }),
  );
}

/** Registers the route that makes a session longer. */
export function oidcRoutes(server: FastifyInstance, parts: OidcParts): void {
  const { sessions } = parts;
  /** Refresh token → its exchange. Two exchanges at once look like a theft to a provider that rotates its tokens. */
  const running = new Map<string, Promise<Tokens>>();

  server.post('/console/session/refresh', LOGIN_BODY, async (request, reply): Promise<ShownSession> => {
    const old = required(sessions, request);
    const { refreshToken } = old;
    if (refreshToken === undefined) throw new Unauthenticated(OVER);
    const tokens = await exchange(refreshToken).catch((error: unknown) => {
      // The cookie stays: another tab may have made the session longer in this moment.
      throw error instanceof ImageError ? new Unauthenticated(OVER) : error;
    });
    const session = sessionOf({ refreshToken, userName: old.userName, ...defined(tokens) }, old.id);
    if (claimsOf(session.token).sub !== claimsOf(old.token).sub) throw new Unauthenticated(OVER);
    return goOn(sessions, session, request, reply, () =>
      parts.client.revoke(session.refreshToken!, 'refresh_token'),
    );
  });

  function exchange(refreshToken: string): Promise<Tokens> {
    const asked =
      running.get(refreshToken) ??
      parts.client.refresh(refreshToken).finally(() => running.delete(refreshToken));
    running.set(refreshToken, asked);
    return asked;
  }
}

const OVER = 'The session cannot be made longer; log in again.';

/** Answers a failed login by leading to the page, which shows the code. A browser that goes to an address shows no JSON. */
async function orBackHome(
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work();
  } catch (error) {
    const { code } = publicError(error, request.log);
    request.log.info({ code }, 'no login to the console');
    return reply.redirect(`${HOME}?loginError=${code}`, 303);
  }
}

/** A browser that tells nothing about the sender of a request may begin a login: it does no harm by itself. */
function refuseForeignPage({ headers }: FastifyRequest, page: OwnPage): void {
  const isSilent = headers.origin === undefined && headers['sec-fetch-site'] === undefined;
  if (!isSilent && !page.sent(headers, true)) throw new ImageError('OWN_PAGE_ONLY');
}

function sessionOf(tokens: Tokens, id: string = randomUUID()): Session {
  const { accessToken, refreshToken, refreshSeconds = REFRESH_SECONDS } = tokens;
  const claims = claimsOf(accessToken);
  const tokenEndsAt = (claims.exp ?? 0) * 1000;
  const endsAt =
    refreshToken === undefined ? tokenEndsAt : Math.max(tokenEndsAt, Date.now() + refreshSeconds * 1000);
  const userName = tokens.userName ?? claims.sub ?? '';
  return { id, token: accessToken, tokenEndsAt, endsAt, refreshToken, userName };
}

/** Returns the claims of a token, which `enter` then checks. */
function claimsOf(token: string) {
  try {
    return decodeJwt(token);
  } catch {
    throw new ImageError('LOGIN_NOT_ACCEPTED', { reason: 'the access token is no JWT.' });
  }
}

/** Returns the tokens without fields that the provider did not send again. */
function defined(tokens: Tokens): Tokens {
  return Object.fromEntries(Object.entries(tokens).filter(([, value]) => value !== undefined)) as never;
}
