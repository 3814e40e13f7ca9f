import { randomUUID } from 'node:crypto';
import { DatabaseReadOnly, DatabaseUnavailable, QueryTimeout } from '../database/database-errors.js';
import { IdentityUnavailable, Unauthenticated } from '../identity/caller.js';
import { ImageError, type ErrorCode, type ErrorParameters } from '../image/errors.js';
import type { Log } from '../telemetry/log.js';

/** The part of an error that a caller may see. */
export interface PublicError {
  code: ErrorCode;
  status: number;
  message: string;
  /** Details for programs: for example the field, the image, the constraints. */
  details: ErrorParameters;
  /** Headers for an answer with this status: `WWW-Authenticate` or `Retry-After`. */
  headers: Readonly<Record<string, string>>;
}

/** Returns the part of an error that a caller may see. Of an unexpected error this is an id, which the log has too. */
export function publicError(error: unknown, log: Log): PublicError {
  const known = knownError(error);
  if (known) return { ...described(known), headers: headersOf(error) };
  const errorId = randomUUID();
  log.error({ err: error, errorId }, 'internal error');
  return described(new ImageError('INTERNAL_SERVER_ERROR', { errorId }));
}

const SHOWN = ['field', 'constraints', 'imageId', 'imageStatus', 'dataUrl', 'rule', 'errorId'];

function described({ code, status, message, parameters }: ImageError): PublicError {
  const details = Object.fromEntries(
    Object.entries(parameters).filter(([name, value]) => SHOWN.includes(name) && value !== undefined),
  );
  return { code, status, message, details, headers: {} };
}

/** Returns `WWW-Authenticate` for an unknown caller, and `Retry-After` while the identity service is away. */
export function headersOf(error: unknown): Record<string, string> {
  if (error instanceof Unauthenticated && error.challenge) return { 'WWW-Authenticate': error.challenge };
  return error instanceof IdentityUnavailable ? { 'Retry-After': String(error.retryAfter) } : {};
}

function knownError(error: unknown): ImageError | undefined {
  if (error instanceof ImageError) return error;
  if (error instanceof Unauthenticated) return new ImageError('UNAUTHENTICATED', { reason: error.reason });
  if (error instanceof IdentityUnavailable)
    return new ImageError('IDENTITY_UNAVAILABLE', {}, { cause: error });
  if (error instanceof DatabaseUnavailable)
    return new ImageError('DATABASE_UNAVAILABLE', {}, { cause: error });
  if (error instanceof DatabaseReadOnly) return new ImageError('DATABASE_READ_ONLY', {}, { cause: error });
  if (error instanceof QueryTimeout) return new ImageError('QUERY_TIMEOUT', {}, { cause: error });
  return undefined;
}
