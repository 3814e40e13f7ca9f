import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `mysql://user:password@host:port` of a server on which the tests may make databases; empty without one. */
    mysqlServer: string;
  }
}

/**
 * Provides, before all tests, the server that TEST_MYSQL_URL names. Without it, starts a private one: the program that
 * TEST_MYSQL_SERVER names, of `scripts/database-server.sh`, or else the MariaDB on the PATH.
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (process.env.TEST_MYSQL_URL) {
    project.provide(
      'mysqlServer',
      process.env.TEST_MYSQL_URL.replace(/\/[^/]*$/, (path) => (path.includes('@') ? path : '')),
    );
    return undefined;
  }
  if (!process.env.TEST_MYSQL_SERVER && spawnSync('mariadbd', ['--version']).error) {
    if (process.env.REQUIRE_ALL) throw new Error('REQUIRE_ALL is set, and there is no mariadbd on the PATH');
    process.stderr.write(
      'skipped: everything on MySQL, since there is neither TEST_MYSQL_URL nor mariadbd\n',
    );
    project.provide('mysqlServer', '');
    return undefined;
  }
  const server = await startMysqlServer();
  process.stderr.write(`the tests on MySQL run on ${await version(server.url)}\n`);
  project.provide('mysqlServer', server.url);
  return server.stop;
}

export interface MysqlServer {
  /** `mysql://root@host:port`, with no password. */
  url: string;
  port: number;
  stop(): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Stops the process where it is: the system still takes connections for it, and nothing answers. */
  pause(): void;
  /** Lets a paused process go on. */
  resume(): void;
}

/** Starts a private MySQL or MariaDB, in a new folder, on a free port, with further options for the server. */
export async function startMysqlServer(port?: number, options: string[] = []): Promise<MysqlServer> {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-mysql-'));
  const chosen = port ?? (await freePort());
  const program = serverProgram(process.env.TEST_MYSQL_SERVER ?? 'mariadbd');
  program.install(folder);
  program.options.push(...options);
  let server = await start(program, folder, chosen);
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
    pause: () => void server.kill('SIGSTOP'),
    resume: () => void server.kill('SIGCONT'),
    async restart() {
      await end('SIGKILL');
      server = await start(program, folder, chosen);
    },
    async stop() {
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface ServerProgram {
  command: string;
  /** Creates the system tables in `folder/data`, with a root that needs no password on loopback. */
  install(folder: string): void;
  options: string[];
}

function serverProgram(command: string): ServerProgram {
  return command.endsWith('mariadbd') ? mariadbd(command) : mysqld(command);
}

function mariadbd(command: string): ServerProgram {
  return {
    command,
    install: (folder) =>
      runToEnd(command.replace(/mariadbd$/, 'mariadb-install-db'), [
        `--datadir=${folder}/data`,
        `--tmpdir=${folder}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
        ...asUser(),
      ]),
    // The program of `scripts/database-server.sh` says it itself.
    options: [...(command === 'mariadbd' ? ['--no-defaults'] : []), '--performance-schema=OFF'],
  };
}

function mysqld(command: string): ServerProgram {
  return {
    command,
    install(folder) {
      const root = join(folder, 'root.sql');
      const name = "root@'127.0.0.1'";
      writeFileSync(root, `CREATE USER ${name};\nGRANT ALL ON *.* TO ${name} WITH GRANT OPTION;\n`);
      runToEnd(command, [
        '--initialize-insecure',
        `--init-file=${root}`,
        `--datadir=${folder}/data`,
        `--tmpdir=${folder}`,
        ...asUser(),
      ]);
    },
    options: ['--mysqlx=OFF', '--performance-schema=OFF', '--skip-log-bin', '--innodb-doublewrite=OFF'],
  };
}

function runToEnd(command: string, options: string[]): void {
  const ended = spawnSync(command, options, { encoding: 'utf8' });
  if (ended.status === 0) return;
  throw new Error(`${command} failed: ${ended.error?.message ?? (ended.stderr || ended.stdout)}`);
}

async function start(program: ServerProgram, folder: string, port: number): Promise<ChildProcess> {
  const server = spawn(
    program.command,
    [
      ...program.options,
      ...asUser(),
      `--datadir=${folder}/data`,
      // A server that starts removes the temporary tables of every server that shares its folder.
      `--tmpdir=${folder}`,
      `--socket=${folder}/socket`,
      `--pid-file=${folder}/pid`,
      `--log-error=${folder}/log`,
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      '--skip-name-resolve',
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
        throw new Error(`${program.command} did not start: ${endOf(join(folder, 'log'))}`, { cause: error });
      await wait(50);
    }
  }
}

function endOf(log: string): string {
  return existsSync(log) ? readFileSync(log, 'utf8').slice(-2000) : 'it has no log';
}

async function version(url: string): Promise<string> {
  const connection = await createConnection(url);
  try {
    const [[row]] = await connection.query<RowDataPacket[]>(
      'SELECT @@version_comment AS comment, VERSION() AS number',
    );
    return `${row.comment} ${row.number}`;
  } finally {
    await connection.end();
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
