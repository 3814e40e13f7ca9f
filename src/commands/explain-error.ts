import { ConfigError } from '../config/read-config.js';
import { connectionProblem } from '../database/connection-problem.js';
import { DatabaseFileUnusable, DatabaseReadOnly, DatabaseUnavailable } from '../database/database-errors.js';
import { driverErrorKind } from '../database/error-codes.js';
import { MigrationRefused } from '../database/migration-lock.js';
import { ForeignDatabase } from '../database/ownership.js';
import { TlsFileError } from '../database/tls.js';
import { ServerTooOld } from '../database/server-version.js';
import { ManifestError } from '../graphql/execution/manifest-error.js';
import { FolderUnusable, remedyOf } from '../gateway/folder-unusable.js';
import { RuleFileError } from '../image/access/rule-file.js';
import { ImageError } from '../image/errors.js';
import { StoreError } from '../store/store.js';
import { StoresAlike } from '../store/configured-stores.js';
import { withSourcePlaces } from '../telemetry/source-places.js';

/**
 * Writes an error to standard error: one line for a problem that the operator can solve, the whole stack for a
 * defect of ours.
 *
 * @returns the exit status
 */
export function explainError(error: unknown): number {
  process.stderr.write(`glance-graphql: ${explanation(error)}\n`);
  return error instanceof ConfigError || error instanceof ImageError ? 2 : 1;
}

function explanation(error: unknown): string {
  const { message, stack } = error as Error;
  if (error instanceof DatabaseFileUnusable)
    return inOneLine(message, `(${connectionProblem(error.cause)})`, remedyOf(error));
  if (error instanceof DatabaseUnavailable) return inOneLine(message, `(${connectionProblem(error.cause)})`);
  if (error instanceof FolderUnusable) return inOneLine(message, remedyOf(error));
  const kind = driverErrorKind(error);
  if (kind === 'denied')
    return `${message}: grant this right to the user of DATABASE_URL; see glance-graphql check`;
  if (kind === 'readOnly')
    return `${message}: turn read_only off, or name the primary server in DATABASE_URL`;
  return isForOperator(error) ? message : withSourcePlaces(String(stack));
}

function inOneLine(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ');
}

function isForOperator(error: unknown): boolean {
  return (
    FOR_OPERATORS.some((kind) => error instanceof kind) ||
    CANNOT_LISTEN.includes((error as NodeJS.ErrnoException).code ?? '')
  );
}

const FOR_OPERATORS = [
  ConfigError,
  DatabaseReadOnly,
  ForeignDatabase,
  ImageError,
  ManifestError,
  MigrationRefused,
  RuleFileError,
  ServerTooOld,
  StoreError,
  StoresAlike,
  TlsFileError,
];

const CANNOT_LISTEN = ['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND', 'EAI_AGAIN'];
