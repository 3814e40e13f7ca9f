import { driverErrorKind } from './error-codes.js';

/** A failure of the database that callers know. */
export abstract class DatabaseFailure extends Error {
  /** Seconds after which the same work may succeed; undefined when only an operator can help. */
  abstract readonly retryAfter?: number;
}

/** The database cannot be reached, or went away during the work. */
export class DatabaseUnavailable extends DatabaseFailure {
  readonly retryAfter = 5;

  constructor(cause: unknown) {
    super('The database cannot be reached.', { cause });
  }
}

/** The file of the embedded database cannot be used. */
export class DatabaseFileUnusable extends DatabaseUnavailable {
  constructor(file: string, cause: unknown) {
    super(cause);
    this.message = `DATA_DIR: the database ${file} cannot be used.`;
  }
}

/** The gateway may not change the tables; the message says why. */
export class DatabaseReadOnly extends DatabaseFailure {
  /**
   * @param retryAfter undefined when the account lacks rights or the tables are too old; set when the server takes no
   * changes for now
   */
  constructor(
    readonly reason: string,
    readonly retryAfter?: number,
  ) {
    super(`The database may be read only: ${reason}`);
  }
}

/** A statement ran, or waited for a lock, for longer than QUERY_TIMEOUT allows. */
export class QueryTimeout extends DatabaseFailure {
  readonly retryAfter = 5;

  constructor(cause: unknown) {
    super('The database took too long.', { cause });
  }
}

/** Other transactions were first each time that the work was tried. */
export class DatabaseBusy extends DatabaseFailure {
  readonly retryAfter = 1;

  constructor(cause: unknown) {
    super('Other changes to the same rows were first each time.', { cause });
  }
}

/** Too much work waits for a connection to the database already. */
export class DatabaseCrowded extends DatabaseFailure {
  readonly retryAfter = 5;

  constructor(cause?: unknown) {
    super('Too much work waits for the database already.', { cause });
  }
}

/** Too many statements that may have to walk all images run or wait already. */
export class ScansCrowded extends DatabaseFailure {
  readonly retryAfter = 5;

  constructor() {
    super('Too many statements that may walk all images run or wait already.');
  }
}

/** A read was ended because nobody waits for its rows: the client has left, or the gateway stops. */
export class ReadAbandoned extends DatabaseFailure {
  readonly retryAfter = 5;

  constructor() {
    super('Nobody waits for the rows any more.');
  }
}

/** The database has no room for the change. */
export class DatabaseFull extends DatabaseFailure {
  readonly retryAfter = 60;

  constructor(cause: unknown) {
    super('The database is full.', { cause });
  }
}

/** The change exceeds a limit of the database server. */
export class DatabaseLimit extends DatabaseFailure {
  readonly retryAfter = undefined;

  constructor(cause: unknown) {
    super('The change exceeds a limit of the database server.', { cause });
  }
}

/** The files of the database are damaged. */
export class DatabaseCorrupt extends DatabaseFailure {
  readonly retryAfter = undefined;

  constructor(cause: unknown) {
    super('The database is damaged.', { cause });
  }
}

/** Returns true for a failure that passes: the same work may succeed later. */
export function passes(error: unknown): boolean {
  return error instanceof DatabaseFailure && error.retryAfter !== undefined;
}

/** Returns the failure that callers know for a driver's error, or the error itself. */
export function databaseFailure(error: unknown): unknown {
  if (error instanceof DatabaseFailure) return error;
  switch (driverErrorKind(error)) {
    case 'unavailable':
      return new DatabaseUnavailable(error);
    case 'timeout':
      return new QueryTimeout(error);
    case 'deadlock':
      return new DatabaseBusy(error);
    case 'crowded':
      return new DatabaseCrowded(error);
    case 'readOnly':
      return new DatabaseReadOnly((error as Error).message, 5);
    case 'denied':
      return new DatabaseReadOnly((error as Error).message);
    case 'full':
      return new DatabaseFull(error);
    case 'tooLarge':
      return new DatabaseLimit(error);
    case 'corrupt':
      return new DatabaseCorrupt(error);
    default:
      return error;
  }
}
