import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Allows pages on these origins to use a server.
 *
 * @param answerPlain answers an OPTIONS that is no preflight of a browser, such as that of a load balancer, which the
 *   plugin would refuse
 */
export async function admitPagesOn(
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

/** What pages on these origins may send, and read of the answers beside the body. */
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

/** The route by which the plugin takes OPTIONS of every path that has none of its own. */
const PLUGIN_ROUTE = '*';

function isPreflight({ headers }: FastifyRequest): boolean {
  return Boolean(headers.origin && headers['access-control-request-method']);
}

/** For so long a browser need not ask again. */
const PREFLIGHT_SECONDS = 600;
