import type { FastifyCorsOptions } from '@fastify/cors';

/** What pages on these origins may send, and read of the answers beside the body. */
export function forPagesOn(origins: readonly string[]): FastifyCorsOptions {
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

/** For so long a browser need not ask again. */
const PREFLIGHT_SECONDS = 600;
