import type { FastifyInstance, FastifyReply } from 'fastify';
import { builtFiles, onlyRead, PAGE } from '../../http/built-files.js';

/** The folder of the built page; the URL is the same from src/ and from dist/. */
const ASSETS = new URL('../../../dist/graphql/graphiql/assets/', import.meta.url);

/**
 * Registers `/graphiql`, a page for writing and running operations, with all its assets. The page loads nothing from other
 * hosts, and its Content-Security-Policy forbids that.
 *
 * @param options.console true where the page links to the console
 * @param options.assets the folder of the built page
 */
export async function graphiqlRoutes(
  server: FastifyInstance,
  { console: hasConsole, assets = ASSETS }: { console: boolean; assets?: URL },
): Promise<void> {
  const files = builtFiles(assets);
  if (!files.has(PAGE)) {
    server.log.warn('there is no /graphiql, since GraphiQL is not built; run: npm run build');
    return;
  }

  const page = files.text(PAGE).replace('{{console}}', String(hasConsole));

  server.route({
    method: ['GET', 'HEAD'],
    url: '/graphiql',
    handler: (_request, reply) => guarded(reply).headers(PAGE_HEADERS).send(page),
  });

  server.route<{ Params: { asset: string } }>({
    method: ['GET', 'HEAD'],
    url: '/graphiql/:asset',
    handler: (request, reply) => files.sendForEver(request.params.asset, request, guarded(reply)),
  });

  // The page's relative links need a URL without a slash at its end.
  server.route({
    method: ['GET', 'HEAD'],
    url: '/graphiql/',
    handler: (_request, reply) => reply.redirect('../graphiql', 308),
  });

  onlyRead(server, ['/graphiql', '/graphiql/*']);
}

const PAGE_HEADERS = {
  'cache-control': 'no-cache',
  'content-type': 'text/html; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
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

function guarded(reply: FastifyReply): FastifyReply {
  return reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
}
