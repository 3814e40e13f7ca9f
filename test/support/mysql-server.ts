import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `mysql://user:password@host:port` of a server on which the tests may make databases; empty without one. */
    mysqlServer: string;
  }
}

/** Before all tests: the MySQL server that TEST_MYSQL_URL names, or a private MariaDB from the PATH. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (process.env.TEST_MYSQL_URL) {
    project.provide(
      'mysqlServer',
      process.env.TEST_MYSQL_URL.replace(/\/[^/]*$/, (path) => (path.includes('@') ? path : '')),
    );
    return undefined;
  }
  if (spawnSync('mariadbd', ['--version']).error) {
    if (process.env.REQUIRE_ALL) throw new Error('REQUIRE_ALL is set, and there is no mariadbd on the PATH');
    process.stderr.write(
      'skipped: everything on MySQL, since there is neither TEST_MYSQL_URL nor mariadbd\n',
    );
    project.provide('mysqlServer', '');
    return undefined;
  }
  const server = await startMariaDb();
  project.provide('mysqlServer', server.url);
  return server.stop;
}

/** A MariaDB of one's own, in a new folder, on a free port. */
export async function startMariaDb(port?: number): Promise<{
  url: string;
  port: number;
  stop(): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-mariadb-'));
  const chosen = port ?? (await freePort());
  const installed = spawnSync(
    'mariadb-install-db',
    [`--datadir=${folder}/data`, '--auth-root-authentication-method=normal', '--skip-test-db', ...asUser()],
    { encoding: 'utf8' },
  );
  if (installed.status !== 0)
    throw new Error(`mariadb-install-db failed: ${installed.stderr || installed.stdout}`);
  let server = await start(folder, chosen);
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await ended;
  };
  return {
    url: `mysql://root@127.0.0.1:${chosen}`,
    port: chosen,
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGKILL');
      server = await start(folder, chosen);
    },
    async stop() {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function start(folder: string, port: number): Promise<ChildProcess> {
  const server = spawn(
    'mariadbd',
    [
      '--no-defaults',
      ...asUser(),
      `--datadir=${folder}/data`,
      `--socket=${folder}/socket`,
      `--pid-file=${folder}/pid`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--skip-name-resolve',
      '--performance-schema=OFF',
      '--innodb-flush-log-at-trx-commit=2',
      '--max-connections=500',
    ],
    { stdio: 'ignore' },
  );
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      await (await createConnection({ host: '127.0.0.1', port, user: 'root' })).end();
      return server;
    } catch (error) {
      if (server.exitCode !== null || Date.now() > deadline)
        throw new Error('MariaDB did not start', { cause: error });
      await wait(50);
    }
  }
}

function asUser(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
