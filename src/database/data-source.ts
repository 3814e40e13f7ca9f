import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DataSource, type DataSourceOptions, type EntityTarget, type ObjectLiteral } from 'typeorm';
import {
  databaseFailure,
  DatabaseFailure,
  DatabaseFileUnusable,
  DatabaseUnavailable,
} from './database-errors.js';
import { spendsConnection } from './error-codes.js';
import { hostAndPort, parseDatabaseUrl, type Host } from './database-url.js';
import { bestHost, findHost, noHost, type FoundHost } from './hosts.js';
import { mysqlLogin, mysqlSource, type MysqlDatabase } from './mysql-source.js';
import { TlsFileError } from './tls.js';
import { migrations } from './migrations/index.js';

export interface DatabasePlace extends Omit<MysqlDatabase, 'databaseUrl'> {
  /** `mysql://…`, or undefined for the embedded database. */
  databaseUrl?: string;
  dataDir: string;
}

/** The classes that map the tables. */
export type Entities = readonly (EntityTarget<ObjectLiteral> & (new () => object))[];

/**
 * Returns TypeORM's description of the database: entities, migrations, and the way to connect. Of several hosts it has the
 * first that takes changes, or else the first that answers.
 *
 * @throws TlsFileError, or an error that names the problem of each of several hosts
 */
export async function dataSource(place: DatabasePlace, entities: Entities): Promise<DataSource> {
  return new DataSource({
    ...(isMysql(place) ? await mysqlSource(place, await usableHost(place)) : sqlite(place.dataDir)),
    ...tables(entities),
  } as DataSourceOptions);
}

/** Finds out what each of several hosts is. Returns an empty list for a database that has no hosts to choose from. */
export async function findHosts(place: DatabasePlace): Promise<FoundHost[]> {
  if (!isMysql(place)) return [];
  const { hosts } = parseDatabaseUrl(place.databaseUrl);
  if (hosts.length === 1) return [];
  const login = mysqlLogin(place);
  return Promise.all(hosts.map((host) => findHost(login, host)));
}

async function usableHost(place: DatabasePlace): Promise<Host | undefined> {
  const found = await findHosts(place);
  if (found.length === 0) return undefined;
  const best = bestHost(found);
  if (!best) throw noHost(found);
  return best.host;
}

export function isMysql<P extends DatabasePlace>(place: P): place is P & MysqlDatabase {
  return place.databaseUrl !== undefined;
}

function tables(entities: Entities): Partial<DataSourceOptions> {
  return {
    entities: [...entities],
    migrations,
    migrationsTableName: 'gateway_migrations',
    synchronize: false,
    logging: false,
  };
}

/**
 * Connects to the database.
 *
 * @throws DatabaseUnavailable for every cause: the network, the password, the name of the database
 * @throws TlsFileError
 */
export async function connect(place: DatabasePlace, entities: Entities): Promise<DataSource> {
  try {
    return await (await dataSource(place, entities)).initialize();
  } catch (error) {
    if (error instanceof TlsFileError) throw error;
    throw place.databaseUrl ? new DatabaseUnavailable(error) : fileUnusable(place, error);
  }
}

/**
 * Connects for an inspection that changes nothing.
 *
 * @returns undefined for an embedded database that does not exist yet
 * @throws DatabaseUnavailable
 */
export async function connectForInspection(
  place: DatabasePlace,
  entities: Entities,
): Promise<DataSource | undefined> {
  if (place.databaseUrl) return connect({ ...place, databasePoolSize: 2 }, entities);
  const database = sqliteFile(place.dataDir);
  if (!existsSync(database)) return undefined;
  const options = { ...tables(entities), type: 'better-sqlite3', driver: libsql(), database, readonly: true };
  try {
    return await new DataSource(options as DataSourceOptions).initialize();
  } catch (error) {
    throw fileUnusable(place, error);
  }
}

/** Returns a failure of the embedded database as one of its file, and any other error as it is. */
export function asFileFailure(place: DatabasePlace, error: unknown): unknown {
  const isOfFile = !isMysql(place) && databaseFailure(error) instanceof DatabaseFailure;
  return isOfFile ? fileUnusable(place, error) : error;
}

function fileUnusable({ dataDir }: Pick<DatabasePlace, 'dataDir'>, cause: unknown): DatabaseFileUnusable {
  if (cause instanceof DatabaseFileUnusable) return cause;
  return new DatabaseFileUnusable(sqliteFile(dataDir), cause);
}

/** Closes the connection. A copy of SQLite's file alone is complete afterwards. */
export async function disconnect(source: DataSource): Promise<void> {
  // Fails when another process is in the database, or the disk is full. The log beside the file then keeps the changes.
  if (source.options.type === 'better-sqlite3')
    await source.query('PRAGMA wal_checkpoint(TRUNCATE)').catch(() => undefined);
  await source.destroy().catch((error: unknown) => {
    // A connection that is lost already is as good as closed.
    if (!spendsConnection(error)) throw error;
  });
}

/** Describes where the database is, without its password. */
export function describePlace(place: DatabasePlace): string {
  if (!place.databaseUrl) return `SQLite ${sqliteFile(place.dataDir)}`;
  const { hosts, database } = parseDatabaseUrl(place.databaseUrl);
  return `MySQL ${hosts.map(hostAndPort).join(',')}/${database}`;
}

function sqlite(dataDir: string): Partial<DataSourceOptions> {
  mkdirSync(dataDir, { recursive: true });
  makePrivate(sqliteFile(dataDir));
  return {
    type: 'better-sqlite3',
    driver: libsql(),
    database: sqliteFile(dataDir),
    prepareDatabase: (connection: LibsqlConnection) => {
      connection.defaultSafeIntegers(true);
      connection.pragma('journal_mode = WAL');
      connection.pragma('synchronous = FULL');
      connection.pragma('foreign_keys = ON');
      connection.pragma('busy_timeout = 5000');
    },
  };
}

/**
 * Hides the database from other accounts of the machine: it holds locations and names of images. SQLite gives the same
 * rights to its other files.
 */
function makePrivate(database: string): void {
  closeSync(openSync(database, 'a', 0o600));
  for (const file of [database, `${database}-wal`, `${database}-shm`])
    if (existsSync(file) && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
}

/** Loads the driver of SQLite, which a gateway on MySQL does not need. */
function libsql(): unknown {
  return createRequire(import.meta.url)('libsql');
}

export function sqliteFile(dataDir: string): string {
  return join(dataDir, 'glance-graphql.sqlite');
}

interface LibsqlConnection {
  defaultSafeIntegers(on: boolean): void;
  pragma(text: string): unknown;
}
