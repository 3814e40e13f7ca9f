import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { called } from '../support/command.js';
import { onServer } from '../support/gateway.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
const DATA_DIR = join(folder, 'data');
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string | Buffer): string {
  const path = join(folder, Math.random().toString(36));
  writeFileSync(path, content);
  return path;
}

async function check(environment: Record<string, string>, ...flags: string[]) {
  const { code, stdout, stderr } = await called(['check', ...flags], { DATA_DIR, ...environment });
  return { code, stdout, line: stderr.replace('glance-graphql: ', '') };
}

const STORES = {
  STORES: 'file:file,a:swift,b:s3',
  STORE_A_AUTH_URL: 'http://127.0.0.1:1/v3',
  STORE_A_USER: 'project:user',
  STORE_B_ENDPOINT: 'http://127.0.0.1:1',
  STORE_B_ACCESS_KEY: 'key',
};

test.each([
  'DATABASE_URL',
  'DATABASE_PASSWORD',
  'METADATA_ENCRYPTION_KEY',
  'KEYSTONE_PASSWORD',
  'KEYSTONE_APPLICATION_CREDENTIAL_SECRET',
  'SIGNING_KEY',
  'STORE_A_KEY',
  'STORE_B_SECRET_KEY',
])('the secret %s comes from a file in each way to give an option', async (name) => {
  const path = join(folder, 'missing');
  const line = `${name}_FILE=${path}: cannot be read (ENOENT)\n`;
  const needed = { STORE_A_KEY: 'key', STORE_B_SECRET_KEY: 'secret', ...STORES, [name]: '' };
  expect(await check({ ...needed, [`${name}_FILE`]: path })).toMatchObject({ code: 2, line });
  expect(await check(needed, '--config', file(`${name}_FILE=${path}\n`))).toMatchObject({ code: 2, line });
  const flag = `--${name.toLowerCase().replaceAll('_', '-')}-file`;
  expect(await check(needed, flag, path)).toMatchObject({ code: 2, line });
  const both = `${name}: ${name}_FILE is given too; expected one of them\n`;
  expect(await check({ ...needed, [name]: 'x' }, flag, path)).toMatchObject({ code: 2, line: both });
});

test.each([
  ['an empty file', '', 'is empty'],
  ['a file with a line break alone', '\n', 'is empty'],
  ['a file that is too large', 'x'.repeat(65_537), 'holds more than 64 KiB'],
  ['a file that is no text', Buffer.from([0xff, 0xfe, 0x00]), 'expected a text in UTF-8'],
  ['a value that the option refuses', 'hunter2\n', 'expected a text of at least 32 characters'],
])('%s is refused with the option and the path', async (_, content, reason) => {
  const path = file(content);
  const { code, line } = await check({ SIGNING_KEY_FILE: path });
  expect(code).toBe(2);
  expect(line).toMatch(new RegExp(`^SIGNING_KEY_FILE=${path}: ${reason}.*\n$`));
  expect(line).not.toContain('hunter2');
});

test('a folder in place of the file is refused', async () => {
  const { code, line } = await check({ SIGNING_KEY_FILE: folder });
  expect([code, line]).toEqual([2, `SIGNING_KEY_FILE=${folder}: cannot be read (EISDIR)\n`]);
});

test('an option that is no secret has no file', async () => {
  const { code, line } = await check({}, '--config', file(`PORT_FILE=${file('0')}\n`));
  expect([code, line]).toEqual([2, expect.stringContaining('PORT_FILE is not an option')]);
});

test('the password of the database stands in one place', async () => {
  const beside = {
    DATABASE_URL: 'mysql://u:hunter2@127.0.0.1:1/db',
    DATABASE_PASSWORD_FILE: file('hunter2'),
  };
  const twice = 'DATABASE_PASSWORD: DATABASE_URL holds a password too; expected one of them\n';
  expect(await check(beside)).toMatchObject({ code: 2, line: twice });
  const alone = 'DATABASE_PASSWORD: expected with DATABASE_URL\n';
  expect(await check({ DATABASE_PASSWORD: 'hunter2' })).toMatchObject({ code: 2, line: alone });
});

describe.skipIf(inject('mysqlServer') === '')('on MySQL', () => {
  // One line break at the end of the file is dropped, and nothing else.
  test.each(['p@ss/w#rd %41', ' spaces ', 'a line\n'])(
    'the password %j of DATABASE_PASSWORD_FILE logs in',
    async (password) => {
      const name = `test_${Math.random().toString(36).slice(2)}`;
      await onServer(`CREATE DATABASE ${name}`);
      try {
        await onServer(`CREATE USER ${name}@'127.0.0.1' IDENTIFIED BY '${password}'`);
        await onServer(`GRANT ALL ON ${name}.* TO ${name}@'127.0.0.1'`);
        const { host } = new URL(inject('mysqlServer'));
        const DATABASE_URL = `mysql://${name}@${host}/${name}`;
        const { code, stdout } = await check({ DATABASE_URL, DATABASE_PASSWORD_FILE: file(`${password}\n`) });
        expect([code, stdout]).toEqual([0, expect.stringContaining(`MySQL ${host}/${name}: no tables`)]);
        expect((await check({ DATABASE_URL, DATABASE_PASSWORD: password })).code).toBe(0);
        expect((await check({ DATABASE_URL, DATABASE_PASSWORD: 'other' })).code).toBe(1);
      } finally {
        await onServer(`DROP USER IF EXISTS ${name}@'127.0.0.1'`);
        await onServer(`DROP DATABASE ${name}`);
      }
    },
  );
});
