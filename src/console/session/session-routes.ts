import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ImageError } from '../../image/errors.js';
import type { OwnPage } from './own-page.js';
import { required } from './session-parts.js';
import type { Session, Sessions } from './sessions.js';

export interface SessionRoutesParts {
  sessions: Sessions;
  page: OwnPage;
  /** Makes the tokens of a session count no longer. */
  revoke: (session: Session) => Promise<void>;
  /** Returns the address at which the user also logs out of the provider; null for none. */
  logoutUrl: (request: FastifyRequest) => Promise<string | null>;
  /** Registers the routes of one way to log in. */
  ofWay: (server: FastifyInstance) => void;
}

/** Registers the routes that tell who is logged in, and log out. Only the gateway's own page may use them, and those of the way. */
export function sessionRoutes(server: FastifyInstance, parts: SessionRoutesParts): void {
  const { sessions, page, revoke, logoutUrl, ofWay } = parts;
  // A form of another site could send a text that looks like JSON.
  server.removeContentTypeParser('text/plain');
  server.addHook('onRequest', async (request, reply) => {
    void reply.header('cache-control', 'no-store');
    if (page.isOpenToNetwork(request.headers)) throw new ImageError('LOGIN_NEEDS_TLS');
    if (!page.sent(request.headers)) throw new ImageError('OWN_PAGE_ONLY');
  });

  server.get('/console/session', (request) => sessions.shown(required(sessions, request), request));

  server.delete('/console/session', async (request, reply) => {
    const session = sessions.of(request.headers);
    sessions.end(request, reply);
    if (session) {
      // The session has ended here; the token ends by itself where the identity service is away.
      await revoke(session).catch((error: unknown) => {
        request.log.warn({ err: error }, 'a token could not be revoked');
      });
      request.log.info('logged out of the console');
    }
    return { logoutUrl: session ? await logoutUrl(request).catch(() => null) : null };
  });

  ofWay(server);
  refuseOtherMethods(server);
}

/** Registers the answer to everything else, which would otherwise be the page. */
function refuseOtherMethods(server: FastifyInstance): void {
  const url = '/console/session';
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
    (method) => !server.hasRoute({ method: method as 'GET', url }),
  );
  const refuse = (request: FastifyRequest, reply: FastifyReply) => {
    const allowed = ['GET', 'POST', 'PUT', 'DELETE'].filter((each) => !methods.includes(each));
    void reply.header('allow', allowed.join(', '));
    throw new ImageError('METHOD_NOT_ALLOWED', { method: request.method });
  };
  server.route({ method: methods as 'GET'[], url, handler: refuse });
}
