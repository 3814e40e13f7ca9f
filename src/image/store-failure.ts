import { SourceError } from '../store/http-source.js';
import { StoreError, type StoreFault } from '../store/store.js';
import { ImageError, type ErrorCode, type ErrorParameters } from './errors.js';

/**
 * A failure met while working on an image, in the words of the table of errors and with the image's id. All
 * failures of a source read alike, so that nobody learns our network from them.
 *
 * @param about what else a face may tell of a failing store
 */
export function asImageError(error: unknown, id: string, about: ErrorParameters = {}): Error {
  if (error instanceof ImageError) {
    return new ImageError(error.code, { ...error.parameters, id, imageId: id }, { cause: error.cause });
  }
  if (error instanceof StoreError)
    return new ImageError(CODES[error.fault], { ...about, id, imageId: id }, { cause: error });
  if (error instanceof SourceError)
    return new ImageError('SOURCE_FAILED', { id, imageId: id }, { cause: error });
  return error as Error;
}

/** Throws on what a promise failed with, as `asImageError` says it. */
export function rethrowFor(id: string) {
  return (error: unknown): never => {
    throw asImageError(error, id);
  };
}

/** The same while data is being taken in: what is missing then is the store itself, a folder or a bucket. */
export function asUploadError(error: unknown, id: string): Error {
  const isAway = error instanceof StoreError && error.fault === 'missing';
  return asImageError(isAway ? new StoreError('unavailable', { cause: error }) : error, id);
}

/** True for what is no fault of the data: the same may be taken in at another time. */
export function isPassing(error: unknown): boolean {
  return error instanceof ImageError && PASSING.has(error.code);
}

const PASSING: ReadonlySet<ErrorCode> = new Set([
  'STORE_FULL',
  'STORE_READ_ONLY',
  'STORE_UNAVAILABLE',
  'SHUTTING_DOWN',
]);

const CODES: Record<StoreFault, ErrorCode> = {
  full: 'STORE_FULL',
  readOnly: 'STORE_READ_ONLY',
  missing: 'DATA_MISSING',
  conflict: 'UPLOAD_CONFLICT',
  unavailable: 'STORE_UNAVAILABLE',
};
