import type { Pool, PoolConnection } from 'mysql2';
import type { DataSource, QueryRunner } from 'typeorm';
import type { MysqlDriver } from 'typeorm/driver/mysql/MysqlDriver.js';
import { plainRows, type Connections, type Row } from './database.js';

/**
 * Returns the connections of a pool, for MySQL. Reads use the driver's pool directly, at a fraction of the cost of
 * TypeORM's query runner.
 *
 * @param session a statement that each connection runs before any other
 */
export function pooled(source: DataSource, session: string): Connections {
  const pool = (source.driver as MysqlDriver).pool as Pool;
  const prepared = new WeakSet<PoolConnection>();
  pool.on('acquire', (connection) => {
    if (prepared.has(connection)) return;
    prepared.add(connection);
    connection.query(session, (error) => {
      if (error) connection.destroy();
    });
  });
  return {
    read: (sql, values) =>
      new Promise((resolve, reject) => {
        pool.query(sql, values, (error, rows) => (error ? reject(error) : resolve(rows as unknown as Row[])));
      }),
    async lend(use) {
      const runner = source.createQueryRunner();
      try {
        return await use(runner);
      } finally {
        await runner.release();
      }
    },
  };
}

/**
 * Returns the only connection to SQLite, which serves one access at a time. Otherwise a statement could run inside
 * another caller's transaction, and be undone by its rollback.
 */
export function serialized(source: DataSource): Connections {
  const runner = source.createQueryRunner();
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(access: (runner: QueryRunner) => Promise<T>): Promise<T> => {
    const turn = last.then(() => access(runner));
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    read: (sql, values) =>
      inTurn(async () => plainRows((await runner.query(sql, values, true)).records as Row[])),
    lend: inTurn,
  };
}
