import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, describe, inject } from 'vitest';
import { openStores } from '../../src/gateway/stores.js';
import { gateway, type Gateway } from '../../src/gateway/gateway.js';
import { readConfig } from '../../src/config/read-config.js';
import type { Store } from '../../src/store/store.js';
import { imageStores } from '../../src/store/configured-stores.js';
import { onMysqlServer } from './sql.js';

export interface TestGateway {
  url: string;
  folder: string;
  /** The lines of the log, parsed. */
  log: Record<string, unknown>[];
  /** Reads the rule files again, as SIGHUP does. */
  reload(): void;
  /** Every route of the gateway. */
  routes: Gateway['routes'];
  close(): Promise<void>;
}

/** Wraps each store of a gateway, so that it can fail. */
export type AroundStore = (store: Store) => Store;

export type StartGateway = (options?: Record<string, string>, around?: AroundStore) => Promise<TestGateway>;

/** The database and the folder of a test's gateways. */
export interface Place {
  engine: 'sqlite' | 'mysql';
  /** The options that put a gateway on this database and this folder. */
  options: Record<string, string>;
}

/**
 * Runs the tests once on the embedded database and once on MySQL. Every call of `start` returns a running gateway on
 * the same database and folder, which are removed after the tests.
 */
export function onEachDatabase(name: string, tests: (start: StartGateway, place: Place) => void): void {
  describe(`${name}, on SQLite`, () => withPlace('sqlite', tests));
  onMysql(`${name}, on MySQL`, tests);
}

/** Runs the tests on MySQL alone: they examine its statements, or the engine makes no difference and others run on SQLite. */
export function onMysql(name: string, tests: (start: StartGateway, place: Place) => void): void {
  describe.skipIf(inject('mysqlServer') === '')(name, () => withPlace('mysql', tests));
}

/** Runs the tests on the embedded database alone, because the engine makes no difference to them. */
export function onSqlite(name: string, tests: (start: StartGateway, place: Place) => void): void {
  describe(name, () => withPlace('sqlite', tests));
}

function withPlace(engine: Place['engine'], tests: (start: StartGateway, place: Place) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  const options: Record<string, string> = { DATA_DIR: folder };
  if (engine === 'mysql') options.DATABASE_URL = `${inject('mysqlServer')}/${database}`;
  const running = new Set<TestGateway>();
  let made = false;

  tests(
    async (own = {}, around) => {
      if (engine === 'mysql' && !made) await onServer(`CREATE DATABASE ${database}`);
      made = true;
      const started = await startGateway({ ...options, ...own }, around);
      running.add(started);
      return started;
    },
    { engine, options },
  );

  afterAll(async () => {
    await Promise.all([...running].map((each) => each.close()));
    if (engine === 'mysql' && made) await onServer(`DROP DATABASE ${database}`);
    rmSync(folder, { recursive: true, force: true });
  });
}

/** Starts a gateway on a free port, and keeps its log. */
export async function startGateway(
  options: Record<string, string>,
  around: AroundStore = (store) => store,
): Promise<TestGateway> {
  const log: TestGateway['log'] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void log.push(JSON.parse(line)) });
  const config = readConfig({ PORT: '0', DRAIN_TIMEOUT: '0', ...options });
  const started: Gateway = await gateway(config, logger, async (...asked) => {
    const stores = await openStores(...asked);
    return imageStores(stores.all.map(around), stores.default.name);
  });
  const url = await started.listen();
  return {
    url,
    folder: options.DATA_DIR,
    log,
    routes: started.routes,
    reload: () => started.reload(),
    close: () => started.close(),
  };
}

/** Runs one statement on the MySQL server of the tests. */
export function onServer(statement: string, database = ''): Promise<Record<string, unknown>[]> {
  return onMysqlServer(`${inject('mysqlServer')}/${database}`, statement);
}
