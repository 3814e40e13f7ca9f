import type { Duplex } from 'node:stream';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, QueryRunner } from 'typeorm';
import { disconnect } from './data-source.js';
import { retryDeadlocks } from './deadlock-retry.js';
import type { Dialect } from './dialect.js';
import { databaseFailure, DatabaseReadOnly } from './database-errors.js';
import { connectionShares } from './connection-shares.js';
import type { LaterTable } from './migrations/gateway-tables.js';
import type { Asker } from './places.js';
import { GRACE } from './silent-server.js';
import { withoutColumns } from './pre-rocky-layout.js';
import type { Row, Value } from './row.js';

export type { Row, Value };

/** The database, or a transaction on it. */
export interface Reader {
  readonly dialect: Dialect;
  /** False on Glance's database until an operator has added our own tables. */
  readonly hasGatewayTables: boolean;
  /** Our own tables that Glance's database may lack, as far as they are there. */
  readonly laterTables: ReadonlySet<LaterTable>;
  /** `ours`: our migrations made the tables. `glance`: a Glance made them, and may be using them now. */
  readonly tables: 'ours' | 'glance';
  read(sql: string, values?: readonly Value[]): Promise<Row[]>;
}

/** How busy the connections to a database are. */
export interface DatabaseLoad {
  /** The greatest number of connections. */
  readonly most: number;
  readonly used: number;
  /** Work that waits: statements that may have to walk all images, and other work. */
  readonly waiting: { readonly scan: number; readonly other: number };
}

/** The tables of one database. Its reads are single statements, outside any transaction; changes are transactions. */
export interface Database extends Reader {
  /** The reason why the gateway may change nothing; undefined when it may. */
  readonly readOnly?: string;
  /** True when Glance's definitions of properties are there. */
  readonly hasMetadefs: boolean;
  /** Returns a reader for the pages of lists. It leaves connections to reads by key and to changes. */
  pages(asker: Asker): Reader;
  /**
   * Returns a reader for statements that may have to walk all images. Few of them run at once, and one for each asker.
   *
   * The reads throw ScansCrowded, and ReadAbandoned when the client leaves.
   */
  scans(asker: Asker): Reader;
  /**
   * Runs a transaction. After a deadlock it runs the whole work again, so the work must await nothing but its transaction
   * and must change nothing outside it.
   *
   * @throws DatabaseFailure
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** Returns the column name of each property of an entity. */
  columnsOf(entity: EntityTarget<ObjectLiteral>): ReadonlyMap<string, string>;
  load(): DatabaseLoad;
  /**
   * Reads the files of certificates again, and goes back to the first host that takes changes.
   *
   * @throws TlsFileError
   */
  reload(): Promise<void>;
  close(): Promise<void>;
}

/** The handle of a running transaction. It throws once the transaction has ended. */
export interface Transaction extends Reader {
  /** Runs a changing statement. Returns the number of rows that matched. */
  change(sql: string, values?: readonly Value[]): Promise<number>;
  /** Runs work at the end of the transaction, before its COMMIT. */
  beforeCommit(work: () => Promise<void>): void;
  /** TypeORM's query builders, bound to this transaction. */
  readonly entities: EntityManager;
}

/** Further facts about a database, and a listener. */
export interface DatabaseExtras {
  /** The columns of the images table that an older Glance lacks; such a database is read only. */
  missingColumns?: readonly string[];
  /** Called before a transaction begins again. */
  onRetry?: () => void;
}

/** The connections to an engine. They use no connection again whose server is away or has changed its role. */
export interface Connections {
  /** The greatest number of connections. */
  readonly most: number;
  /** Seconds that the server has for one statement. */
  readonly queryTimeout: number;
  /**
   * @param client ends the statement when it closes
   * @param until when the read has to be over, in milliseconds of `performance.now()`
   * @throws ReadAbandoned when the client has closed
   */
  read(sql: string, values: Value[], client?: Duplex, until?: number): Promise<Row[]>;
  /** Reads with a statement that may have to walk all images, if such a read is another than `read`. */
  scan?(sql: string, values: Value[], client?: Duplex): Promise<Row[]>;
  /** Ends the statements of all reads that run. */
  endReads(): Promise<void>;
  /** Returns the number of connections that are in use, and the number of accesses that wait for one. */
  load(): { used: number; waiting: number };
  /**
   * Lends a connection that serves only this function until the function ends.
   *
   * @param until when a connection to a server is closed in any case, in milliseconds of `performance.now()`
   */
  lend<T>(use: (runner: QueryRunner) => Promise<T>, until?: number): Promise<T>;
  /** Reads the files of certificates again, and goes back to the first host that takes changes. */
  reload(): Promise<void>;
}

