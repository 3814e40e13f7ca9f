import { setTimeout as wait } from 'node:timers/promises';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral, QueryRunner } from 'typeorm';
import type { Dialect } from './dialect.js';
import { DatabaseReadOnly, DatabaseUnavailable, driverErrorKind, QueryTimeout } from './driver-error.js';
import { withoutColumns } from './older-layout.js';
import type { Row, Value } from './row.js';

export type { Row, Value };

/** The tables: read one statement at a time, changed in units of work. */
export interface Database {
  readonly dialect: Dialect;
  /** Whose tables these are: made by our migrations, or by a Glance that may be using them right now. */
  readonly tables: 'ours' | 'glance';
  /** False on Glance's database until an operator has added our own tables to it. */
  readonly hasGatewayTables: boolean;
  /** Why nothing may be changed; undefined where everything may. */
  readonly readOnly?: string;
  /** Runs one reading statement. Never inside a transaction: that has its own `read`. */
  read(sql: string, values?: readonly Value[]): Promise<Row[]>;
  /**
   * Runs a unit of work: all of it or nothing. It is run again from its start after a deadlock, so
   * it awaits nothing but its transaction and leaves no trace outside.
   */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  columnsOf(entity: EntityTarget<ObjectLiteral>): ReadonlyMap<string, string>;
  close(): Promise<void>;
}

/** What can be read from: the database, or a transaction on it. */
export interface Reader {
  readonly dialect: Dialect;
  /** False on Glance's database until an operator has added our own tables to it. */
  readonly hasGatewayTables: boolean;
  read(sql: string, values?: readonly Value[]): Promise<Row[]>;
}

/** The handle of one unit of work. It throws once the work has ended. */
export interface Transaction {
  readonly dialect: Dialect;
  readonly hasGatewayTables: boolean;
  read(sql: string, values?: readonly Value[]): Promise<Row[]>;
  /** Runs a changing statement and gives the number of rows that matched. */
  change(sql: string, values?: readonly Value[]): Promise<number>;
  /** TypeORM's query builders, bound to this transaction. */
  readonly entities: EntityManager;
}

/** How an engine gives out connections. */
export interface Connections {
  read(sql: string, values: Value[]): Promise<Row[]>;
  /** Lends a connection that nobody else uses until the function has ended. */
  lend<T>(use: (runner: QueryRunner) => Promise<T>): Promise<T>;
}

const ATTEMPTS = 8;

/**
 * Puts the unit of work, its retries and the naming of failures over an engine's connections.
 *
 * @param missingColumns of the images table those that an older Glance does not have; then nothing is changed
 */
export function database(
  source: DataSource,
  connections: Connections,
  facts: Pick<Database, 'dialect' | 'tables' | 'hasGatewayTables' | 'readOnly'>,
  missingColumns: readonly string[] = [],
): Database {
  const columns = new Map<EntityTarget<ObjectLiteral>, ReadonlyMap<string, string>>();
  return {
    ...facts,
    read: async (sql, values = []) =>
      connections.read(withoutColumns(sql, missingColumns), bound(values)).catch(rethrow),
    transaction: async (work) => {
      if (facts.readOnly) throw new DatabaseReadOnly(facts.readOnly);
      return retried(() => connections.lend((runner) => once(runner, facts, work))).catch(rethrow);
    },
    columnsOf(entity) {
      const known = columns.get(entity);
      if (known) return known;
      const found = new Map(
        source.getMetadata(entity).columns.map((column) => [column.propertyName, column.databaseName]),
      );
      columns.set(entity, found);
      return found;
    },
    close: () => source.destroy(),
  };
}

async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (driverErrorKind(error) !== 'deadlock' || count === ATTEMPTS) throw error;
      await wait(Math.random() * 10 * 2 ** count);
    }
  }
}

async function once<T>(
  runner: QueryRunner,
  { dialect, hasGatewayTables }: Pick<Database, 'dialect' | 'hasGatewayTables'>,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  let ended = false;
  const live = () => {
    if (ended) throw new Error('This transaction has ended.');
    return runner;
  };
  const transaction: Transaction = {
    dialect,
    hasGatewayTables,
    read: async (sql, values = []) =>
      plainRows((await live().query(sql, [...values], true)).records as Row[]),
    change: async (sql, values = []) => Number((await live().query(sql, [...values], true)).affected ?? 0),
    get entities() {
      return live().manager;
    },
  };
  await runner.query(dialect.begin);
  try {
    const result = await work(transaction);
    await runner.query('COMMIT');
    return result;
  } catch (error) {
    await runner.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    ended = true;
  }
}

/** A value of another kind must never reach a driver: one would expand it into SQL, the other end the process. */
function bound(values: readonly Value[]): Value[] {
  for (const value of values) {
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) continue;
    throw new TypeError(`A ${typeof value} cannot be bound to a statement.`);
  }
  return [...values];
}

/** SQLite hands integers over as bigint, so that those beyond 2^53 stay exact: the same shape as MySQL's. */
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
  const kind = driverErrorKind(error);
  if (kind === 'unavailable') throw new DatabaseUnavailable(error);
  if (kind === 'timeout') throw new QueryTimeout(error);
  if (kind === 'denied') throw new DatabaseReadOnly((error as Error).message);
  throw error;
}
