import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { FastifyBodyParser, FastifyInstance, FastifyRequest } from 'fastify';
import { endOfExchange, isForm, mayContinue, discardBody } from '../../http/http-server.js';
import type { Caller } from '../../identity/caller.js';
import { badInput, ImageError } from '../../image/errors.js';
import { readForm } from './form-reader.js';
import { uploadSlots } from './concurrency-limit.js';

export interface MultipartOptions {
  /** Bytes of the file of one request. */
  multipartMaxSize: number;
  /** Requests with a file that are taken in at once. */
  multipartConcurrency: number;
  /** Seconds for which the sender of a file may be silent. */
  uploadIdleTimeout: number;
}

/**
 * Operations with a file, as the GraphQL multipart request specification has them. The file is first kept in
 * the temporary folder, so everything that can be refused is refused before its first byte is read.
 *
 * @param requireUploader throws for callers who may not upload
 */
export function multipart(
  server: FastifyInstance,
  options: MultipartOptions,
  requireUploader: (caller: Caller) => void,
): void {
  const slots = uploadSlots(options.multipartConcurrency);
  const parseJson = jsonParser(server);

  server.addContentTypeParser(/^multipart\/form-data/i, (_request, _payload, done) => done(null));

  server.addHook('preValidation', async (request, reply) => {
    if (!isForm(request)) return;
    requirePlainForm(request);
    requireUploader(request.caller);
    await requireRoom(request);
    const leave = slots.take(request.caller);
    const over = endOfExchange(request, reply);
    over.addEventListener('abort', () => {
      leave();
      // Nobody takes the rest of a file that was not wanted; the connection's next request waits behind it.
      discardBody(request);
    });
    mayContinue(request, reply);
    request.body = await readForm(request.raw, {
      maxFileSize: options.multipartMaxSize,
      idleSeconds: options.uploadIdleTimeout,
      parseJson,
      over,
      onFailure: leave,
    });
  });
}

/** A page of another site can send a form without asking; it cannot send this header. */
function requirePlainForm({ headers }: FastifyRequest): void {
  if (!headers['apollo-require-preflight'] && !headers['x-apollo-operation-name'])
    throw badInput('headers', 'a multipart request needs the header Apollo-Require-Preflight: 1');
  if (headers['content-encoding'])
    throw badInput('Content-Encoding', 'is not supported; send the form itself');
}

async function requireRoom(request: FastifyRequest): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  if (Number(request.headers['content-length'] ?? 0) > bavail * bsize) throw new ImageError('STORE_FULL');
}

/** Reads JSON like the body of any other request: refuses keys that lead to a prototype. */
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
