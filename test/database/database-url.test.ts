import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { called } from '../support/command.js';
import { onServer } from '../support/gateway.js';

const DATA_DIR = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
afterAll(() => rmSync(DATA_DIR, { recursive: true }));

/** The letters of the passwords here. No other text of the gateway has three of them in a row. */
const SECRET = 'xqzwvkjyf';

function expectNoSecret(text: string): void {
  const found = [...SECRET].map((_, at) => SECRET.slice(at, at + 3)).filter((piece) => piece.length === 3);
  for (const piece of found) expect(text.toLowerCase()).not.toContain(piece);
}

async function check(url: string) {
  const { code, stdout, stderr } = await called(['check'], { DATA_DIR, DATABASE_URL: url });
  expectNoSecret(stdout + stderr);
  return { code, stdout, stderr };
}

const FORM =
  'expected mysql://user:password@host[:port][,host…]/database[?parameters], with user and password';

test.each([
  ['mysql://g:xqz@wvk/jy#f@host/db', 'it holds a #'],
  ['mysql://g:xqz#wvkjyf@host/db', 'it holds a #'],
  ['mysql://g:xqz/wvkjyf@host/db', 'a /, ? or # stands before an @'],
  ['mysql://g:xqz?wvkjyf@host/db', 'a /, ? or # stands before an @'],
  ['mysql://g:xqz@wvk/jyf@host', 'a /, ? or # stands before an @'],
  ['mysql://g:xqz@wvk@jyf/x@host/db', 'a /, ? or # stands before an @'],
  ['mysql://g:1/xqzwvkjyf@host/db', 'a /, ? or # stands before an @'],
  ['mysql://g:3306?xqzwvkjyf=@host/db', 'a /, ? or # stands before an @'],
  ['mysql://g:xqz%wvkjyf@host/db', 'a % in it does not begin a percent-encoded character'],
  ['mysql://g:xqz%ffwvkjyf@host/db', 'a % in it does not begin a percent-encoded character'],
  ['mysql://g:xqz\twvkjyf@host/db', 'it holds a control character'],
  ['mysql://g:xqzwvkjyf/db', 'its port is not a number from 1 to 65535'],
  ['mysql://g:xqzwvkjyf@host:0/db', 'its port is not a number from 1 to 65535'],
  ['mysql://g:xqzwvkjyf@host:65536/db', 'its port is not a number from 1 to 65535'],
  ['mysql://g:xqzwvkjyf@host:/db', 'its port is not a number from 1 to 65535'],
  ['mysql://g:xqzwvkjyf@/db', 'it names no host'],
  ['mysql://g:xqzwvkjyf@:3306/db', 'it names no host'],
  ['mysql:///db', 'it names no host'],
  ['mysql://g:xqz@wvk jyf/db', 'its host is no name and no address'],
  ['mysql://g:xqzwvkjyf@[::1/db', 'an IPv6 address needs square brackets'],
  ['mysql://g:xqzwvkjyf@fe80::1/db', 'its port is not a number from 1 to 65535'],
  ['mysql://g:xqzwvkjyf@[xqzwvkjyf]/db', 'its host is no name and no address'],
  ['mysql://g:xqzwvkjyf@host', 'it does not name one database after the host'],
  ['mysql://g:xqzwvkjyf@host/', 'it does not name one database after the host'],
  ['mysql://g:xqzwvkjyf@host/db/xqzwvkjyf', 'it does not name one database after the host'],
  ['mysql://g:xqzwvkjyf@host,/db', 'it names no host'],
  ['mysql://g:xqzwvkjyf@host,host:3306/db', 'it names a host twice'],
  ['mysql://g:xqzwvkjyf@host:1,xqz wvk/db', 'its host is no name and no address'],
  ['postgres://g:xqzwvkjyf@host/db', 'it does not begin with mysql://'],
  ['g:xqzwvkjyf@host/db', 'it does not begin with mysql://'],
  ['xqzwvkjyf', 'it does not begin with mysql://'],
  [' xqz wvk jyf ', 'it does not begin with mysql://'],
])('DATABASE_URL=%j is refused without a part of its password', async (url, reason) => {
  const { code, stderr } = await check(url);
  expect(code).toBe(2);
  expect(stderr).toBe(
    `glance-graphql: DATABASE_URL=***: ${FORM} percent-encoded, or the password as DATABASE_PASSWORD; ${reason}\n`,
  );
});

