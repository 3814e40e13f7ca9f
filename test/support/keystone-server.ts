import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './mysql-server.js';
import { eventually } from './poll.js';

/** True when a Keystone can be run here; Debian's packages are python3-keystone and gunicorn. */
export const hasKeystone = ['keystone-manage', 'gunicorn'].every(
  (program) => !spawnSync(program, ['--version']).error,
);
if (!hasKeystone && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no keystone-manage and gunicorn on the PATH');
if (!hasKeystone)
  process.stderr.write('skipped: everything on Keystone, since keystone-manage or gunicorn is not there\n');

export interface Scope {
  user: string;
  project?: string;
}

/** A Keystone of one's own, with projects `demo` and `other` and people who have roles in them. */
export interface Keystone {
  /** Without a path. */
  url: string;
  /** A token of `alice` (member of demo), `bob` (reader of other), `root` (admin of demo) or `gateway` (service). */
  token(who: Scope): Promise<string>;
  projects: Record<string, string>;
  users: Record<string, string>;
  /** Any request, as the administrator of all. */
  request(
    method: string,
    path: string,
    body?: object,
    token?: string,
  ): Promise<{ status: number; body: any }>;
  /** Starts it again; tokens are then good for so many seconds. */
  restart(seconds: number): Promise<void>;
  stop(): Promise<void>;
}

const PEOPLE: [user: string, project: string, role: string][] = [
  ['alice', 'demo', 'member'],
  ['bob', 'other', 'reader'],
  ['root', 'demo', 'admin'],
  ['gateway', 'service', 'service'],
];

export const passwordOf = (user: string) => `${user}-password`;

export async function startKeystone(): Promise<Keystone> {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-keystone-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  configure(folder, 3600);
  manage(folder, 'db_sync');
  // Without it, writing while somebody reads is a locked database.
  run('/usr/bin/python3', [
    '-c',
    `import sqlite3; sqlite3.connect('${folder}/keystone.db').execute('pragma journal_mode=wal')`,
  ]);
  const { username } = userInfo();
  const group = username === 'root' ? 'root' : String(userInfo().gid);
  for (const setup of ['fernet_setup', 'credential_setup'])
    manage(folder, setup, '--keystone-user', username, '--keystone-group', group);
  manage(
    folder,
    'bootstrap',
    '--bootstrap-password',
    passwordOf('admin'),
    '--bootstrap-public-url',
    `${url}/v3`,
  );
  let server = await start(folder, port);
  const keystone = { url, projects: {}, users: {}, token, request, restart, stop } as Keystone;
  await makeAccounts(keystone);
  return keystone;

  async function token({ user, project }: Scope): Promise<string> {
    const domain = { id: 'default' };
    const response = await fetch(`${url}/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        auth: {
          identity: {
            methods: ['password'],
            password: { user: { name: user, domain, password: passwordOf(user) } },
          },
          ...(project ? { scope: { project: { name: project, domain } } } : {}),
        },
      }),
    });
    if (response.status !== 201) throw new Error(`no token for ${user}: ${await response.text()}`);
    return response.headers.get('x-subject-token')!;
  }

  async function request(method: string, path: string, body?: object, own?: string) {
    const response = await fetch(`${url}/v3${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-auth-token': own ?? (await token({ user: 'admin', project: 'admin' })),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (response.status >= 400) throw new Error(`Keystone: ${method} ${path}: ${text}`);
    return { status: response.status, body: text ? JSON.parse(text) : undefined };
  }

  async function restart(seconds: number): Promise<void> {
    await end(server);
    configure(folder, seconds);
    server = await start(folder, port);
  }

  async function stop(): Promise<void> {
    await end(server);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeAccounts({ request, projects, users, token }: Keystone): Promise<void> {
  const own = await token({ user: 'admin', project: 'admin' });
  const make = async (kind: string, thing: object) =>
    (await request('POST', `/${kind}s`, { [kind]: thing }, own)).body[kind].id as string;
  await make('role', { name: 'service' });
  const { body } = await request('GET', '/roles', undefined, own);
  const roles = new Map((body.roles as { name: string; id: string }[]).map(({ name, id }) => [name, id]));
  for (const [user, project, role] of PEOPLE) {
    projects[project] ??= await make('project', { name: project, domain_id: 'default' });
    users[user] = await make('user', { name: user, password: passwordOf(user), domain_id: 'default' });
    await request(
      'PUT',
      `/projects/${projects[project]}/users/${users[user]}/roles/${roles.get(role)}`,
      undefined,
      own,
    );
  }
}

function configure(folder: string, seconds: number): void {
  for (const keys of ['fernet', 'credential'])
    mkdirSync(join(folder, keys), { recursive: true, mode: 0o700 });
  writeFileSync(
    join(folder, 'keystone.conf'),
    `[DEFAULT]
log_file = ${folder}/keystone.log
[database]
connection = sqlite:///${folder}/keystone.db
[token]
expiration = ${seconds}
allow_expired_window = 0
[fernet_tokens]
key_repository = ${folder}/fernet
[credential]
key_repository = ${folder}/credential
[cache]
enabled = false
[identity]
password_hash_rounds = 4
`,
  );
  // Keystone would read gunicorn's own arguments.
  writeFileSync(
    join(folder, 'application.py'),
    'import sys\nsys.argv = sys.argv[:1]\nfrom keystone.server.wsgi import initialize_public_application\n' +
      'application = initialize_public_application()\n',
  );
}

function manage(folder: string, ...args: string[]): void {
  run('keystone-manage', ['--config-file', join(folder, 'keystone.conf'), ...args]);
}

function run(program: string, args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8', env: environment() });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${stderr}`);
}

function environment(folder?: string): NodeJS.ProcessEnv {
  const own = folder ? { OS_KEYSTONE_CONFIG_FILES: join(folder, 'keystone.conf') } : {};
  return { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', no_proxy: '127.0.0.1', ...own };
}

async function start(folder: string, port: number): Promise<ChildProcess> {
  const output = openSync(join(folder, 'output'), 'a');
  const server = spawn(
    'gunicorn',
    ['--chdir', folder, '-b', `127.0.0.1:${port}`, '--threads', '4', '--keep-alive', '75', 'application'],
    { stdio: ['ignore', output, output], env: environment(folder) },
  );
  closeSync(output);
  const isUp = () =>
    fetch(`http://127.0.0.1:${port}/v3`, { signal: AbortSignal.timeout(2000) }).then(
      ({ ok }) => ok,
      () => server.exitCode !== null,
    );
  await eventually(isUp, Boolean, 30);
  if (server.exitCode !== null)
    throw new Error(`Keystone did not start: ${readFileSync(join(folder, 'output'))}`);
  return server;
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
}
