import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  introspectionFromSchema,
  lexicographicSortSchema,
  printSchema,
  type IntrospectionQuery,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrations } from '../../src/database/migrations/index.js';
import { sendText } from '../support/client.js';
import { sql } from '../support/sql.js';
import { packagesIn, sourcesIn } from '../support/loaded-files.js';
import { endAll, MAIN, runCommand, spawnGateway } from '../support/process.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
const DATA_DIR = join(folder, 'data');

/** The files that a start of the gateway loads, and those that the first answer needs. */
let loaded: string[];
let shown: string;
beforeAll(async () => {
  const coverage = join(folder, 'serve');
  const gateway = await spawnGateway({ DATA_DIR, NODE_V8_COVERAGE: coverage });
  const { data } = await sendText(gateway, getIntrospectionQuery(EVERYTHING));
  shown = inText(data as IntrospectionQuery);
  gateway.kill('SIGTERM');
  await gateway.ended;
  loaded = sourcesIn(coverage);
});
afterAll(async () => {
  await endAll();
  rmSync(folder, { recursive: true });
});

const EVERYTHING = { inputValueDeprecation: true, specifiedByUrl: true, oneOf: true };

function inText(introspection: IntrospectionQuery): string {
  return printSchema(lexicographicSortSchema(buildClientSchema(introspection)));
}

test('a gateway on SQLite with a file store loads no other driver, store or identity', () => {
  const packages = packagesIn(loaded);
  expect(packages).toContain('typeorm');
  expect(packages).toContain('libsql');
  for (const unused of [
    ...['mysql2', '@aws-sdk/client-s3', 'jose', 'yaml', '@tus/server', 'libphonenumber-js'],
    '@apollo/usage-reporting-protobuf',
  ])
    expect(packages).not.toContain(unused);
  expect(loaded.join()).not.toMatch(/typeorm\/driver\/postgres\/PostgresQueryRunner/);
});

test('the built program has the schema and the migrations of the sources', async () => {
  const written = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
  expect(shown).toBe(inText(introspectionFromSchema(written, EVERYTHING)));
  const rows = await sql({ options: { DATA_DIR } }, 'SELECT name FROM gateway_migrations');
  expect(rows.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
});

describe('with compiled code of the build', () => {
  /** A copy of the built program, beside the packages that stay outside the bundle. */
  const copy = join(folder, 'copy');
  const cacheOf = () => {
    const name = readdirSync(join(copy, 'dist', 'program')).find((each) => each.endsWith('.cache'))!;
    return join(copy, 'dist', 'program', name);
  };
  const damage = (file: string) => {
    const code = readFileSync(file);
    for (let place = 1000; place < code.length; place += 20_000) code[place] ^= 0x55;
    writeFileSync(file, code);
  };
  beforeAll(() => {
    cpSync(join(MAIN, '..'), join(copy, 'dist'), { recursive: true });
    cpSync('package.json', join(copy, 'package.json'));
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
    for (const name of readdirSync(join(copy, 'dist', 'program')))
      if (name.endsWith('.cache') && !name.includes(`-${process.version}-`))
        rmSync(join(copy, 'dist', 'program', name));
  });

  test.each<[string, () => void, Record<string, string>?]>([
    ['that is there', () => undefined],
    ['that other flags of V8 make useless', () => undefined, { NODE_OPTIONS: '--max-old-space-size=512' }],
    ['that is damaged', () => damage(cacheOf())],
    ['that is cut off', () => truncateSync(cacheOf(), 100_000)],
    ['that holds something else', () => writeFileSync(cacheOf(), 'something else'.repeat(1000))],
    ['that is empty', () => writeFileSync(cacheOf(), '')],
    ['that is missing', () => rmSync(cacheOf())],
  ])('%s, a command does its work', (_, prepare, environment = {}) => {
    prepare();
    const data = mkdtempSync(join(folder, 'data-'));
    const env = { PATH: process.env.PATH, DATA_DIR: data, ...environment };
    const main = join(copy, 'dist', 'main.js');
    execFileSync(process.execPath, [main, 'migrate'], { env, stdio: 'pipe' });
    expect(existsSync(join(data, 'glance-graphql.sqlite'))).toBe(true);
  });
});

test('a stack trace of a defect names the files of the sources', async () => {
  const defect = join(folder, 'defect.mjs');
  writeFileSync(
    defect,
    `import net from 'node:net';
     net.Server.prototype.listen = () => { throw new TypeError('a defect'); };`,
  );
  const { code, stderr } = await runCommand([], { DATA_DIR, PORT: '0', NODE_OPTIONS: `--import ${defect}` });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^glance-graphql: TypeError: a defect\n/);
  expect(stderr).toMatch(/at async .*\(src\/gateway\/gateway\.ts:\d+:\d+\)/);
  expect(stderr).toMatch(/node_modules\/fastify\/lib\/server\.js:\d+:\d+/);
  expect(stderr).not.toContain('dist/program');
});
