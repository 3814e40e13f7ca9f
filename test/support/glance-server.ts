import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { onServer } from './gateway.js';
import { eventually } from './poll.js';

const PIPELINES = '/usr/share/glance-common/glance-api-paste.ini';

/** True when a Glance can be run here; Debian's package is glance-api. */
export const hasGlance = ['glance-api', 'glance-manage'].every(
  (program) => !spawnSync(program, ['--version']).error,
);
if (!hasGlance && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no glance-api and glance-manage on the PATH');
if (!hasGlance)
  process.stderr.write(
    'skipped: everything beside a Glance, since glance-api or glance-manage is not there\n',
  );

/** The JSON of version 2 of the Images API. An answer has some of these fields. */
export interface GlanceJson extends GlanceImage {
  images: GlanceImage[];
  members: { member_id: string; status: string }[];
}

interface GlanceImage {
  id: string;
  status: string;
  tags: string[];
  /** Names of the stores that hold the data, with commas between them. */
  stores: string;
  created_at: string;
  updated_at: string;
  [field: string]: unknown;
}

export interface GlanceAnswer {
  status: number;
  headers: Headers;
  bytes: Buffer;
  /** Undefined when the answer is no JSON. */
  json: GlanceJson;
}

/** A Glance of one's own with version 2 of the Images API, on its own database, where everybody is administrator. */
export interface Glance {
  url: string;
  /** Name of its database on the MySQL server of the tests. */
  database: string;
  /** The folder of each of its stores; `file` where it has only that one. */
  stores: Record<string, string>;
  /** One request to version 2; a path such as `/images`. */
  request(
    method: string,
    path: string,
    body?: object | string | ReadableStream,
    headers?: Record<string, string>,
  ): Promise<GlanceAnswer>;
  stop(): Promise<void>;
}

/**
 * @param backends names of its stores, the first one the default; none for the one store of a simple Glance
 * @param encryptionKey its `metadata_encryption_key`
 */
export async function startGlance(backends: readonly string[] = [], encryptionKey?: string): Promise<Glance> {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-glance-'));
  const database = `glance_${randomUUID().replaceAll('-', '')}`;
  const names = backends.length > 0 ? backends : ['file'];
  const stores = Object.fromEntries(names.map((name) => [name, join(folder, name)]));
  for (const each of [...Object.values(stores), join(folder, 'staging'), join(folder, 'tasks')])
    mkdirSync(each);
  const port = await lowPort();
  const url = `http://127.0.0.1:${port}`;
  copyFileSync(PIPELINES, join(folder, 'paste.ini'));
  writeFileSync(
    join(folder, 'glance.conf'),
    configuration({ folder, database, port, backends, encryptionKey }),
  );
  // Its administrators without a name have no role, which these rules ask for.
  writeFileSync(join(folder, 'policy.yaml'), '"publicize_image": ""\n"metadef_admin": ""\n');
  await onServer(`CREATE DATABASE ${database} CHARACTER SET utf8mb3`);
  const made = spawnSync('glance-manage', ['--config-file', join(folder, 'glance.conf'), 'db_sync'], {
    encoding: 'utf8',
    env: environment(),
  });
  if (made.status !== 0) throw new Error(`glance-manage db_sync failed: ${made.stderr}`);
  const server = await start(folder, url);
  return {
    url,
    database,
    stores,
    async request(method, path, body, headers = {}) {
      const isData = typeof body === 'string' || body instanceof ReadableStream;
      const type = isData
        ? 'application/octet-stream'
        : method === 'PATCH'
          ? 'application/openstack-images-v2.1-json-patch'
          : 'application/json';
      const response = await fetch(`${url}/v2${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': type }), ...headers },
        body: isData || body === undefined ? body : JSON.stringify(body),
        duplex: 'half',
      } as RequestInit);
      const bytes = Buffer.from(await response.arrayBuffer());
      return { status: response.status, headers: response.headers, bytes, json: parsed(bytes) as GlanceJson };
    },
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        const ended = new Promise((resolve) => server.once('exit', resolve));
        server.kill('SIGTERM');
        await ended;
      }
      await onServer(`DROP DATABASE ${database}`);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Configured {
  folder: string;
  database: string;
  port: number;
  backends: readonly string[];
  encryptionKey?: string;
}

function configuration({ folder, database, port, backends, encryptionKey }: Configured): string {
  const { hostname, port: serverPort, username, password } = new URL(inject('mysqlServer'));
  const stores =
    backends.length === 0
      ? `[glance_store]
stores = file,http
default_store = file
filesystem_store_datadir = ${folder}/file
`
      : `[glance_store]
default_backend = ${backends[0]}
[os_glance_staging_store]
filesystem_store_datadir = ${folder}/staging
[os_glance_tasks_store]
filesystem_store_datadir = ${folder}/tasks
${backends.map((name) => `[${name}]\nfilesystem_store_datadir = ${folder}/${name}\n`).join('')}`;
  // Without workers it is one process, which ends when it is told to.
  return `[DEFAULT]
bind_host = 127.0.0.1
bind_port = ${port}
workers = 0
use_stderr = True
node_staging_uri = file://${folder}/staging
${encryptionKey === undefined ? '' : `metadata_encryption_key = ${encryptionKey}`}
${backends.length > 0 ? `enabled_backends = ${backends.map((name) => `${name}:file`).join(', ')}` : ''}
[database]
connection = mysql+pymysql://${username}${password ? `:${password}` : ''}@${hostname}:${serverPort || 3306}/${database}?charset=utf8
${stores}
[oslo_concurrency]
lock_path = ${folder}/lock
[oslo_messaging_notifications]
driver = noop
[paste_deploy]
config_file = ${folder}/paste.ini
[oslo_policy]
policy_file = ${folder}/policy.yaml
`;
}

async function start(folder: string, url: string): Promise<ChildProcess> {
  const output = openSync(join(folder, 'output'), 'a');
  // Debian's Python has its modules, whatever another one on the PATH has.
  const server = spawn(
    '/usr/bin/python3',
    ['/usr/bin/glance-api', '--config-file', join(folder, 'glance.conf')],
    { stdio: ['ignore', output, output], env: environment() },
  );
  closeSync(output);
  const isUp = () =>
    fetch(`${url}/healthcheck`, { signal: AbortSignal.timeout(2000) }).then(
      ({ ok }) => ok,
      () => server.exitCode !== null,
    );
  await eventually(isUp, Boolean, 90).catch((error: unknown) => {
    server.kill();
    throw error;
  });
  if (server.exitCode !== null)
    throw new Error(`Glance did not start: ${readFileSync(join(folder, 'output'), 'utf8')}`);
  return server;
}

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: process.env.HOME, LC_ALL: 'C.UTF-8', no_proxy: '127.0.0.1' };
}

/**
 * A free port below those that the system lends to outgoing connections: Glance shares a port that somebody
 * listens on already, and would not say so.
 */
async function lowPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
