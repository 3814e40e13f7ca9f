import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './mysql-server.js';
import { eventually } from './poll.js';

/** True when a Keystone can be run here; Debian's packages are python3-keystone and gunicorn. */
export const hasKeystone = spawnSync('which', ['keystone-manage', 'gunicorn']).status === 0;
if (!hasKeystone && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no keystone-manage and gunicorn on the PATH');
if (!hasKeystone)
  process.stderr.write('skipped: everything on Keystone, since keystone-manage or gunicorn is not there\n');

export interface Scope {
  user: string;
  project?: string;
  /** A token for the domain `Default` or for the whole system, in place of one for a project. */
  of?: 'domain' | 'system';
}

interface Accounts {
  /** Ids by name. */
  projects: Record<string, string>;
  users: Record<string, string>;
}

/** The JSON of Keystone. An answer has some of these fields. */
interface KeystoneJson {
  roles: { id: string }[];
  service: { id: string };
  domain: { id: string };
  project: { id: string };
  user: { id: string };
  application_credential: { id: string };
  credential: { access: string; secret: string };
}

/** A Keystone of one's own, with projects `demo` and `other` and people who have roles in them. */
export interface Keystone extends Accounts {
  /** Without a path. */
  url: string;
  /** A token of `alice` (member of demo), `bob` (reader of other), `root` (admin of demo) or `gateway` (service). */
  token(who: Scope): Promise<string>;
  /** Any request, as the administrator of all. */
  request(
    method: string,
    path: string,
    body?: object,
    token?: string,
  ): Promise<{ status: number; body: KeystoneJson }>;
  /** For how many seconds the tokens that it issues from now on are good. */
  setExpiration(seconds: number): Promise<void>;
  /** Lets the password of a user end. */
  expirePassword(user: string): Promise<void>;
  /** Stops its processes, which then accept connections and answer nothing, until `thaw`. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

const PEOPLE: [user: string, project: string, role: string][] = [
  ['alice', 'demo', 'member'],
  ['bob', 'other', 'reader'],
  ['root', 'demo', 'admin'],
  ['gateway', 'service', 'service'],
];

const PASSWORD = '-password';
export const passwordOf = (user: string) => user + PASSWORD;

export async function startKeystone(): Promise<Keystone> {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-keystone-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  configure(folder);
  const server = await start(folder, port);
  const accounts = JSON.parse(readFileSync(join(folder, 'accounts.json'), 'utf8')) as Accounts;
  return { url, ...accounts, token, request, setExpiration, expirePassword, freeze, thaw, stop };

  async function token({ user, project, of }: Scope): Promise<string> {
    const domain = { id: 'default' };
    const scopes = { domain: { domain }, system: { system: { all: true } } };
    const scope = of ? scopes[of] : project && { project: { name: project, domain } };
    const response = await fetch(`${url}/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        auth: {
          identity: {
            methods: ['password'],
            password: { user: { name: user, domain, password: passwordOf(user) } },
          },
          ...(scope ? { scope } : {}),
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

  async function setExpiration(seconds: number): Promise<void> {
    await fetch(`${url}/expiration?${seconds}`, { method: 'PUT' });
  }

  async function expirePassword(user: string): Promise<void> {
    await fetch(`${url}/expired-password?${user}`, { method: 'PUT' });
  }

  function freeze(): void {
    for (const worker of workersOf(server)) process.kill(worker, 'SIGSTOP');
  }

  function thaw(): void {
    for (const worker of workersOf(server)) process.kill(worker, 'SIGCONT');
  }

  async function stop(): Promise<void> {
    thaw();
    await end(server);
    rmSync(folder, { recursive: true, force: true });
  }
}

function configure(folder: string): void {
  for (const keys of ['fernet', 'credential'])
    mkdirSync(join(folder, keys), { recursive: true, mode: 0o700 });
  writeFileSync(
    join(folder, 'keystone.conf'),
    `[DEFAULT]
log_file = ${folder}/keystone.log
[database]
connection = sqlite:///${folder}/keystone.db
[token]
allow_expired_window = 0
[fernet_tokens]
key_repository = ${folder}/fernet
[fernet_receipts]
key_repository = ${folder}/fernet
[auth]
methods = password,token,application_credential,totp
[credential]
key_repository = ${folder}/credential
caching = false
[cache]
enabled = true
backend = dogpile.cache.memory
[identity]
password_hash_rounds = 4
`,
  );
}

async function start(folder: string, port: number): Promise<ChildProcess> {
  const output = openSync(join(folder, 'output'), 'a');
  const address = `127.0.0.1:${port}`;
  const options = ['--threads', '4', '--keep-alive', '75', '--timeout', '120'];
  const server = spawn(
    'gunicorn',
    ['--pythonpath', import.meta.dirname, '-b', address, ...options, 'keystone_server'],
    {
      stdio: ['ignore', output, output],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        LC_ALL: 'C.UTF-8',
        no_proxy: '127.0.0.1',
        PYTHONDONTWRITEBYTECODE: '1',
        OS_KEYSTONE_CONFIG_FILES: join(folder, 'keystone.conf'),
        FOLDER: folder,
        BASE_URL: `http://${address}`,
        PEOPLE: JSON.stringify(PEOPLE),
        PASSWORD,
      },
    },
  );
  closeSync(output);
  const isUp = () =>
    fetch(`http://${address}/v3`, { signal: AbortSignal.timeout(2000) }).then(
      ({ ok }) => ok,
      () => server.exitCode !== null,
    );
  await eventually(isUp, Boolean, 100);
  if (server.exitCode !== null)
    throw new Error(`Keystone did not start: ${readFileSync(join(folder, 'output'))}`);
  return server;
}

function workersOf({ pid, exitCode }: ChildProcess): number[] {
  if (exitCode !== null) return [];
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await ended;
}
