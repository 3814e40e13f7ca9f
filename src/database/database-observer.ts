import type { QueryRunner } from 'typeorm';
import { untilEnd } from '../network/observed-work.js';
import type { Connections } from './database.js';

/** Hears of the work of a database, for metrics and traces. */
export interface DatabaseObserver {
  /** A statement begins. The returned function is called at its end, with the error if it failed. */
  statement(sql: string): (error?: unknown) => void;
  /** A transaction begins again after a deadlock. */
  retried(): void;
}

/** Tells an observer of every statement, also of those that TypeORM makes. */
export function observedConnections(connections: Connections, observer: DatabaseObserver): Connections {
  const { scan } = connections;
  return {
    ...connections,
    read: (sql, ...rest) => observed(sql, () => connections.read(sql, ...rest)),
    scan: scan && ((sql, ...rest) => observed(sql, () => scan(sql, ...rest))),
    lend: (use, until) => connections.lend((runner) => lent(runner, use), until),
  };

  function observed<T>(sql: string, work: () => Promise<T>): Promise<T> {
    return untilEnd(observer.statement(sql), work);
  }

  /** The embedded database lends the same runner each time, so its function is put back. */
  async function lent<T>(runner: QueryRunner, use: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const { query } = runner;
    const asked = query.bind(runner) as (...all: unknown[]) => Promise<unknown>;
    const heard = (...all: unknown[]) => observed(String(all[0]), () => asked(...all));
    runner.query = heard as QueryRunner['query'];
    try {
      return await use(runner);
    } finally {
      runner.query = query;
    }
  }
}
