import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { builtFiles, onlyRead, PAGE, type BuiltFiles } from '../http/built-files.js';

/** The folder of the built page; the URL is the same from src/ and from dist/. */
const ASSETS = new URL('../../dist/console/assets/', import.meta.url);

/** The facts that the page needs before it asks for anything else. Anybody may read them. */
export interface ConsoleConfig {
  /** The way of login, as the option AUTH names it. */
  auth: string;
  /** The name of the identity service where the page logs in, and the domain to propose; null where it does not. */
  login: { name: string; domain: string | null } | null;
  /** The version of the gateway. */
  version: string;
  /** True where GraphiQL is served. */
  graphiql: boolean;
  /** A line that the page shows on top; null for none. */
  banner: string | null;
  /** The address that logs out of the proxy in front; null where nobody can log out. */
  logoutUrl: string | null;
}

/**
 * Registers `/console`, a page to look at and change images. Every address below it that is no file answers with the page,
 * which shows the screen of its address.
 */
export async function consoleRoutes(server: FastifyInstance, config: ConsoleConfig): Promise<void> {
  const files = builtFiles(ASSETS);
  if (!files.has(PAGE)) {
    server.log.warn('there is no /console, since the console is not built; run: npm run build');
    return;
  }
  const page = pageOf(files);

  server.route({
    method: ['GET', 'HEAD'],
    url: '/console/config.json',
    handler: (_request, reply) => reply.headers(FRESH).send(config),
  });
  server.route({
    method: ['GET', 'HEAD'],
    url: '/console/licences.txt',
    handler: (request, reply) => files.send('licences.txt', request, reply.headers(FRESH)),
  });
  server.route<{ Params: { asset: string } }>({
    method: ['GET', 'HEAD'],
    url: '/console/assets/:asset',
    handler: (request, reply) => {
      const { asset } = request.params;
      if (asset.startsWith(WORKER)) void reply.header('content-security-policy', WORKER_POLICY);
      return files.sendForEver(asset, request, reply);
    },
  });
  for (const url of ['/console', '/console/*'])
    server.route({ method: ['GET', 'HEAD'], url, handler: (request, reply) => page(request, reply) });

  onlyRead(server, ['/console', '/console/*']);
}

/** The start of the name of the script that computes digests, with WebAssembly, beside the page. */
const WORKER = 'digest-worker-';
const WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'";
const FRESH = { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' };

/** Returns what sends the page. Each answer has a nonce of its own, which the page's own styles carry. */
function pageOf(files: BuiltFiles) {
  const [before, after] = files.text(PAGE).split('{{nonce}}');
  return (_request: FastifyRequest, reply: FastifyReply) => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers({
        ...FRESH,
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': contentSecurityPolicy(nonce),
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'permissions-policy': PERMISSIONS,
      })
      .send(`${before}${nonce}${after}`);
  };
}

/** The page uses none of these. */
const PERMISSIONS = ['camera', 'geolocation', 'microphone', 'payment', 'usb']
  .map((feature) => `${feature}=()`)
  .join(', ');

/** Forbids inline scripts, scripts made from texts, and every other host. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types console-worker',
  ].join('; ');
}
