import { SourceError } from '../store/http-source.js';
import { StoreError, type StoreFault } from '../store/store.js';
import { ImageError, type ErrorCode, type ErrorParameters } from './errors.js';

/**
 * A failure met while working on an image, in the words of the table of errors and with the image's id.
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
    return new ImageError(sourceFailure(error).code, { id, imageId: id }, { cause: error });
  return error as Error;
}

/** A failing source as a caller may know it: one text for all, so that nobody learns our network from it. */
export function sourceFailure(error: SourceError): ImageError {
  return new ImageError(error.fault === 'missing' ? 'SOURCE_MISSING' : 'SOURCE_FAILED', {}, { cause: error });
}

const CODES: Record<StoreFault, ErrorCode> = {
  full: 'STORE_FULL',
  readOnly: 'STORE_READ_ONLY',
  missing: 'DATA_MISSING',
  conflict: 'UPLOAD_CONFLICT',
  unavailable: 'STORE_UNAVAILABLE',
};
