import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { options } from '../../src/config/read-config.js';
import { called } from '../support/command.js';
import { freePort } from '../support/mysql-server.js';
import { onServer } from '../support/gateway.js';
import { endAll, runCommand, spawnCommand, spawnGateway } from '../support/process.js';
import { eventually } from '../support/poll.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
const DATA_DIR = join(folder, 'data');
afterAll(async () => {
  await endAll();
  rmSync(folder, { recursive: true });
});

/** The one line and the exit status of a call that cannot be followed. */
async function refusal(args: string[], environment: Record<string, string> = {}) {
  const { code, stdout, stderr } = await called(args, { DATA_DIR, ...environment });
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^glance-graphql: .+\n$/);
  return { code, line: stderr.slice('glance-graphql: '.length, -1) };
}

function file(text: string): string {
  const path = join(folder, `${Math.random()}.env`);
  writeFileSync(path, text);
  return path;
}

test('--help names every command and every option, with what it takes', async () => {
  for (const flag of ['--help', '-h']) {
    const { code, stdout, stderr } = await called([flag], {});
    expect([code, stderr]).toEqual([0, '']);
    for (const word of [
      'serve',
      'migrate',
      '--gateway-tables',
      'scrub',
      'sweep',
      'verify',
      '--deactivate',
      '--json',
      '--config',
    ])
      expect(stdout).toContain(word);
    for (const { name, allowed } of options) {
      expect(stdout).toContain(`--${name.toLowerCase().replaceAll('_', '-')} VALUE   (${name})`);
      expect(stdout).toContain(allowed);
    }
  }
});

test('--version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await runCommand(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.each([
  [['--port', 'many'], {}, 'PORT=many: expected a whole number from 0 to 65535'],
  [['--port=65536'], {}, 'PORT=65536: expected a whole number from 0 to 65535'],
  [[], { AUTH: 'basic' }, 'AUTH=basic: expected one of '],
  [[], { MIGRATE_ON_START: 'maybe' }, 'MIGRATE_ON_START=maybe: expected true or false'],
  [[], { USER_STORAGE_QUOTA: '5 GB' }, 'USER_STORAGE_QUOTA=5 GB: expected digits with an optional unit'],
  [[], { HOST: '0.0.0.0' }, 'HOST=0.0.0.0: with AUTH=none every caller is an administrator'],
  [
    [],
    { HOST: '127.evil.example.org' },
    'HOST=127.evil.example.org: with AUTH=none every caller is an administrator',
  ],
  [[], { HTTP_SOURCE_HOSTS: 'https://example.org' }, 'HTTP_SOURCE_HOSTS=https://example.org: expected names'],
])(
  'a bad value is one line with option, value and what is allowed: %j %j',
  async (args, environment, line) => {
    const found = await refusal(args, environment as Record<string, string>);
    expect(found.code).toBe(2);
    expect(found.line.startsWith(line)).toBe(true);
  },
);

test.each([
  [['--colour', 'red'], '--colour'],
  [['--port'], '--port'],
  [['destroy'], 'destroy'],
  [['serve', 'migrate'], 'migrate'],
  [['serve', '--gateway-tables'], '--gateway-tables'],
  [['migrate', '--json'], '--json'],
])('an unknown or half-said call is one line: %j', async (args, word) => {
  const { code, line } = await refusal(args);
  expect(code).toBe(2);
  expect(line).toContain(word);
});

test('flags win over the environment, the environment over the file', async () => {
  const config = file('# a comment\nPORT=one\nAUTH=two\nLOG_LEVEL="three"\n');
  const environment = { PORT: 'four', AUTH: 'five' };
  const inOrder = ['PORT=six', 'AUTH=five', 'LOG_LEVEL=three'];
  const flags = ['--config', config, '--port', 'six'];
  expect((await refusal(flags, environment)).line).toContain(inOrder[0]);
  flags[3] = '0';
  expect((await refusal(flags, environment)).line).toContain(inOrder[1]);
  expect((await refusal(flags, { ...environment, AUTH: 'none' })).line).toContain(inOrder[2]);
});

