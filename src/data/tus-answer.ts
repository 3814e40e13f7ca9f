import type { Readable } from 'node:stream';
import { DataStore, ERRORS, Server, Upload, type ServerOptions } from '@tus/server';
import type { FastifyRequest } from 'fastify';
import { badInput, ImageError } from '../image/errors.js';
import { tooLong, type PartialUpload } from '../image/upload/resumable/partial-upload.js';
import { isPart, PART, type TusParts } from './tus.js';

/**
 * Answers one request of tus 1.0.0. The library checks the head only. It never gets the body: the body would pass through
 * more streams, and the bytes in them would be lost when a connection breaks.
 *
 * @throws ImageError for a refused request
 */
export async function tusAnswer(request: FastifyRequest, method: string, parts: TusParts): Promise<Response> {
  const failed: { error?: unknown } = {};
  const url = new URL(request.url, 'http://gateway');
  const head = new Request(url, { method, headers: headersFor(request) });
  const answer = await tusServer(parts, isPart(request), failed).handleWeb(head);
  if (answer.status < 400) return answer;
  throw ownError(failed.error, await answer.text(), parts, announced(request));
}

const EXTENSIONS = [
  'creation',
  'creation-defer-length',
  'creation-with-upload',
  'expiration',
  'termination',
];

/** Makes a server of the library for one request. It knows only the upload of this request. */
function tusServer(parts: TusParts, bringsPart: boolean, failed: { error?: unknown }): Server {
  let { upload } = parts;
  const known = () => {
    if (upload) return upload;
    throw new ImageError('UPLOAD_NOT_FOUND', { id: parts.imageId });
  };
  const datastore = Object.assign(new DataStore(), {
    extensions: EXTENSIONS,
    async create(wanted: Upload) {
      upload = await parts.create!(wanted);
      // An upload of zero bytes gets no part later, so it is complete now unless this request brings a part.
      if (wanted.size === 0 && !bringsPart) await parts.append(upload);
      return wanted;
    },
    getUpload: () => Promise.resolve(shown(known())),
    declareUploadLength: (_id: string, size: number) => known().declareSize(size),
    async write(emptyBody: Readable) {
      emptyBody.resume();
      await parts.append(known());
      return known().offset;
    },
    remove: () => known().remove(),
  });
  const options: Omit<ServerOptions, 'locker'> = {
    path: '/data',
    maxSize: parts.maxSize,
    namingFunction: () => NAME,
    getFileIdFromRequest: () => NAME,
    generateUrl: () => parts.locationOf(known()),
    onResponseError(_request, error) {
      failed.error = error;
      return undefined;
    },
  };
  return new Server({ ...options, locker: NO_LOCKS, datastore });
}

/** The name of the upload inside the library; each server has one upload. */
const NAME = 'upload';
/** The route has locked the upload already. */
const NO_LOCKS = {
  newLock: () => ({ lock: () => Promise.resolve(), unlock: () => Promise.resolve() }),
};

function shown({ size, offset, metadata }: PartialUpload): Upload {
  return new Upload({ id: NAME, size, offset, metadata });
}

function headersFor(request: FastifyRequest): [string, string][] {
  const headers = { ...request.headers, ...(isPart(request) && { 'content-type': PART }) };
  return Object.entries(headers).flatMap(([name, value]) =>
    READ.test(name) && typeof value === 'string' ? [[name, value] as [string, string]] : [],
  );
}

const READ = /^(tus-resumable|upload-.*|content-(type|length))$/;

/** Returns the digits of Upload-Length; undefined for a missing or malformed header. */
function announced({ headers }: FastifyRequest): string | undefined {
  const length = headers['upload-length'];
  return typeof length === 'string' && /^\d+$/.test(length) ? length : undefined;
}

function ownError(
  error: unknown,
  text: string,
  { maxSize, upload, imageId }: TusParts,
  length: string | undefined,
): unknown {
  if (error instanceof ImageError) return error;
  switch (error) {
    case ERRORS.FILE_NOT_FOUND:
      return new ImageError('UPLOAD_NOT_FOUND', { id: imageId });
    case ERRORS.INVALID_OFFSET:
      return new ImageError('UPLOAD_OFFSET_MISMATCH');
    case ERRORS.ERR_MAX_SIZE_EXCEEDED:
      return new ImageError('IMAGE_TOO_LARGE', { cap: maxSize });
    case ERRORS.ERR_SIZE_EXCEEDED:
      return upload ? tooLong(upload.size ?? maxSize, upload.offset) : tooLong(Number(length ?? maxSize), 0);
    case ERRORS.MISSING_OFFSET:
      return badInput('Upload-Offset', 'must be the number of bytes that the gateway has received');
    case ERRORS.INVALID_LENGTH:
      return upload
        ? badInput('Upload-Length', 'must be sent once, and not be less than the number of received bytes')
        : badInput('Upload-Length', 'or Upload-Defer-Length must be given, but not both');
  }
  const [, field] = /^Invalid (\S+)/.exec(text) ?? [];
  if (field === 'upload-length' && Number(length) > maxSize)
    return new ImageError('IMAGE_TOO_LARGE', { cap: maxSize });
  return field in FORMS ? badInput(...FORMS[field]) : error;
}

const BYTES = 'must be a whole number of bytes, in digits';
const FORMS: Record<string, [field: string, problem: string]> = {
  'upload-offset': ['Upload-Offset', BYTES],
  'upload-length': ['Upload-Length', BYTES],
  'upload-defer-length': ['Upload-Defer-Length', 'must be 1'],
  'upload-metadata': [
    'Upload-Metadata',
    'must be a list of distinct keys with commas between them; a space and the value in base64 follow each key',
  ],
};
