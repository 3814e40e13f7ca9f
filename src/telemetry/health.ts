import type { FastifyInstance } from 'fastify';

export interface HealthParts {
  /** Fails when the gateway cannot serve images. */
  check: () => Promise<void>;
  isDraining: () => boolean;
}

/**
 * `/healthcheck` says that the process lives, `/ready` that it should be sent requests: its database
 * answers and it is not shutting down.
 */
export function health(server: FastifyInstance, { check, isDraining }: HealthParts): void {
  server.get('/healthcheck', (_request, reply) => reply.type('text/plain').send('OK'));

  server.get('/ready', async (request, reply) => {
    if (isDraining()) return reply.code(503).send({ ready: false, reason: 'shutting down' });
    try {
      await check();
      return { ready: true };
    } catch (error) {
      request.log.warn({ err: error }, 'not ready');
      return reply.code(503).send({ ready: false, reason: 'the database or the store cannot be used' });
    }
  });
}
