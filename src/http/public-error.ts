import { randomUUID } from 'node:crypto';
import {
  DatabaseBusy,
  DatabaseCorrupt,
  DatabaseCrowded,
  DatabaseFailure,
  DatabaseFull,
  DatabaseLimit,
  DatabaseReadOnly,
  DatabaseUnavailable,
  QueryTimeout,
  ReadAbandoned,
  ScansCrowded,
} from '../database/database-errors.js';
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
  if (known) {
    if (error instanceof DatabaseFailure && !QUIET.some((kind) => error instanceof kind))
      logFailure(error, log);
    const shown = { ...described(known), headers: headersOf(error) };
    const retryAfter = retryAfterOf(error);
    return retryAfter === undefined ? shown : { ...shown, details: { ...shown.details, retryAfter } };
  }
  const errorId = randomUUID();
  log.error({ err: error, errorId }, 'internal error');
  return described(new ImageError('INTERNAL_SERVER_ERROR', { errorId }));
}

/** The failures that callers bring about, and that tell an operator nothing. */
const QUIET = [ReadAbandoned, ScansCrowded];

/** Logs the cause, which the caller does not see. Only an operator can help with a failure that does not pass. */
function logFailure(error: DatabaseFailure, log: Log): void {
  const level = error.retryAfter === undefined ? 'error' : 'warn';
  log[level]({ err: error }, 'the database failed');
}

const SHOWN = ['field', 'constraints', 'imageId', 'imageStatus', 'dataUrl', 'rule', 'errorId'];

function described({ code, status, message, parameters }: ImageError): PublicError {
  const details = Object.fromEntries(
    Object.entries(parameters).filter(([name, value]) => SHOWN.includes(name) && value !== undefined),
  );
  return { code, status, message, details, headers: {} };
}

/** Returns `WWW-Authenticate` for an unknown caller, and `Retry-After` for a failure that passes. */
export function headersOf(error: unknown): Record<string, string> {
  if (error instanceof Unauthenticated && error.challenge) return { 'WWW-Authenticate': error.challenge };
  const retryAfter = retryAfterOf(error);
  return retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
}

/** Returns the seconds after which the same request may succeed; undefined when nothing says that it will. */
function retryAfterOf(error: unknown): number | undefined {
  if (error instanceof ImageError && typeof error.parameters.retryAfter === 'number')
    return error.parameters.retryAfter;
  return error instanceof IdentityUnavailable || error instanceof DatabaseFailure
    ? error.retryAfter
    : undefined;
}

function knownError(error: unknown): ImageError | undefined {
  if (error instanceof ImageError) return error;
  if (error instanceof Unauthenticated) return new ImageError('UNAUTHENTICATED', { reason: error.reason });
  if (error instanceof IdentityUnavailable)
    return new ImageError('IDENTITY_UNAVAILABLE', {}, { cause: error });
  const failure = DATABASE_CODES.find(([kind]) => error instanceof kind);
  if (failure) return new ImageError(failure[1], {}, { cause: error });
  return undefined;
}

const DATABASE_CODES: readonly (readonly [
  kind: new (...parts: never[]) => DatabaseFailure,
  code: ErrorCode,
])[] = [
  [DatabaseBusy, 'DATABASE_BUSY'],
  [DatabaseCorrupt, 'DATABASE_CORRUPT'],
  [DatabaseCrowded, 'DATABASE_CROWDED'],
  [DatabaseFull, 'DATABASE_FULL'],
  [DatabaseLimit, 'DATABASE_LIMIT'],
  [DatabaseReadOnly, 'DATABASE_READ_ONLY'],
  [DatabaseUnavailable, 'DATABASE_UNAVAILABLE'],
  [QueryTimeout, 'QUERY_TIMEOUT'],
  [ReadAbandoned, 'READ_ABANDONED'],
  [ScansCrowded, 'TOO_MANY_SCANS'],
];
