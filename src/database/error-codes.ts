/** The meaning of a driver's error for the work that it interrupted. */
export type DriverErrorKind = 'deadlock' | 'duplicate' | 'unavailable' | 'timeout' | 'denied' | 'other';

/** Returns the kind of a driver's error; `other` for an error that no caller handles. */
export function driverErrorKind(error: unknown): DriverErrorKind {
  const code = errorCode(error);
  if (error instanceof Error && error.message === POOL_IS_FULL) return 'unavailable';
  for (const [kind, codes] of KINDS) if (codes.has(code)) return kind;
  return 'other';
}

/** The message of an error to which the pool gives no code. */
const POOL_IS_FULL = 'Queue limit reached.';

/** The error codes of MySQL, MariaDB, SQLite and their drivers. */
const KINDS: [DriverErrorKind, Set<string>][] = [
  ['deadlock', new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'SQLITE_BUSY', 'SQLITE_BUSY_SNAPSHOT'])],
  ['duplicate', new Set(['ER_DUP_ENTRY', 'SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_UNIQUE'])],
  ['timeout', new Set(['ER_STATEMENT_TIMEOUT', 'ER_QUERY_TIMEOUT'])],
  [
    'denied',
    new Set(['ER_TABLEACCESS_DENIED_ERROR', 'ER_COLUMNACCESS_DENIED_ERROR', 'ER_DBACCESS_DENIED_ERROR']),
  ],
  [
    'unavailable',
    new Set([
      'ECONNREFUSED',
      'ECONNRESET',
      'EPIPE',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'ENOTFOUND',
      'EAI_AGAIN',
      'PROTOCOL_CONNECTION_LOST',
      'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
      'PROTOCOL_SEQUENCE_TIMEOUT',
      'ER_CON_COUNT_ERROR',
      'ER_SERVER_SHUTDOWN',
      'ER_NORMAL_SHUTDOWN',
      'ER_CONNECTION_KILLED',
      'ER_QUERY_INTERRUPTED',
      'ER_UNKNOWN_COM_ERROR',
      'SQLITE_IOERR',
      'SQLITE_CANTOPEN',
    ]),
  ],
];

/** Returns the first code in the chain of errors: TypeORM wraps the driver's error in its own. */
function errorCode(error: unknown): string {
  for (let at = error; at instanceof Error; at = (at as { driverError?: unknown }).driverError ?? at.cause) {
    const code = (at as { code?: unknown }).code;
    if (typeof code === 'string') return code;
  }
  return '';
}
