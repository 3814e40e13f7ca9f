import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { createGunzip, gunzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ImageError } from '../image/errors.js';

/** The file of the page itself. It is not served under its own name: browsers would keep it, without its headers. */
export const PAGE = 'index.html';

/** The files of a built page. The folder holds each file as gzip. */
export interface BuiltFiles {
  has(name: string): boolean;
  /** Returns the content of a text file. */
  text(name: string): string;
  /** Sends a file, compressed for clients that take that. */
  send(name: string, request: FastifyRequest, reply: FastifyReply): FastifyReply;
  /** Sends a file whose name contains a digest of its content: the content of such a name never changes. */
  sendForEver(name: string, request: FastifyRequest, reply: FastifyReply): FastifyReply;
}

/** Returns the files of a page; none when it is not built. */
export function builtFiles(folder: URL): BuiltFiles {
  const names = namesIn(folder);
  const stored = (name: string) => new URL(`${name}.gz`, folder);

  return {
    has: (name) => names.has(name),
    text: (name) => gunzipSync(readFileSync(stored(name))).toString(),
    send,
    sendForEver(name, request, reply) {
      if (name === PAGE) throw new ImageError('NOT_FOUND');
      return send(name, request, reply.header('cache-control', 'public, max-age=31536000, immutable'));
    },
  };

  function send(name: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    // A build may replace the files while the gateway runs.
    if (!names.has(name) || !existsSync(stored(name))) throw new ImageError('NOT_FOUND');
    const takesGzip = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(
      String(request.headers['accept-encoding']),
    );
    void reply.headers({
      'content-type': TYPES[extname(name)],
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      vary: 'accept-encoding',
      ...(takesGzip ? { 'content-encoding': 'gzip' } : {}),
    });
    if (request.method === 'HEAD') return reply.send();
    const compressed = createReadStream(stored(name));
    if (takesGzip) return reply.send(compressed);
    const plain = createGunzip();
    compressed.on('error', (error) => plain.destroy(error));
    return reply.send(compressed.pipe(plain));
  }
}

/** Registers the answer to every other method than GET and HEAD, for the paths of a page. */
export function onlyRead(server: FastifyInstance, urls: readonly string[]): void {
  for (const url of urls) {
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

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.txt': 'text/plain; charset=utf-8',
};

function namesIn(folder: URL): ReadonlySet<string> {
  try {
    return new Set(readdirSync(folder).map((file) => file.replace(/\.gz$/, '')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Set();
    throw error;
  }
}