/** Returns a database over an engine's connections: adds transactions, retries, and errors that callers know. */
export function database(
  source: DataSource,
  connections: Connections,
  facts: Pick<
    Database,
    'dialect' | 'tables' | 'hasGatewayTables' | 'laterTables' | 'hasMetadefs' | 'readOnly'
  >,
  { missingColumns = [], onRetry }: DatabaseExtras = {},
): Database {
  const columns = new Map<EntityTarget<ObjectLiteral>, ReadonlyMap<string, string>>();
  const { forPage, forScan, forChange, waiting } = connectionShares(connections);
  const read = async (sql: string, values: readonly Value[] = [], client?: Duplex, until?: number) =>
    connections.read(withoutColumns(sql, missingColumns), bound(values), client, until).catch(rethrow);
  /** Returns the time at which work that begins now must be over. The wait for a place counts. */
  const afterGrace = (grace: number) => performance.now() + (connections.queryTimeout + grace) * 1000;
  const scan: typeof read = connections.scan
    ? async (sql, values = [], client) => connections.scan!(sql, bound(values), client).catch(rethrow)
    : read;
  return {
    ...facts,
    read: (sql, values) => read(sql, values),
    pages: (asker) => ({
      read: (sql, values) => {
        const until = afterGrace(GRACE.statement);
        return forPage(asker, () => read(sql, values, asker.client, until));
      },
      ...facts,
    }),
    scans: (asker) => ({
      read: (sql, values) => forScan(asker, () => scan(sql, values, asker.client)),
      ...facts,
    }),
    transaction: async (work) => {
      if (facts.readOnly) throw new DatabaseReadOnly(facts.readOnly);
      const seconds = connections.queryTimeout;
      const until = afterGrace(GRACE.transaction);
      return forChange(() => {
        const once = () => connections.lend((runner) => run(runner, facts, work), until);
        return retryDeadlocks(once, seconds, onRetry);
      }).catch(rethrow);
    },
    /** Returns the column name of each property of an entity. */
    columnsOf(entity) {
      const known = columns.get(entity);
      if (known) return known;
      const found = new Map(
        source.getMetadata(entity).columns.map((column) => [column.propertyName, column.databaseName]),
      );
      columns.set(entity, found);
      return found;
    },
    load() {
      const { used, waiting: forConnection } = connections.load();
      const { scan, other } = waiting();
      return { most: connections.most, used, waiting: { scan, other: other + forConnection } };
    },
    reload: () => connections.reload(),
    async close() {
      await connections.endReads();
      await disconnect(source);
    },
  };
}

async function run<T>(
  runner: QueryRunner,
  { dialect, tables, hasGatewayTables, laterTables }: Omit<Reader, 'read'>,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  let ended = false;
  const atEnd: (() => Promise<void>)[] = [];
  const live = () => {
    if (ended) throw new Error('This transaction has ended.');
    return runner;
  };
  const transaction: Transaction = {
    dialect,
    tables,
    hasGatewayTables,
    laterTables,
    read: async (sql, values = []) =>
      plainRows((await live().query(sql, [...values], true)).records as Row[]),
    change: async (sql, values = []) => Number((await live().query(sql, [...values], true)).affected ?? 0),
    beforeCommit: (last) => void atEnd.push(last),
    get entities() {
      return live().manager;
    },
  };
  await runner.query(dialect.begin);
  try {
    const result = await work(transaction);
    for (const last of atEnd) await last();
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    await runner.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    ended = true;
  }
}

/** Refuses other kinds of values: MySQL's driver would expand them into SQL, and SQLite's would end the process. */
function bound(values: readonly Value[]): Value[] {
  for (const value of values) {
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) continue;
    throw new TypeError(`A ${typeof value} cannot be bound to a statement.`);
  }
  return [...values];
}

/** Converts SQLite's bigints, which keep integers beyond 2^53 exact, to the form that MySQL's driver returns. */
export function plainRows(rows: Row[]): Row[] {
  for (const row of rows) {
    for (const name in row) {
      const value: unknown = row[name];
      if (typeof value === 'bigint')
        row[name] = Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
    }
  }
  return rows;
}

function rethrow(error: unknown): never {
  throw databaseFailure(error);
}
