import type { FastifyReply, FastifyRequest } from 'fastify';
import { Unauthenticated } from '../../identity/caller.js';
import { ImageError } from '../../image/errors.js';
import type { Session, Sessions, ShownSession } from './sessions.js';

/** The parts that all routes of sessions need. */
export interface SessionParts {
  sessions: Sessions;
}

/** The bodies of logins are small. */
export const LOGIN_BODY = { bodyLimit: 16 * 1024 };

/** Returns the session of a request. @throws Unauthenticated without one */
export function required(sessions: Sessions, request: FastifyRequest): Session {
  const session = sessions.of(request.headers);
  if (!session) throw new Unauthenticated('Nobody is logged in.');
  return session;
}

/**
 * Gives the next state of a session to the browser.
 *
 * @param revoke makes the new token count no longer, when the user has logged out in the meantime
 * @throws Unauthenticated then
 */
export async function goOn(
  sessions: Sessions,
  session: Session,
  request: FastifyRequest,
  reply: FastifyReply,
  revoke: () => Promise<void>,
): Promise<ShownSession> {
  if (!sessions.of(request.headers)) {
    await revoke().catch(() => undefined);
    throw new Unauthenticated('Nobody is logged in.');
  }
  try {
    return await enter(sessions, session, request, reply);
  } catch (error) {
    if (error instanceof Unauthenticated) await revoke().catch(() => undefined);
    throw error;
  }
}

/**
 * Gives a new session to the browser, once its token has passed the checks of every token.
 *
 * @throws ImageError LOGIN_NOT_ACCEPTED, LOGIN_TOO_LARGE
 */
export async function enter(
  sessions: Sessions,
  session: Session,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<ShownSession> {
  const shown = await sessions.shown(session, request).catch((error: unknown) => {
    if (!(error instanceof Unauthenticated)) throw error;
    request.log.warn({ reason: error.reason }, 'the token of a login to the console is not accepted');
    throw new ImageError('LOGIN_NOT_ACCEPTED', { reason: error.reason });
  });
  sessions.give(session, request, reply);
  return shown;
}

/** Ends the session that a browser had before a new login: a copy of its cookie must not outlive it. */
export async function endBefore(
  sessions: Sessions,
  before: Session,
  revoke: () => Promise<void>,
): Promise<void> {
  sessions.refuse(before);
  await revoke().catch(() => undefined);
}
