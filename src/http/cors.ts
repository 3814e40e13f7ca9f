import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Allows pages of these origins to use a server.
 *
 * @param answerPlain answers an OPTIONS that is not a preflight, for example from a load balancer; the plugin would
 *   refuse it
 */
export async function allowOrigins(
  origins: readonly string[],
  server: FastifyInstance,
  answerPlain: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
): Promise<void> {
  server.addHook('onRequest', (request, reply, done) => {
    const isForPlugin = request.method === 'OPTIONS' && request.routeOptions.url === PLUGIN_ROUTE;
    if (!isForPlugin || isPreflight(request)) return done();
    void answerPlain(request, reply);
  });
  await server.register(cors, optionsFor(origins));
}

/** Returns the methods that pages may send, and the headers of answers that they may read. */
function optionsFor(origins: readonly string[]): FastifyCorsOptions {
  return {
    origin: origins.map((origin) => new URL(origin).origin),
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: [
      'accept-ranges',
      'content-disposition',
      'content-range',
      'etag',
      'location',
      'retry-after',
      'tus-extension',
      'tus-max-size',
      'tus-resumable',
      'tus-version',
      'upload-defer-length',
      'upload-expires',
      'upload-length',
      'upload-metadata',
      'upload-offset',
      'www-authenticate',
      'x-openstack-request-id',
    ],
    maxAge: PREFLIGHT_SECONDS,
  };
}

/** The plugin's route for OPTIONS of every path without an OPTIONS route. */
const PLUGIN_ROUTE = '*';

function isPreflight({ headers }: FastifyRequest): boolean {
  return Boolean(headers.origin && headers['access-control-request-method']);
}

/** The time for which a browser may keep the answer to a preflight. */
const PREFLIGHT_SECONDS = 600;
