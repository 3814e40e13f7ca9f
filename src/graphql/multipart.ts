import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import processRequest from 'graphql-upload/processRequest.mjs';
import Upload from 'graphql-upload/Upload.mjs';
import { mayContinue, readPast } from '../http/server.js';
import type { Caller } from '../identity/caller.js';
import { badInput, ImageError } from '../image/errors.js';

const FIELD_BYTES = 100_000;
const MOST_PLACES = 8;

export interface MultipartOptions {
  /** Bytes of the file of one request. */
  multipartMaxSize: number;
  /** Requests with a file that are taken in at once. */
  multipartConcurrency: number;
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
  let running = 0;

  server.addContentTypeParser(/^multipart\/form-data/i, (_request, _payload, done) => done(null));

  server.addHook('preValidation', async (request, reply) => {
    if (!/^multipart\/form-data/i.test(request.headers['content-type'] ?? '')) return;
    requireNoForeignForm(request);
    requireUploader(request.caller);
    if (running >= options.multipartConcurrency) {
      throw new ImageError('TOO_MANY_UPLOADS', { maximum: options.multipartConcurrency });
    }
    running += 1;
    reply.raw.once('close', () => {
      running -= 1;
      // Nobody takes the rest of a file that was not wanted; the connection's next request waits behind it.
      request.raw.unpipe();
      readPast(request);
    });
    await requireRoom(request);
    mayContinue(request, reply);
    const operations = await processRequest(request.raw, reply.raw, {
      maxFieldSize: FIELD_BYTES,
      // The parser takes a file of just this size for one that is too large.
      maxFileSize: options.multipartMaxSize + 1,
      maxFiles: 1,
    }).catch((error: Error) => {
      throw badInput('body', error.message);
    });
    requireFilesInVariables(operations);
    request.body = operations;
  });
}

/** A page of another site can send a form without asking; it cannot send this header. */
function requireNoForeignForm(request: FastifyRequest): void {
  const { headers } = request;
  if (headers['apollo-require-preflight'] || headers['x-apollo-operation-name']) return;
  throw badInput('headers', 'a multipart request needs the header Apollo-Require-Preflight: 1');
}

async function requireRoom(request: FastifyRequest): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  if (Number(request.headers['content-length'] ?? 0) > bavail * bsize) throw new ImageError('STORE_FULL');
}

/** The client says where its file goes in the operation: into variables only, and into few of them. */
function requireFilesInVariables(operations: unknown): void {
  const { variables, ...others } = operations as { variables?: unknown };
  if (countFiles(others) > 0) throw badInput('map', 'may name places below `variables` only');
  if (countFiles(variables) > MOST_PLACES) throw badInput('map', `may name at most ${MOST_PLACES} places`);
}

function countFiles(root: unknown): number {
  let count = 0;
  const open = [root];
  while (open.length > 0) {
    const value = open.pop();
    if (value instanceof Upload) count += 1;
    else if (typeof value === 'object' && value !== null) open.push(...Object.values(value));
  }
  return count;
}
