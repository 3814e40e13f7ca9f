import type { FastifyCorsOptions } from '@fastify/cors';

/** What pages on these origins may send, and read of the answers beside the body. */
export function forPagesOn(origins: readonly string[]): FastifyCorsOptions {
  return {
    origin: origins.map((origin) => new URL(origin).origin),
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: [
      'accept-ranges',
      'content-disposition',
      'content-range',
      'etag',
      'retry-after',
      'www-authenticate',
      'x-openstack-request-id',
    ],
    maxAge: PREFLIGHT_SECONDS,
  };
}

/** For so long a browser need not ask again. */
const PREFLIGHT_SECONDS = 600;
