import { createReadStream, readdirSync } from 'node:fs';
import { extname } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ImageError } from '../../image/errors.js';

/** The folder of the built page; the URL is the same from src/ and from dist/. */
const ASSETS = new URL('../../../dist/graphql/graphiql/assets/', import.meta.url);
const PAGE = 'index.html';

/**
 * Registers `/graphiql`, a page for writing and running operations, with all its assets. The page loads nothing from other
 * hosts, and its Content-Security-Policy forbids that.
 */
export async function graphiqlRoutes(server: FastifyInstance): Promise<void> {
  const assets = builtAssets();
  if (!assets.has(PAGE)) {
    server.log.warn('there is no /graphiql, since GraphiQL is not built; run: npm run build');
    return;
  }

  server.route({
    method: ['GET', 'HEAD'],
    url: '/graphiql',
    handler: (request, reply) => send(PAGE, request, reply.header('cache-control', 'no-cache')),
  });

  server.route<{ Params: { asset: string } }>({
    method: ['GET', 'HEAD'],
    url: '/graphiql/:asset',
    handler: (request, reply) => {
      const { asset } = request.params;
      if (asset === PAGE || !assets.has(asset)) throw new ImageError('NOT_FOUND');
      // The name contains a digest of the content, so the content of a name never changes.
      return send(asset, request, reply.header('cache-control', 'public, max-age=31536000, immutable'));
    },
  });

  // The page's relative links need a URL without a slash at its end.
  server.route({
    method: ['GET', 'HEAD'],
    url: '/graphiql/',
    handler: (_request, reply) => reply.redirect('../graphiql', 308),
  });

  for (const url of ['/graphiql', '/graphiql/*']) {
    server.route({
      method: ['POST', 'PUT', 'PATCH', 'DELETE'],
      url,
      onRequest: async (request, reply) => {
        void reply.header('allow', 'GET, HEAD');
        throw new ImageError('METHOD_NOT_ALLOWED', { method: request.method });
      },
      handler: () => undefined,
    });
  }
}

/** Returns the names of the files that clients may request. The folder holds each file as gzip. */
function builtAssets(): ReadonlySet<string> {
  try {
    return new Set(readdirSync(ASSETS).map((file) => file.replace(/\.gz$/, '')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Set();
    throw error;
  }
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
};

/** Allows inline styles, since the editor sets them; forbids inline scripts. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function send(asset: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const takesGzip = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(String(request.headers['accept-encoding']));
  void reply.headers({
    'content-type': TYPES[extname(asset)],
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    vary: 'accept-encoding',
    ...(takesGzip ? { 'content-encoding': 'gzip' } : {}),
  });
  if (request.method === 'HEAD') return reply.send();
  const stored = createReadStream(new URL(`${asset}.gz`, ASSETS));
  if (takesGzip) return reply.send(stored);
  const plain = createGunzip();
  stored.on('error', (error) => plain.destroy(error));
  return reply.send(stored.pipe(plain));
}