test('a file that names an unknown option, or is not there, is refused', async () => {
  const config = file('PORT=0\nPROT=1\n');
  expect(await refusal(['--config', config])).toEqual({
    code: 2,
    line: `--config ${config}: PROT is not an option; see glance-graphql --help`,
  });
  const missing = join(folder, 'missing.env');
  expect((await refusal(['--config', missing])).line).toBe(`--config ${missing}: cannot be read (ENOENT)`);
});

test.each([
  'mysql://root:hunter2@/nowhere',
  'postgres://root:hunter2@host/db',
  'root:hunter2',
  'mysql://h/hunter2/x',
])('a bad DATABASE_URL is refused without its password: %s', async (url) => {
  for (const [args, environment] of [
    [['--database-url', url], {}],
    [[], { DATABASE_URL: url }],
  ] as [string[], Record<string, string>][]) {
    const { code, line } = await refusal(args, environment);
    expect(code).toBe(2);
    expect(line).toMatch(/^DATABASE_URL=.*: expected mysql:/);
    expect(line).not.toContain('hunter2');
  }
});

describe.skipIf(inject('mysqlServer') === '')('on MySQL', () => {
  test.each([
    ['a database that is not there', (url: URL) => (url.pathname = '/no_such_database')],
    ['a wrong password', (url: URL) => ((url.password = 'hunter2'), (url.pathname = '/mysql'))],
    ["somebody else's database", (url: URL) => (url.pathname = '/mysql')],
  ])('%s is one line', async (_, change) => {
    const url = new URL(`${inject('mysqlServer')}/x`);
    change(url);
    const { code, line } = await refusal([], { DATABASE_URL: url.href });
    expect(code).toBe(1);
    expect(line).not.toContain('hunter2');
  });

  test('a port in use ends the process', async () => {
    const database = `test_${Math.random().toString(36).slice(2)}`;
    await onServer(`CREATE DATABASE ${database}`);
    const environment = { DATA_DIR, DATABASE_URL: `${inject('mysqlServer')}/${database}` };
    const running = await spawnGateway(environment);
    const { code, line } = await refusal(['--port', new URL(running.url).port], environment);
    expect([code, line]).toEqual([1, expect.stringContaining('address already in use')]);
    running.kill('SIGTERM');
    await running.ended;
    await onServer(`DROP DATABASE ${database}`);
  });
});

test('a port in use is one line', async () => {
  const running = await spawnGateway({ DATA_DIR });
  const { code, line } = await refusal(['--port', new URL(running.url).port]);
  expect([code, line]).toEqual([1, expect.stringContaining('address already in use')]);
});

test.each([
  ['an address that is not of this machine', { HOST: '203.0.113.7' }],
  ['a name that is not known', { HOST: 'no-such-host.invalid' }],
])('%s to listen on is one line', async (_, environment) => {
  const { code } = await refusal([], { ...environment, ALLOW_UNAUTHENTICATED_NETWORK: 'true' });
  expect(code).toBe(1);
});

test('a data folder that cannot be made is one line', async () => {
  const { code, line } = await refusal([], { DATA_DIR: join(file('a file'), 'data') });
  expect([code, line]).toEqual([1, expect.stringContaining('ENOTDIR')]);
});

test('starting says where things are', async () => {
  const port = String(await freePort());
  const running = spawnCommand(['serve', '--port', port], { DATA_DIR });
  await eventually(() => running.stderr().includes('images '));
  for (const where of [
    `http://127.0.0.1:${port}/graphql`,
    `http://127.0.0.1:${port}/data/{image id}`,
    join(DATA_DIR, 'glance-graphql.sqlite'),
    join(DATA_DIR, 'images'),
  ]) {
    expect(running.stderr()).toContain(where);
  }
});
