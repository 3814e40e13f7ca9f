/**
 * The meaning of a driver's error for the work that it interrupted.
 *
 * - `deadlock`: another transaction was first. The same transaction may succeed at once.
 * - `timeout`: the statement ran, or waited for a lock, for too long.
 * - `crowded`: too much work waits for a connection already.
 * - `unavailable`: the server is away, refuses connections, or has no quorum.
 * - `readOnly`: the server takes no changes: a replica, or a primary before a failover.
 * - `denied`: the account lacks a right.
 * - `full`: the disk or the table space of the database is full.
 * - `tooLarge`: the change exceeds a limit of the server.
 * - `corrupt`: the files of the database are damaged.
 * - `duplicate`: a row with this key exists.
 * - `noIndex`, `noTable`: the statement names an index or a table that does not exist.
 * - `collations`: the statement compares columns whose collations do not fit.
 * - `other`: an error that no caller handles.
 */
export type DriverErrorKind =
  | 'deadlock'
  | 'timeout'
  | 'crowded'
  | 'unavailable'
  | 'readOnly'
  | 'denied'
  | 'full'
  | 'tooLarge'
  | 'corrupt'
  | 'duplicate'
  | 'noIndex'
  | 'noTable'
  | 'collations'
  | 'other';

/** The server did not answer within a limit of the gateway, which has closed the connection. */
export class DatabaseSilent extends Error {
  readonly code = 'DATABASE_SILENT';

  constructor(seconds: number) {
    super(`the server has not answered for ${seconds} s`);
  }
}

/** The server answers, but too slowly: a transaction has reached its limit, and the gateway has closed its connection. */
export class TransactionSlow extends Error {
  /** MariaDB's ER_STATEMENT_TIMEOUT. */
  readonly errno = 1969;

  constructor() {
    super('the transaction has reached its limit');
  }
}

/** Returns the kind of a driver's error. */
export function driverErrorKind(error: unknown): DriverErrorKind {
  const found = driverError(error);
  if (!found) return 'other';
  const { errno, code = '', message } = found;
  const special = SPECIAL.find(([number, pattern]) => number === errno && pattern.test(message));
  if (special) return special[2];
  if (errno !== undefined && BY_NUMBER.has(errno)) return BY_NUMBER.get(errno)!;
  for (const [kind, beginnings] of Object.entries(SQLITE_CODES))
    if (beginnings.some((beginning) => code.startsWith(beginning))) return kind as DriverErrorKind;
  if (message === QUEUE_IS_FULL) return 'crowded';
  return NETWORK_CODES.has(code) || NETWORK_MESSAGES.includes(message) ? 'unavailable' : 'other';
}

/** Returns true when the connection of the error must not be used again: it is broken, or its server changed its role. */
export function spendsConnection(error: unknown): boolean {
  const kind = driverErrorKind(error);
  return kind === 'unavailable' || kind === 'readOnly';
}

/**
 * The error numbers of MySQL, MariaDB and Galera. The driver has no names for MariaDB's own numbers, so the numbers count.
 */
const NUMBERS: Partial<Record<DriverErrorKind, readonly number[]>> = {
  deadlock: [
    1213, // ER_LOCK_DEADLOCK; Galera: another node committed a conflicting change
    1020, // ER_CHECKREAD: MariaDB with innodb_snapshot_isolation
    1412, // ER_TABLE_DEF_CHANGED
    3101, // ER_TRANSACTION_ROLLBACK_DURING_COMMIT: Group Replication
  ],
  timeout: [
    1205, // ER_LOCK_WAIT_TIMEOUT
    1969, // ER_STATEMENT_TIMEOUT: MariaDB
    3024, // ER_QUERY_TIMEOUT: MySQL
  ],
  unavailable: [
    1037, // ER_OUTOFMEMORY
    1040, // ER_CON_COUNT_ERROR
    1041, // ER_OUT_OF_RESOURCES
    1042, // ER_BAD_HOST_ERROR
    1043, // ER_HANDSHAKE_ERROR
    1045, // ER_ACCESS_DENIED_ERROR: the password
    1047, // ER_UNKNOWN_COM_ERROR; Galera: the node has no quorum or is joining
    1049, // ER_BAD_DB_ERROR
    1053, // ER_SERVER_SHUTDOWN
    1077, // ER_NORMAL_SHUTDOWN
    1079, // ER_SHUTDOWN_COMPLETE
    1080, // ER_FORCING_CLOSE
    1129, // ER_HOST_IS_BLOCKED
    1130, // ER_HOST_NOT_PRIVILEGED
    1152, // ER_ABORTING_CONNECTION
    1158, // ER_NET_READ_ERROR
    1159, // ER_NET_READ_INTERRUPTED
    1160, // ER_NET_ERROR_ON_WRITE
    1161, // ER_NET_WRITE_INTERRUPTED
    1180, // ER_ERROR_DURING_COMMIT; Galera: the quorum was lost
    1184, // ER_NEW_ABORTING_CONNECTION
    1203, // ER_TOO_MANY_USER_CONNECTIONS
    1206, // ER_LOCK_TABLE_FULL
    1226, // ER_USER_LIMIT_REACHED
    1317, // ER_QUERY_INTERRUPTED: KILL QUERY
    1698, // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
    1820, // ER_MUST_CHANGE_PASSWORD
    1862, // ER_MUST_CHANGE_PASSWORD_LOGIN
    1927, // ER_CONNECTION_KILLED: MariaDB
    3118, // ER_ACCOUNT_HAS_BEEN_LOCKED
    3159, // ER_SECURE_TRANSPORT_REQUIRED
    3169, // ER_SESSION_WAS_KILLED: MySQL
    4031, // ER_CLIENT_INTERACTION_TIMEOUT: MySQL
    4151, // ER_ACCOUNT_HAS_BEEN_LOCKED: MariaDB
  ],
  readOnly: [
    1036, // ER_OPEN_AS_READONLY
    1290, // ER_OPTION_PREVENTS_STATEMENT: read_only, super_read_only
    1792, // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
    1836, // ER_READ_ONLY_MODE
    1874, // ER_INNODB_READ_ONLY
  ],
  denied: [
    1044, // ER_DBACCESS_DENIED_ERROR
    1142, // ER_TABLEACCESS_DENIED_ERROR
    1143, // ER_COLUMNACCESS_DENIED_ERROR
    1227, // ER_SPECIFIC_ACCESS_DENIED_ERROR
  ],
  full: [
    1021, // ER_DISK_FULL
    1114, // ER_RECORD_FILE_FULL
  ],
  tooLarge: [
    1153, // ER_NET_PACKET_TOO_LARGE
    1197, // ER_TRANS_CACHE_FULL
    3100, // ER_RUN_HOOK_ERROR: Group Replication refuses a transaction over its size limit
  ],
  corrupt: [
    1033, // ER_NOT_FORM_FILE
    1034, // ER_NOT_KEYFILE
    1035, // ER_OLD_KEYFILE
    1194, // ER_CRASHED_ON_USAGE
    1195, // ER_CRASHED_ON_REPAIR
    1712, // ER_INDEX_CORRUPT
    1877, // ER_TABLE_CORRUPT
    1932, // ER_NO_SUCH_TABLE_IN_ENGINE
  ],
  duplicate: [1062], // ER_DUP_ENTRY
  noIndex: [1176], // ER_KEY_DOES_NOT_EXITS
  noTable: [1146], // ER_NO_SUCH_TABLE
  collations: [1267], // ER_CANT_AGGREGATE_2COLLATIONS
};

