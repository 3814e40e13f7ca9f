import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { answering } from './workplace.js';

const PIPELINES = '/usr/share/glance-common/glance-api-paste.ini';

const ENVIRONMENT = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' };

/** True where Debian's package glance-api is installed. */
export function hasGlance() {
  return ['glance-api', 'glance-manage'].every((program) => !spawnSync(program, ['--version']).error);
}

/** Makes the tables of a Glance in an empty database, and starts it: one process, no identity, a file store. */
export async function startGlance(place, database) {
  const folder = mkdtempSync(join(place.folder, 'glance-'));
  const store = join(folder, 'store');
  for (const each of [store, join(folder, 'staging')]) mkdirSync(each);
  const port = await lowPort();
  const config = join(folder, 'glance.conf');
  copyFileSync(PIPELINES, join(folder, 'paste.ini'));
  writeFileSync(config, configuration(folder, port, database));
  makeTables(config);
  // Debian's Python has its modules, whatever another one on the PATH has.
  const args = ['/usr/bin/glance-api', '--config-file', config];
  const child = place.start('glance', '/usr/bin/python3', args, ENVIRONMENT);
  const url = `http://127.0.0.1:${port}`;
  await answering(child, 'Glance', async () => {
    if (!(await fetch(`${url}/healthcheck`)).ok) throw new Error('not yet');
  });
  return { name: 'Glance', child, pid: child.pid, url, store };
}

/** Makes the tables of a Glance in an empty database. */
export function makeGlanceTables(folder, database) {
  mkdirSync(folder, { recursive: true });
  const config = join(folder, 'glance.conf');
  writeFileSync(config, configuration(folder, 0, database));
  makeTables(config);
}

function makeTables(config) {
  const made = spawnSync('glance-manage', ['--config-file', config, 'db_sync'], {
    encoding: 'utf8',
    env: ENVIRONMENT,
  });
  if (made.status !== 0) throw new Error(`glance-manage db_sync: ${made.stderr}`);
}

function configuration(folder, port, { url }) {
  const { username, password, host, pathname } = new URL(url);
  const account = password ? `${username}:${password}` : username;
  return `[DEFAULT]
bind_host = 127.0.0.1
bind_port = ${port}
workers = 0
node_staging_uri = file://${folder}/staging
[database]
connection = mysql+pymysql://${account}@${host}${pathname}?charset=utf8
[glance_store]
stores = file
default_store = file
filesystem_store_datadir = ${folder}/store
[oslo_concurrency]
lock_path = ${folder}/lock
[oslo_messaging_notifications]
driver = noop
[paste_deploy]
config_file = ${folder}/paste.ini
`;
}

/** Glance shares a port that somebody listens on already, and the system lends those above these to connections. */
async function lowPort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
