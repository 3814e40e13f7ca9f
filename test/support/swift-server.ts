import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import dns from 'node:dns';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { passwordOf } from './keystone-server.js';
import { lowPort } from './low-port.js';
import { eventually } from './poll.js';

const PROGRAMS = [
  'swift-proxy-server',
  'swift-account-server',
  'swift-container-server',
  'swift-object-server',
];

/** True when Swift can be run here; Debian's packages are swift-proxy, -account, -container, -object and memcached. */
export const hasSwift = [...PROGRAMS, 'swift-ring-builder', 'memcached'].every(
  (program) => !spawnSync(program, ['--help']).error,
);
if (!hasSwift && process.env.REQUIRE_ALL)
  throw new Error('REQUIRE_ALL is set, and there is no Swift and memcached on the PATH');
if (!hasSwift)
  process.stderr.write('skipped: everything on Swift and S3, since Swift or memcached is not there\n');

/** The account, user and password that it knows. */
export const SWIFT_USER = 'test:tester';
export const SWIFT_KEY = 'testing';

/** Its S3 server also takes `{bucket}.{this}` for the host's name. `resolveBuckets` has that found. */
export const S3_DOMAIN = 's3.test';

/** Milliseconds that its start may take on a busy machine. */
export const PATIENCE = 120_000;

/** A Swift of one's own: one node, logins of version 1, and the same data as S3. */
export interface SwiftServer {
  /** Without a path; the S3 server is at the same address. */
  url: string;
  /** Where one logs in. */
  authUrl: string;
  /** Any request to the account; the path begins with the container. */
  request(method: string, path: string, init?: RequestInit): Promise<Response>;
  /** Names of the objects in a container; none where it is missing. */
  objects(container: string): Promise<string[]>;
  stop(): Promise<void>;
}