const BY_NUMBER = new Map(
  Object.entries(NUMBERS).flatMap(([kind, numbers]) =>
    numbers.map((number) => [number, kind as DriverErrorKind] as const),
  ),
);

/** Numbers whose meaning the message decides. */
const SPECIAL: readonly (readonly [errno: number, message: RegExp, kind: DriverErrorKind])[] = [
  // Galera answers this for a change over wsrep_max_ws_size.
  [1180, /error (5|90)\b/, 'tooLarge'],
  // The system's "no space left on device" under an error of the storage engine.
  [1030, /error 28\b/, 'full'],
  [1026, /errno: 28\b/, 'full'],
  [3, /errno: 28\b|Errcode: 28\b/, 'full'],
];

/** The beginnings of SQLite's codes; its extended codes append the detail. */
const SQLITE_CODES: Partial<Record<DriverErrorKind, readonly string[]>> = {
  deadlock: ['SQLITE_BUSY', 'SQLITE_LOCKED'],
  unavailable: ['SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_NOMEM', 'SQLITE_PROTOCOL'],
  readOnly: ['SQLITE_READONLY'],
  denied: ['SQLITE_PERM', 'SQLITE_AUTH'],
  full: ['SQLITE_FULL'],
  tooLarge: ['SQLITE_TOOBIG'],
  corrupt: ['SQLITE_CORRUPT', 'SQLITE_NOTADB'],
  duplicate: ['SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_UNIQUE'],
};

/** The codes of connections that fail, from the system, from TLS and from the driver. */
const NETWORK_CODES = new Set([
  'DATABASE_SILENT',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'HANDSHAKE_NO_SSL_SUPPORT',
  'HANDSHAKE_SSL_ERROR',
  'HANDSHAKE_UNKNOWN_ERROR',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'PROTOCOL_ENQUEUE_AFTER_QUIT',
  'PROTOCOL_PACKETS_OUT_OF_ORDER',
  'PROTOCOL_SEQUENCE_TIMEOUT',
]);

/** The message of the driver's pool when too much work waits for a connection. */
const QUEUE_IS_FULL = 'Queue limit reached.';

/** The messages of errors of the network to which the driver gives no code. */
const NETWORK_MESSAGES = ['Pool is closed.', "Can't add new command when connection is in closed state"];

interface DriverError {
  /** The server's number; undefined for an error of the network or of SQLite. */
  errno?: number;
  code?: string;
  message: string;
}

/** Yields an error and those that it wraps, outermost first: TypeORM wraps the driver's error in its own. */
export function* errorChain(error: unknown): Generator<Error> {
  for (let at = error; at instanceof Error; at = (at as { driverError?: unknown }).driverError ?? at.cause)
    yield at;
}

/** Returns the driver's error in a chain of errors. */
function driverError(error: unknown): DriverError | undefined {
  for (const at of errorChain(error)) {
    const { errno, code } = at as { errno?: unknown; code?: unknown };
    // The system's own numbers are negative.
    if (typeof errno === 'number' && errno > 0) return { errno, message: at.message };
    if (typeof code === 'string') return { code, message: at.message };
    if ([QUEUE_IS_FULL, ...NETWORK_MESSAGES].includes(at.message)) return { message: at.message };
  }
  return undefined;
}
