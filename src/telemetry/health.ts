import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export interface HealthParts {
  /** Rejects when the gateway cannot serve images. */
  check: () => Promise<void>;
  /** True from the first sign of the end, so that load balancers send requests elsewhere. */
  isStopping: () => boolean;
}

/** Seconds after which a check without an answer counts as failed. Load balancers ask again after about this time. */
const CHECK_LIMIT = 5;

/**
 * Adds the health routes. `/healthcheck` tells that the process is alive, in the form of OpenStack's health check
 * (contract C30). `/ready` tells that the gateway can take requests: its database answers, and it is not shutting down.
 */
export function health(server: FastifyInstance, { check, isStopping }: HealthParts): void {
  const config = { isHealth: true };
  let running: Promise<void> | undefined;
  server.get('/healthcheck', { config }, (request, reply) => answer(request, reply, 200));
  server.head('/healthcheck', { config }, (request, reply) => answer(request, reply, 204));

  server.get('/ready', { config }, async (request, reply) => {
    if (isStopping()) return reply.code(503).send({ ready: false, reason: 'shutting down' });
    try {
      await withinLimit();
      return { ready: true };
    } catch (error) {
      request.log.warn({ err: error }, 'not ready');
      return reply.code(503).send({ ready: false, reason: 'the database or the store cannot be used' });
    }
  });

  /** Checks once for all who ask at the same time, so that a database that is silent does not fill up the pool. */
  async function withinLimit(): Promise<void> {
    running ??= check().finally(() => (running = undefined));
    const answered = new AbortController();
    const late = wait(CHECK_LIMIT * 1000, undefined, { signal: answered.signal }).then(() => {
      throw new Error(`no answer within ${CHECK_LIMIT} s`);
    });
    try {
      await Promise.race([running, late]);
    } finally {
      answered.abort();
      late.catch(() => undefined);
    }
  }
}

function answer({ headers, method }: FastifyRequest, reply: FastifyReply, status: number): FastifyReply {
  const isJson = /^application\/json\b/.test(headers.accept ?? '');
  const body = isJson ? JSON.stringify({ detailed: false, reasons: ['OK'] }, null, 4) : 'OK';
  void reply.code(status).removeHeader('x-openstack-request-id');
  if (method === 'HEAD') return reply.header('content-length', 0).send();
  void reply.header('content-type', isJson ? 'application/json' : 'text/plain; charset=UTF-8');
  return reply.send(Buffer.from(body));
}
