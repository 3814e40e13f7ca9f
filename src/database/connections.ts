import type { Pool, PoolConnection } from 'mysql2';
import type { DataSource, QueryRunner } from 'typeorm';
import type { MysqlDriver } from 'typeorm/driver/mysql/MysqlDriver.js';
import { close, streamOf } from './close-connection.js';
import { parseDatabaseUrl, type Host } from './database-url.js';
import { plainRows, type Connections, type Row, type Value } from './database.js';
import { spendsConnection } from './error-codes.js';
import { mysqlLogin, type MysqlDatabase, type MysqlLogin } from './mysql-source.js';
import { GRACE, silentServer } from './silent-server.js';

/** The connections of a pool, which can move to another host. */
export interface PooledConnections extends Connections {
  /** All hosts, in the order of preference. */
  readonly hosts: readonly Host[];
  /** The one of them that new connections go to. */
  readonly host: Host;
  /** Sends new connections to another host. Closes the idle ones, and each other one when its work ends. */
  moveTo(host: Host): void;
  /** Returns the options for a further connection. */
  login(): MysqlLogin;
}

/**
 * Returns the connections of a pool, for MySQL. Reads use the driver's pool directly, at a fraction of the cost of
 * TypeORM's query runner.
 *
 * @param session a statement that each connection runs before any other
 */
export function pooled(source: DataSource, database: MysqlDatabase, session: string): PooledConnections {
  const { queryTimeout } = database;
  const pool = (source.driver as MysqlDriver).pool as Pool;
  const config = configOf(pool);
  const { hosts } = parseDatabaseUrl(database.databaseUrl);
  let host = hosts.find((each) => each.host === config.host && each.port === config.port)!;
  const prepared = new WeakSet<PoolConnection>();
  const idle = new Set<PoolConnection>();
  const server = silentServer(queryTimeout + GRACE.statement, () => idle.forEach(close));
  pool.on('connection', (connection) => streamOf(connection).once('close', () => idle.delete(connection)));
  pool.on('release', (connection) => {
    if (isElsewhere(connection)) close(connection);
    else idle.add(connection);
  });
  pool.on('acquire', (connection) => {
    idle.delete(connection);
    if (prepared.has(connection)) return;
    prepared.add(connection);
    connection.query(session, (error) => {
      if (error) close(connection);
    });
  });

  return {
    queryTimeout,
    hosts,

    get host() {
      return host;
    },

    moveTo(other) {
      host = other;
      Object.assign(config, host);
      idle.forEach(close);
    },

    login: () => {
      const { socketPath, user, password, database, ssl, stream } = config;
      return { socketPath, user, password, database, ssl, stream };
    },

    async reload() {
      const { ssl } = mysqlLogin(database);
      if (ssl) config.ssl = ssl;
    },

    read(sql, values) {
      const loan: Loan = { isOver: false };
      return limited(loan, () => rowsOf(loan, sql, values));
    },

    async lend(use, until) {
      const runner = source.createQueryRunner();
      const loan: Loan = { isOver: false };
      await limited(loan, () => connect(runner, loan), until);
      const query = runner.query.bind(runner) as (...asked: unknown[]) => Promise<unknown>;
      const inTime = (...asked: unknown[]) => limited(loan, () => query(...asked), until);
      runner.query = inTime as QueryRunner['query'];
      try {
        return await use(runner);
      } catch (error) {
        if (spendsConnection(error)) end(loan);
        throw error;
      } finally {
        if (loan.connection && isElsewhere(loan.connection)) end(loan);
        await runner.release();
      }
    },
  };

  function limited<T>(loan: Loan, work: () => Promise<T>, until?: number): Promise<T> {
    return server.limit(work, () => end(loan), until);
  }

  function rowsOf(loan: Loan, sql: string, values: Value[]): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      pool.getConnection((failure, connection) => {
        if (failure) {
          reject(failure);
          return;
        }
        if (loan.isOver) {
          connection.release();
          return;
        }
        loan.connection = connection;
        connection.query(sql, values, (error, rows) => {
          if (spendsConnection(error) || isElsewhere(connection)) close(connection);
          else connection.release();
          if (error) reject(error);
          else resolve(rows as unknown as Row[]);
        });
      });
    });
  }

  function isElsewhere(connection: PoolConnection): boolean {
    const { host: name, port } = connection.config;
    return name !== host.host || port !== host.port;
  }
}

/** Returns the options that the pool copies for each new connection. */
function configOf(pool: Pool): MysqlLogin & Host {
  return (pool as unknown as { config: { connectionConfig: MysqlLogin & Host } }).config.connectionConfig;
}

/** A connection that one piece of work uses. */
interface Loan {
  connection?: PoolConnection;
  isOver: boolean;
}

async function connect(runner: QueryRunner, loan: Loan): Promise<void> {
  loan.connection = (await runner.connect()) as PoolConnection;
  if (loan.isOver) await runner.release();
}

function end(loan: Loan): void {
  loan.isOver = true;
  if (loan.connection) close(loan.connection);
}

/**
 * Returns the only connection to SQLite, which serves one access at a time. Otherwise a statement could run inside
 * another caller's transaction, and be undone by its rollback.
 *
 * @param queryTimeout seconds; a transaction that conflicts with another process is tried again for this time
 */
export function serialized(source: DataSource, queryTimeout: number): Connections {
  const runner = source.createQueryRunner();
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(access: (runner: QueryRunner) => Promise<T>): Promise<T> => {
    const turn = last.then(() => access(runner));
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    queryTimeout,
    read: (sql, values) =>
      inTurn(async () => plainRows((await runner.query(sql, values, true)).records as Row[])),
    lend: inTurn,
    reload: () => Promise.resolve(),
  };
}
