import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import mysql from 'mysql2/promise';
import { answering, freePort } from './workplace.js';

/**
 * A new, empty database on the server that TEST_MYSQL_URL names, or on a private MariaDB.
 *
 * @returns its URL, what the server says of its version, and the id of its process, where that can be known
 */
export async function newDatabase(place) {
  return databaseOn(place, process.env.TEST_MYSQL_URL ?? (await startMariaDb(place)));
}

/** A further one on the same server. */
export function anotherDatabase(place, { server }) {
  return databaseOn(place, server);
}

async function databaseOn(place, server) {
  const isPrivate = !process.env.TEST_MYSQL_URL;
  const name = `bench_${randomBytes(8).toString('hex')}`;
  const url = new URL(server);
  url.pathname = '/';
  const connection = await mysql.createConnection(url.href);
  place.atEnd(async () => {
    if (!isPrivate) await connection.query(`DROP DATABASE ${name}`);
    await connection.end();
  });
  await connection.query(`CREATE DATABASE ${name}`);
  const [[{ version, folder, pidFile }]] = await connection.query(
    'SELECT VERSION() AS version, @@datadir AS folder, @@pid_file AS pidFile',
  );
  url.pathname = `/${name}`;
  return { server, url: url.href, version, isPrivate, pid: processId(url, resolve(folder, pidFile)) };
}

async function startMariaDb(place) {
  return (await startDatabase(place, { program: 'mariadbd', folder: place.folder })).url;
}

/**
 * Starts a private server on a free port. It goes on with the data that it finds in the folder.
 *
 * @param program `mariadbd` on the PATH, or a `mysqld` of `scripts/database-server.sh`
 * @returns its URL and its process
 */
export async function startDatabase(place, { program, folder, options = [] }) {
  if (!program) throw new Error('TEST_MYSQL_SERVER must name a mysqld; see scripts/database-server.sh');
  const asUser = process.getuid?.() === 0 ? ['--user=root'] : [];
  const data = `${folder}/mariadb`;
  const isMariaDb = program.endsWith('mariadbd');
  if (!existsSync(data)) install(isMariaDb, program, data, asUser);
  const port = await freePort();
  const server = place.start(`database-${port}`, program, [
    ...(program === 'mariadbd' ? ['--no-defaults'] : []),
    ...(isMariaDb ? [] : ['--mysqlx=OFF', '--skip-log-bin']),
    ...asUser,
    `--datadir=${data}`,
    `--socket=${folder}/mariadb.socket`,
    `--tmpdir=${folder}`,
    `--pid-file=${folder}/mariadb.pid`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--skip-name-resolve',
    '--innodb-flush-log-at-trx-commit=2',
    ...options,
  ]);
  const url = `mysql://root@127.0.0.1:${port}/`;
  await answering(server, program, async () => (await mysql.createConnection(url)).end());
  return { url, child: server };
}

function install(isMariaDb, program, data, asUser) {
  const init = `${data}-init.sql`;
  if (!isMariaDb)
    writeFileSync(
      init,
      "CREATE USER root@'127.0.0.1';\nGRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n",
    );
  const made = isMariaDb
    ? spawnSync(
        program.replace(/mariadbd$/, 'mariadb-install-db'),
        [`--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db', ...asUser],
        { encoding: 'utf8' },
      )
    : spawnSync(program, ['--initialize-insecure', `--init-file=${init}`, `--datadir=${data}`, ...asUser], {
        encoding: 'utf8',
      });
  if (made.error) throw new Error('There is neither TEST_MYSQL_URL nor a MariaDB on the PATH');
  if (made.status !== 0)
    throw new Error(`${program} could not make its tables: ${made.stderr || made.stdout}`);
}

/** The server's process, if it runs on this machine and lets itself be seen. */
function processId({ hostname }, file) {
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return undefined;
  try {
    const id = Number(readFileSync(file, 'utf8'));
    const isServer =
      existsSync(`/proc/${id}/stat`) && /^(mariadbd|mysqld)/.test(readFileSync(`/proc/${id}/comm`, 'utf8'));
    return isServer ? id : undefined;
  } catch {
    return undefined;
  }
}