test.each([
  ['sslmode=REQUIRED', 'its parameters: expected ssl-mode, ssl-ca, ssl-cert, ssl-key, socket'],
  [
    'ssl-mode=require',
    'its parameter ssl-mode: expected one of DISABLED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY',
  ],
  [
    'ssl-mode=PREFERRED',
    'its parameter ssl-mode: expected one of DISABLED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY',
  ],
  ['ssl-mode', 'its parameter ssl-mode: expected a value'],
  ['ssl-mode=DISABLED&ssl-mode=REQUIRED', 'its parameter ssl-mode: expected it once'],
  ['ssl-ca=/ca.pem', 'its parameter ssl-ca: expected with ssl-mode=VERIFY_CA or VERIFY_IDENTITY'],
  [
    'ssl-ca=/ca.pem&ssl-mode=REQUIRED',
    'its parameter ssl-ca: expected with ssl-mode=VERIFY_CA or VERIFY_IDENTITY',
  ],
  ['ssl-mode=REQUIRED&ssl-key=/key.pem', 'its parameters ssl-cert and ssl-key: expected both or neither'],
  [
    'ssl-cert=/cert.pem&ssl-key=/key.pem',
    'its parameter ssl-cert: expected with ssl-mode=REQUIRED or VERIFY_CA or VERIFY_IDENTITY',
  ],
  ['socket=/a&socket=/b', 'its parameter socket: expected it once'],
  ['xqzwvkjyf', 'its parameters: expected ssl-mode, ssl-ca, ssl-cert, ssl-key, socket'],
])('DATABASE_URL=…?%s is refused with the parameters that exist', async (parameters, reason) => {
  const { code, stderr } = await check(`mysql://g:xqzwvkjyf@127.0.0.1:1/db?${parameters}`);
  expect(code).toBe(2);
  expect(stderr).toBe(`glance-graphql: DATABASE_URL=***: ${reason}\n`);
});

test.each([
  ['mysql://g:xqz@wvk@jyf@127.0.0.1:1/db', 'MySQL 127.0.0.1:1/db'],
  ['mysql://g:xqz:wvk:jyf@127.0.0.1:1/db', 'MySQL 127.0.0.1:1/db'],
  ['mysql://g:xqz%2Fwvk%23jyf@[::1]:1/db', 'MySQL [::1]:1/db'],
  ['mysql://xqzwvkjyf@127.0.0.1:1/d%20b', 'MySQL 127.0.0.1:1/d b'],
  ['mysql://g:xqzwvkjyf@127.0.0.1:1,[::1]:2/db', 'MySQL 127.0.0.1:1,[::1]:2/db'],
  ['MYSQL://g:xqz wvk@127.0.0.1:1/db?ssl-mode=disabled', 'MySQL 127.0.0.1:1/db'],
])('DATABASE_URL=%j is shown without user and password', async (url, place) => {
  const { code, stdout } = await check(url);
  expect(code).toBe(1);
  expect(stdout).toContain(`database  ${place}: cannot be reached`);
});

test('a socket belongs to one host', async () => {
  const { code, stderr } = await check('mysql://g:xqzwvkjyf@a,b/db?socket=/run/mysqld.sock');
  expect(code).toBe(2);
  expect(stderr).toBe('glance-graphql: DATABASE_URL=***: its parameter socket: expected with one host\n');
});

test.each([
  [[], { STORES: 'a:swift', STORE_A_AUTH_URL: 'https://g:xqz@wvk/jyf@host/v3' }],
  [[], { PUBLIC_ENDPOINT: 'https://g:xqzwvkjyf@host' }],
  [['mysql://g:xqzwvkjyf@host/db'], {}],
])(
  'a URL with a password in a place that takes none is shown without it: %j %j',
  async (args, environment) => {
    const { code, stderr } = await called(args, { DATA_DIR, ...environment } as Record<string, string>);
    expect(code).toBe(2);
    expect(stderr).toContain('://***@host');
    expectNoSecret(stderr);
  },
);

describe.skipIf(inject('mysqlServer') === '')('on MySQL', () => {
  test('a percent-encoded user and password reach the server as they are', async () => {
    const id = Math.random().toString(36).slice(2);
    const [user, password] = [`g@:/?# %${id}`.slice(0, 16), 'xqz@:/?# %é+wvkjyf'];
    await onServer(`CREATE DATABASE test_${id}`);
    try {
      await onServer(`CREATE USER '${user}'@'127.0.0.1' IDENTIFIED BY '${password}'`);
      await onServer(`GRANT ALL ON test_${id}.* TO '${user}'@'127.0.0.1'`);
      const { host } = new URL(inject('mysqlServer'));
      const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
      const { code, stdout } = await check(`mysql://${login}@${host}/test_${id}`);
      expect(stdout).toContain(`database  MySQL ${host}/test_${id}: no tables`);
      expect(code).toBe(0);
    } finally {
      await onServer(`DROP USER IF EXISTS '${user}'@'127.0.0.1'`);
      await onServer(`DROP DATABASE test_${id}`);
    }
  });
});
