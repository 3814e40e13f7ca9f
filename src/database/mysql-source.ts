import type { DataSourceOptions } from 'typeorm';
import { MOST_WAITING } from './connection-shares.js';
import { parseDatabaseUrl, type Host } from './database-url.js';
import { identifiedSocket, tlsOptions } from './tls.js';

/** The place of a MySQL database. */
export interface MysqlDatabase {
  databaseUrl: string;
  /** Undefined: the password in the URL. */
  databasePassword?: string;
  databasePoolSize: number;
  /** Seconds that the server has for one statement. */
  queryTimeout: number;
}

/**
 * Returns TypeORM's description of the pool.
 *
 * @param host the server to connect to; unset: the first that the URL names
 * @throws TlsFileError
 */
export async function mysqlSource(database: MysqlDatabase, host?: Host): Promise<Partial<DataSourceOptions>> {
  const { hosts } = parseDatabaseUrl(database.databaseUrl);
  const { user, ssl, stream, ...login } = mysqlLogin(database);
  return {
    type: 'mysql',
    // Loaded here: a gateway on SQLite does not need it.
    driver: (await import('mysql2')).default,
    ...(host ?? hosts[0]),
    ...login,
    ...(ssl ? { ssl } : {}),
    username: user,
    charset: 'utf8mb4',
    timezone: 'Z',
    // Times stay text: a JavaScript Date would lose the microseconds.
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: false,
    poolSize: database.databasePoolSize,
    // Less than a statement may take, so that a connection under way does not fill the pool once its waiter has left.
    connectTimeout: Math.min(database.queryTimeout, LONGEST_CONNECT) * 1000,
    extra: {
      // An object in the place of a text must never become SQL.
      stringifyObjects: true,
      maxPreparedStatements: 64,
      waitForConnections: true,
      queueLimit: MOST_WAITING,
      ...(stream ? { stream } : {}),
    },
  };
}

/** Seconds that a connection may take. */
const LONGEST_CONNECT = 5;

/** The options of the driver that are the same on every host. */
export interface MysqlLogin {
  socketPath?: string;
  user: string;
  password?: string;
  database: string;
  ssl?: ReturnType<typeof tlsOptions>;
  stream?: typeof identifiedSocket;
}

/** @throws TlsFileError */
export function mysqlLogin({
  databaseUrl,
  databasePassword,
}: Pick<MysqlDatabase, 'databaseUrl' | 'databasePassword'>): MysqlLogin {
  const { socket, user, password, database, tls } = parseDatabaseUrl(databaseUrl);
  return {
    ...(socket === undefined ? {} : { socketPath: socket }),
    user,
    password: databasePassword ?? password,
    database,
    ...(tls ? { ssl: tlsOptions(tls) } : {}),
    ...(tls?.mode === 'VERIFY_IDENTITY' && socket === undefined ? { stream: identifiedSocket } : {}),
  };
}
