/** The database cannot be reached, or went away during the work. */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super('The database cannot be reached.', { cause });
  }
}

/** The gateway may not change the tables; the message says why. */
export class DatabaseReadOnly extends Error {
  constructor(readonly reason: string) {
    super(`The database may be read only: ${reason}`);
  }
}

/** A statement ran for longer than QUERY_TIMEOUT allows. */
export class QueryTimeout extends Error {
  constructor(cause: unknown) {
    super('The database took too long.', { cause });
  }
}
