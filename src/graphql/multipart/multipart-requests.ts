import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { FastifyBodyParser, FastifyInstance, FastifyRequest } from 'fastify';
import { endOfExchange, isForm, mayContinue, discardBody } from '../../http/http-server.js';
import type { Caller } from '../../identity/caller.js';
import { badInput, ImageError } from '../../image/errors.js';
import { readForm } from './form-reader.js';
import { concurrencyLimit } from './concurrency-limit.js';

export interface MultipartOptions {
  /** The highest number of bytes of the file of one request. */
  multipartMaxSize: number;
  /** The highest number of requests with a file at one time. */
  multipartConcurrency: number;
  /** Seconds for which a sender may send nothing. */
  uploadIdleTimeout: number;
}

/**
 * Accepts operations with a file (GraphQL multipart request specification). A file goes to the temporary folder first, so
 * a request is refused before its first byte is read, if possible.
 *
 * @param requireUploader throws for callers who may not upload
 */
export function multipartRequests(
  server: FastifyInstance,
  options: MultipartOptions,
  requireUploader: (caller: Caller) => void,
): void {
  const slots = concurrencyLimit(options.multipartConcurrency);
  const parseJson = jsonParser(server);

  server.addContentTypeParser(/^multipart\/form-data/i, (_request, _payload, done) => done(null));

  server.addHook('preValidation', async (request, reply) => {
    if (!isForm(request)) return;
    requirePreflightHeader(request);
    requireUploader(request.caller);
    await requireFreeSpace(request);
    const freeSlot = slots.take(request.caller);
    const ended = endOfExchange(request, reply);
    ended.addEventListener('abort', () => {
      freeSlot();
      // The next request on the connection waits for the end of this body.
      discardBody(request);
    });
    mayContinue(request, reply);
    request.body = await readForm(request.raw, {
      maxFileSize: options.multipartMaxSize,
      idleSeconds: options.uploadIdleTimeout,
      parseJson,
      ended,
      onFailure: freeSlot,
    });
  });
}

/** Requires a header that a page of another site cannot send without a preflight; it can send a form without one. */
function requirePreflightHeader({ headers }: FastifyRequest): void {
  if (!headers['apollo-require-preflight'] && !headers['x-apollo-operation-name'])
    throw badInput('headers', 'a multipart request needs the header Apollo-Require-Preflight: 1');
  if (headers['content-encoding'])
    throw badInput('Content-Encoding', 'is not supported; send the form without an encoding');
}

/** Refuses a form that is larger than the free space of the temporary folder. */
async function requireFreeSpace(request: FastifyRequest): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  if (Number(request.headers['content-length'] ?? 0) > bavail * bsize) throw new ImageError('STORE_FULL');
}

/** Returns the JSON parser of other requests' bodies. It refuses keys that lead to a prototype. */
function jsonParser(server: FastifyInstance): (text: string) => unknown {
  const parse = server.getDefaultJsonParser('error', 'error') as FastifyBodyParser<string>;
  return (text) => {
    let parsed: unknown;
    void parse(undefined as never, text, (error, value) => {
      if (error) throw error;
      parsed = value;
    });
    return parsed;
  };
}
