import { SourceError } from '../store/http-source.js';
import { StoreError, type StoreFault } from '../store/store.js';
import { ImageError, type ErrorCode, type ErrorParameters } from './errors.js';

/**
 * Returns the error for a failure of work on an image, with the image's id. All failures of a source get the same error,
 * so that nobody learns about our network from them.
 *
 * @param about further parameters of the error for a failing store
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

/** Returns a handler for a rejected promise, which throws `asImageError`. */
export function rethrowFor(id: string) {
  return (error: unknown): never => {
    throw asImageError(error, id);
  };
}

/** Returns `asImageError` for an upload, where a missing thing is the store itself: its folder or its bucket. */
export function asUploadError(error: unknown, id: string): Error {
  const isAway = error instanceof StoreError && error.fault === 'missing';
  return asImageError(isAway ? new StoreError('unavailable', { cause: error }) : error, id);
}

/** Returns true for a failure that is not the fault of the data: the same upload may succeed later. */
export function isTransient(error: unknown): boolean {
  return error instanceof ImageError && TRANSIENT.has(error.code);
}

const TRANSIENT: ReadonlySet<ErrorCode> = new Set([
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
