import type { Duplex } from 'node:stream';
import type { Pool, PoolConnection } from 'mysql2';
import type { DataSource, QueryRunner } from 'typeorm';
import type { MysqlDriver } from 'typeorm/driver/mysql/MysqlDriver.js';
import { close, streamOf } from './close-connection.js';
import { BRIEF_SECONDS, BRIEFLY, sqlite } from './dialect.js';
import { parseDatabaseUrl, type Host } from './database-url.js';
import { plainRows, type Connections, type Row, type Value } from './database.js';
import { ReadAbandoned } from './database-errors.js';
import { DatabaseSilent, TransactionSlow, spendsConnection } from './error-codes.js';
import { endStatement } from './end-statement.js';
import { mysqlLogin, type MysqlDatabase, type MysqlLogin } from './mysql-source.js';
import { scanProcess } from './scan-process.js';
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
  // No entry is deleted while its connection lives: a map from which each read deletes itself holds on to ended reads.
  const reads = new Map<PoolConnection, Reading | undefined>();
  const server = silentServer(queryTimeout + GRACE.statement, () => idle.forEach(close));
  pool.on('connection', (connection) =>
    streamOf(connection).once('close', () => {
      idle.delete(connection);
      reads.delete(connection);
    }),
  );
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
    most: database.databasePoolSize,
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

    login,

    async reload() {
      const { ssl } = mysqlLogin(database);
      if (ssl) config.ssl = ssl;
    },

    read(sql, values, client, until) {
      const loan: Loan = { isOver: false };
      return limited(loan, () => rowsOf(loan, sql, values, client), until);
    },

    load() {
      const { _allConnections: all, _freeConnections: free, _connectionQueue: queue } = partsOf(pool);
      return { used: all.length - free.length, waiting: queue.length };
    },

    async endReads() {
      await Promise.all([...reads.values()].map((each) => each?.abandon()));
    },

    async lend(use, until) {
      const runner = source.createQueryRunner();
      const loan: Loan = { isOver: false };
      await limited(loan, () => connect(runner, loan), until);
      const query = runner.query.bind(runner) as (...asked: unknown[]) => Promise<unknown>;
      const inTime = async (...asked: unknown[]) => {
        const outcome = await limited(loan, () => query(...asked), until);
        loan.hasAnswered = true;
        return outcome;
      };
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

  async function limited<T>(loan: Loan, work: () => Promise<T>, until?: number): Promise<T> {
    try {
      return await server.limit(work, () => end(loan), until);
    } catch (error) {
      // Work that waited for its connection has less time left for the server to answer at all.
      if (error instanceof TransactionSlow && !loan.hasAnswered) throw new DatabaseSilent(queryTimeout);
      throw error;
    }
  }

  function rowsOf(loan: Loan, sql: string, values: Value[], client?: Duplex): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      pool.getConnection((failure, connection) => {
        if (failure) {
          reject(failure);
          return;
        }
        if (loan.isOver || client?.destroyed) {
          connection.release();
          reject(new ReadAbandoned());
          return;
        }
        loan.connection = connection;
        const query = connection.query(sql, values, (error, rows) => {
          if (reads.has(connection)) reads.set(connection, undefined);
          client?.off('close', reading.abandon);
          // The order to end the statement must not reach the next one on the connection.
          if (reading.isAbandoned || spendsConnection(error) || isElsewhere(connection)) close(connection);
          else connection.release();
          if (reading.isAbandoned) reject(new ReadAbandoned());
          else if (error) reject(error);
          else resolve(rows as unknown as Row[]);
        });
        const reading: Reading = {
          isAbandoned: false,
          async abandon() {
            if (reading.isAbandoned) return;
            reading.isAbandoned = true;
            const { host: name, port } = connection.config;
            const at = { ...login(), host: name!, port: port! };
            // Fails when the server is away or takes no connection. Then its own limit ends the statement.
            await endStatement(at, connection.threadId!, query.sql).catch(() => undefined);
          },
        };
        reads.set(connection, reading);
        client?.once('close', reading.abandon);
      });
    });
  }

  function login(): MysqlLogin {
    const { socketPath, user, password, database, ssl, stream } = config;
    return { socketPath, user, password, database, ssl, stream };
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

/** The driver tells nobody how busy its pool is. */
function partsOf(pool: Pool) {
  return pool as unknown as Record<
    '_allConnections' | '_freeConnections' | '_connectionQueue',
    { length: number }
  >;
}

/** A statement that runs, and the order to end it. */
interface Reading {
  isAbandoned: boolean;
  abandon(): Promise<void>;
}

/** A connection that one piece of work uses. */
interface Loan {
  connection?: PoolConnection;
  isOver: boolean;
  /** True once the server has answered a statement. */
  hasAnswered?: boolean;
}

async function connect(runner: QueryRunner, loan: Loan): Promise<void> {
  loan.connection = (await runner.connect()) as PoolConnection;
  if (loan.isOver) await runner.release();
}

function end(loan: Loan): void {
  loan.isOver = true;
  if (loan.connection) close(loan.connection);
}

/** The number of images that a statement walks in a few milliseconds: a process of its own would cost more. */
const QUICKLY_WALKED = 2000;

/**
 * Returns the only connection to SQLite, which serves one access at a time. Otherwise a statement could run inside
 * another caller's transaction, and be undone by its rollback.
 *
 * @param file the file of the database
 * @param queryTimeout seconds; a transaction that conflicts with another process is tried again for this time, which is
 *   also the limit of a scan
 */
export function serialized(source: DataSource, file: string, queryTimeout: number): Connections {
  const runner = source.createQueryRunner();
  const scans = scanProcess(file);
  let last: Promise<unknown> = Promise.resolve();
  let pending = 0;
  const inTurn = <T>(access: (runner: QueryRunner) => Promise<T>): Promise<T> => {
    pending += 1;
    const turn = last.then(() => access(runner));
    const over = () => void (pending -= 1);
    last = turn.then(over, over);
    return turn;
  };
  const read: Connections['read'] = (sql, values, client) =>
    inTurn(async () => {
      if (client?.destroyed) throw new ReadAbandoned();
      return plainRows((await runner.query(sql, values, true)).records as Row[]);
    });
  return {
    most: 1,
    queryTimeout,
    read,
    async scan(sql, values, client) {
      const [{ number }] = await read(sqlite.imagesNearly, []);
      if (Number(number) <= QUICKLY_WALKED) return read(sql, values, client);
      const seconds = sql.startsWith(BRIEFLY) ? Math.min(BRIEF_SECONDS, queryTimeout) : queryTimeout;
      return plainRows(await scans.read({ sql, values }, seconds, client));
    },
    load: () => ({ used: Math.min(pending, 1), waiting: Math.max(pending - 1, 0) }),
    endReads: () => scans.end(),
    lend: inTurn,
    reload: () => Promise.resolve(),
  };
}