/** @param keystone whose tokens and EC2 credentials it takes, in place of logins of version 1 */
export async function startSwift(keystone?: { url: string }): Promise<SwiftServer> {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-swift-'));
  mkdirSync(join(folder, 'node', 'd1'), { recursive: true });
  const [proxy, account, container, object, memcached] = await Promise.all(
    Array.from({ length: 5 }, lowPort),
  );
  const storage = { account, container, object };
  writeFileSync(
    join(folder, 'swift.conf'),
    '[swift-hash]\nswift_hash_path_prefix = x\nswift_hash_path_suffix = y\n[storage-policy:0]\nname = Policy-0\ndefault = yes\n',
  );
  await Promise.all(Object.entries(storage).map(([type, port]) => makeRing(folder, type, port)));
  for (const [type, port] of Object.entries(storage)) {
    writeFileSync(
      join(folder, `${type}-server.conf`),
      `${common(folder, port)}devices = ${folder}/node\nmount_check = false\nfallocate_reserve = 0\n` +
        `[pipeline:main]\npipeline = healthcheck ${type}-server\n[filter:healthcheck]\nuse = egg:swift#healthcheck\n` +
        `[app:${type}-server]\nuse = egg:swift#${type}\n`,
    );
  }
  writeFileSync(
    join(folder, 'proxy-server.conf'),
    proxyConfiguration(folder, proxy, memcached, keystone?.url),
  );
  const servers = [
    run(folder, 'memcached', [
      '-u',
      userInfo().username,
      '-l',
      '127.0.0.1',
      '-p',
      `${memcached}`,
      '-U',
      '0',
      '-m',
      '16',
    ]),
    ...[...Object.keys(storage), 'proxy'].map((type) =>
      run(folder, `swift-${type}-server`, [join(folder, `${type}-server.conf`)]),
    ),
  ];
  await Promise.all([...Object.values(storage), proxy].map((port) => isUp(folder, port)));
  const url = `http://127.0.0.1:${proxy}`;
  const authUrl = `${url}/auth/v1.0`;

  const request: SwiftServer['request'] = async (method, path, init = {}) => {
    const login = await fetch(authUrl, { headers: { 'x-auth-user': SWIFT_USER, 'x-auth-key': SWIFT_KEY } });
    const headers = { ...(init.headers as object), 'x-auth-token': login.headers.get('x-auth-token')! };
    return fetch(`${login.headers.get('x-storage-url')}/${path}`, { ...init, method, headers });
  };
  return {
    url,
    authUrl,
    request,
    async objects(name) {
      const answer = await request('GET', `${name}?format=json`);
      return answer.ok ? ((await answer.json()) as { name: string }[]).map((each) => each.name) : [];
    },
    async stop() {
      await Promise.all(servers.map(end));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Options of a gateway with two stores: `archive`, which is Swift, and `cloud`, which is S3.
 *
 * @param url of the server, or of what stands before it
 */
export function storesAt(url: string): Record<string, string> {
  return {
    STORES: 'archive:swift,cloud:s3',
    STORE_ARCHIVE_AUTH_URL: `${url}/auth/v1.0`,
    STORE_ARCHIVE_AUTH_VERSION: '1',
    STORE_ARCHIVE_USER: SWIFT_USER,
    STORE_ARCHIVE_KEY: SWIFT_KEY,
    STORE_ARCHIVE_CONTAINER: 'images',
    STORE_ARCHIVE_SEGMENT_SIZE: '1',
    STORE_CLOUD_ENDPOINT: url,
    STORE_CLOUD_ACCESS_KEY: SWIFT_USER,
    STORE_CLOUD_SECRET_KEY: SWIFT_KEY,
    STORE_CLOUD_BUCKET: 'image-bucket',
    STORE_CLOUD_SEGMENT_SIZE: '5',
  };
}

/** Names of all that these stores hold: objects, segments and unfinished multipart uploads. */
export async function heldBy(server: SwiftServer): Promise<string[]> {
  // S3 keeps what is under way in a container beside the bucket, and takes it away with the upload.
  const containers = ['images', 'image-bucket', 'image-bucket+segments'];
  return (await Promise.all(containers.map((name) => server.objects(encodeURIComponent(name))))).flat();
}

/** Lets the names of buckets be resolved, until mocks are restored. */
export function resolveBuckets(): void {
  const { lookup } = dns;
  vi.spyOn(dns, 'lookup').mockImplementation(((name: string, ...rest: [never, never]) =>
    lookup(`.${name}`.endsWith(`.${S3_DOMAIN}`) ? '127.0.0.1' : name, ...rest)) as typeof lookup);
}

async function makeRing(folder: string, type: string, port: number): Promise<void> {
  const builder = join(folder, `${type}.builder`);
  for (const step of [['create', '4', '1', '1'], ['add', `r1z1-127.0.0.1:${port}/d1`, '1'], ['rebalance']]) {
    const child = spawn('swift-ring-builder', [builder, ...step], { stdio: 'ignore' });
    await new Promise((resolve) => child.once('exit', resolve));
  }
}

function common(folder: string, port: number): string {
  return (
    `[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = ${port}\nworkers = 0\nuser = ${userInfo().username}\n` +
    `swift_dir = ${folder}\nlog_level = WARNING\n`
  );
}

function proxyConfiguration(folder: string, port: number, memcached: number, keystone?: string): string {
  const plain = ['catch_errors', 'gatekeeper', 'healthcheck', 'listing_formats', 'bulk', 'copy', 'slo'];
  const service = `auth_url = ${keystone}/v3
auth_type = password
project_domain_id = default
user_domain_id = default
project_name = service
username = gateway
password = ${passwordOf('gateway')}
`;
  return `${common(folder, port)}[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk ${
    keystone ? 'authtoken s3api s3token keystoneauth' : 's3api tempauth'
  } copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:dlo]
use = egg:swift#dlo
# The tests have small segments: by default Swift sends one of them a second after the tenth.
rate_limit_after_segment = 10000
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${memcached}
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
storage_domain = ${S3_DOMAIN}
min_segment_size = 1048576
[filter:tempauth]
use = egg:swift#tempauth
user_${SWIFT_USER.replace(':', '_')} = ${SWIFT_KEY} .admin
storage_url_scheme = http
[filter:keystoneauth]
use = egg:swift#keystoneauth
operator_roles = member
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
www_authenticate_uri = ${keystone}/v3
interface = public
${service}delay_auth_decision = true
[filter:s3token]
use = egg:swift#s3token
auth_uri = ${keystone}/v3
${service}${plain.map((name) => `[filter:${name}]\nuse = egg:swift#${name}\n`).join('')}`;
}

function run(folder: string, program: string, args: string[]): ChildProcess {
  const output = openSync(join(folder, 'output'), 'a');
  const server = spawn(program, args, {
    stdio: ['ignore', output, output],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LC_ALL: 'C.UTF-8' },
  });
  closeSync(output);
  return server;
}

async function isUp(folder: string, port: number): Promise<void> {
  const ask = () =>
    fetch(`http://127.0.0.1:${port}/healthcheck`, { signal: AbortSignal.timeout(2000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  await eventually(ask, Boolean, PATIENCE / 1000).catch(() => {
    throw new Error(`Swift did not start: ${readFileSync(join(folder, 'output'))}`);
  });
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  // Its data is thrown away, and it takes its time to end well.
  server.kill('SIGKILL');
  await ended;
}
