import type { FastifyRequest } from 'fastify';
import type { PartialUpload } from '../image/upload/resumable/partial-upload.js';

/** The version of tus in the headers of requests and answers. */
export const TUS_VERSION = '1.0.0';

/** The headers of tus in answers. */
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

/** The size and metadata in a request that creates an upload. */
export interface TusCreation {
  size?: number;
  metadata?: Record<string, string | null>;
}

/** The media type of a part. */
export const PART = 'application/offset+octet-stream';

/** The upload that a request is about, and the functions that work on it. */
export interface TusParts {
  /** The highest size of an upload, in bytes. */
  maxSize: number;
  imageId: string;
  /** The upload that the request is about; undefined if the request creates it. */
  upload?: PartialUpload;
  create?(wanted: TusCreation): Promise<PartialUpload>;
  /** Receives the body of the request. */
  append(upload: PartialUpload): Promise<void>;
  locationOf(upload: PartialUpload): string;
}

/** Returns true if the body is a part. Ignores letter case and parameters of the media type. */
export function isPart({ headers }: FastifyRequest): boolean {
  return headers['content-type']?.split(';', 1)[0].trim().toLowerCase() === PART;
}
