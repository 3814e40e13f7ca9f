import type { Readable } from 'node:stream';
import { DataStore, ERRORS, Server, Upload, type ServerOptions } from '@tus/server';
import type { FastifyRequest } from 'fastify';
import { badInput, ImageError } from '../image/errors.js';
import { tooLong, type PartialUpload } from '../image/upload/resumable/partial-upload.js';

/** The version of the protocol, as requests and answers name it. */
export const TUS_VERSION = '1.0.0';

/** Headers that the protocol has in answers. */
export const TUS_HEADERS = [
  'location',
  'tus-extension',
  'tus-max-size',
  'tus-resumable',
  'tus-version',
  'upload-defer-length',
  'upload-length',
  'upload-metadata',
  'upload-offset',
];

const EXTENSIONS = [
  'creation',
  'creation-defer-length',
  'creation-with-upload',
  'expiration',
  'termination',
];

/** What an upload begins with, as the protocol says it. */
export interface TusCreation {
  size?: number;
  metadata?: Record<string, string | null>;
}

/** The media type of a part. */
export const PART = 'application/offset+octet-stream';

/** What is done when a request turns out to be good. */
export interface TusParts {
  /** Bytes that a whole may have. */
  maxSize: number;
  imageId: string;
  /** The upload that the request is about; undefined for one that creates it. */
  upload?: PartialUpload;
  create?(wanted: TusCreation): Promise<PartialUpload>;
  /** Takes in the body of the request. */
  append(upload: PartialUpload): Promise<void>;
  locationOf(upload: PartialUpload): string;
}

/**
 * Answers one request as tus 1.0.0 has it. The library judges heads; the body it never sees: it would pass through
 * several streams more, and what these hold when a connection breaks would be lost.
 *
 * @throws ImageError for all that is refused
 */
export async function tusAnswer(request: FastifyRequest, method: string, parts: TusParts): Promise<Response> {
  const failed: { error?: unknown } = {};
  const url = new URL(request.url, 'http://gateway');
  const head = new Request(url, { method, headers: headersFor(request) });
  const answer = await tusServer(parts, isPart(request), failed).handleWeb(head);
  if (answer.status < 400) return answer;
  throw inOurWords(failed.error, await answer.text(), parts, announced(request));
}

/** One server for each request: it knows of the one upload that the request is about. */
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
      // No part finishes an upload of zero bytes, unless this request says that it has one.
      if (wanted.size === 0 && !bringsPart) await parts.append(upload);
      return wanted;
    },
    getUpload: () => Promise.resolve(shown(known())),
    declareUploadLength: (_id: string, size: number) => known().declareSize(size),
    async write(nothing: Readable) {
      nothing.resume();
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

/** The library knows one upload at a time, whatever it is called. */
const NAME = 'upload';
/** Whoever works on an upload has it alone already. */
const NO_LOCKS = {
  newLock: () => ({ lock: () => Promise.resolve(), unlock: () => Promise.resolve() }),
};

function shown({ size, offset, metadata }: PartialUpload): Upload {
  return new Upload({ id: NAME, size, offset, metadata });
}

/** True for a request whose body is a part. Letter case and parameters of the media type do not matter. */
export function isPart({ headers }: FastifyRequest): boolean {
  return headers['content-type']?.split(';', 1)[0].trim().toLowerCase() === PART;
}

function headersFor(request: FastifyRequest): [string, string][] {
  const headers = { ...request.headers, ...(isPart(request) && { 'content-type': PART }) };
  return Object.entries(headers).flatMap(([name, value]) =>
    READ.test(name) && typeof value === 'string' ? [[name, value] as [string, string]] : [],
  );
}

const READ = /^(tus-resumable|upload-.*|content-(type|length))$/;

/** Returns the digits of Upload-Length; undefined without this header. */
function announced({ headers }: FastifyRequest): string | undefined {
  const length = headers['upload-length'];
  return typeof length === 'string' && /^\d+$/.test(length) ? length : undefined;
}

function inOurWords(
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
      return badInput('Upload-Offset', 'must say from which byte on the body is');
    case ERRORS.INVALID_LENGTH:
      return upload
        ? badInput('Upload-Length', 'may be told once, and not be less than what has come')
        : badInput('Upload-Length', 'must be given, or Upload-Defer-Length, and not both');
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
    'must be a list of different keys with commas between them, each with a blank and the base64 of its value',
  ],
};
