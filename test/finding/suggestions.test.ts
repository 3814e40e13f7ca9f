import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { as, createImage, errorOf, run } from '../support/client.js';
import { onEachDatabase, onServer, startGateway, type TestGateway } from '../support/gateway.js';
import { addGlanceImage, makeGlanceDatabase } from '../support/glance-database.js';
import { gql } from '../support/gql.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
const RULES = join(folder, 'protections.conf');
const all = (role: string) =>
  ['create', 'read', 'update', 'delete'].map((each) => `${each} = ${role}`).join('\n');
writeFileSync(RULES, `[^secret_.*]\n${all('admin')}\n\n[.*]\n${all('@')}\n`);
afterAll(() => rmSync(folder, { recursive: true }));

const TAGS = gql(
  'query ($search: String, $first: Int) { imageTags(search: $search, first: $first) { value count } }',
);
const NAMES = gql(
  'query ($search: String, $first: Int) { imagePropertyNames(search: $search, first: $first) { value count } }',
);
const VALUES = gql(`query ($name: String!, $search: String, $first: Int) {
  imagePropertyValues(name: $name, search: $search, first: $first) { value count } }`);

const shown = (found: { value: string; count: number }[]) =>
  found.map(({ value, count }) => `${value}: ${count}`);

onEachDatabase('suggestions', (start) => {
  let gateway: TestGateway;
  const admin = as('operators', 'admin');
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', PROPERTY_PROTECTION_FILE: RULES });
    const make = (tags: string[], properties: Record<string, string>, more = {}, who = as('one')) => {
      const list = Object.entries(properties).map(([name, value]) => ({ name, value }));
      return createImage(gateway, { tags, properties: list, ...more }, who);
    };
    await make(['lts', 'web'], { os: 'Linux', arch: 'x86' });
    await make(['lts', 'Web'], { os: 'linux', arch: 'x86' });
    await make(['lts', 'äpfel'], { os: 'linux ', note: '', long: 'x'.repeat(256), full: 'y'.repeat(255) });
    await make(['hidden'], { os: 'hidden' }, { hidden: true });
    await make(['theirs'], { os: 'theirs' }, {}, as('two'));
    await make(['public'], { secret_key: 'k', os: 'linux' }, { visibility: 'PUBLIC' }, admin);
    const gone = await make(['gone'], { os: 'gone' });
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id: gone }, as('one'));
    const changed = await make(['removed', 'lts'], { os: 'removed', kept: '1' });
    const change = gql(`mutation ($id: ID!) {
      removeImageTag(imageId: $id, tag: "removed") { id }
      updateImage(id: $id, input: { properties: { remove: ["os"] } }) { id }
    }`);
    await run(gateway, change, { id: changed }, as('one'));
  });
  const tags = async (variables: object = {}, who = as('one')) =>
    shown((await run(gateway, TAGS, variables, who)).imageTags);
  const names = async (variables: object = {}, who = as('one')) =>
    shown((await run(gateway, NAMES, variables, who)).imagePropertyNames);
  const values = async (name: string, variables: object = {}, who = as('one')) =>
    shown((await run(gateway, VALUES, { name, ...variables }, who)).imagePropertyValues);

  test('of tags are those of the images in the list, by count and then by value', async () => {
    expect(await tags()).toEqual(['lts: 4', 'Web: 1', 'public: 1', 'web: 1', 'äpfel: 1']);
    expect(await tags({}, as('two'))).toEqual(['public: 1', 'theirs: 1']);
    expect(await tags({}, admin)).toContain('theirs: 1');
  });

  test('of tags contain each word of the search, in any letter case', async () => {
    expect(await tags({ search: 'WEB' })).toEqual(['Web: 1', 'web: 1']);
    expect(await tags({ search: 'Äpf L' })).toEqual(['äpfel: 1']);
    expect(await tags({ search: 'web x' })).toEqual([]);
    expect(await tags({ search: '%' })).toEqual([]);
    expect(await tags({ search: '💿' })).toEqual([]);
  });

  test('of names of properties are those that the caller may read', async () => {
    expect(await names()).toEqual(['os: 4', 'arch: 2', 'full: 1', 'kept: 1', 'long: 1', 'note: 1']);
    expect(await names({ search: 'SECRET' })).toEqual([]);
    expect(await names({ search: 'SECRET' }, admin)).toEqual(['secret_key: 1']);
    expect(await names({ search: 'O', first: 2 })).toEqual(['os: 4', 'long: 1']);
  });

  test('of values are those of one property, which the caller may read', async () => {
    expect(await values('os')).toEqual(['linux: 2', 'Linux: 1', 'linux : 1']);
    expect(await values('os', { search: 'LINUX', first: 1 })).toEqual(['linux: 2']);
    expect(await values('OS')).toEqual([]);
    expect(await values('note')).toEqual([': 1']);
    expect(await values('secret_key')).toEqual([]);
    expect(await values('secret_key', {}, admin)).toEqual(['k: 1']);
    expect(await values('n'.repeat(256))).toEqual([]);
  });

  test('of values leave out those of more than 255 characters', async () => {
    expect(await values('long')).toEqual([]);
    expect(await values('full')).toEqual([`${'y'.repeat(255)}: 1`]);
  });

  test.each([
    [{ first: -1 }, 'first'],
    [{ first: 101 }, 'first'],
    [{ search: 'x'.repeat(101) }, 'search'],
  ])('are refused for %j', async (variables, field) => {
    for (const query of [TAGS, NAMES, VALUES])
      expect(await errorOf(gateway, query, { name: 'os', ...variables }, admin)).toMatchObject({
        code: 'BAD_USER_INPUT',
        field,
      });
  });

  test('are none for first: 0, and the default for null', async () => {
    expect(await tags({ first: 0 })).toEqual([]);
    expect(await tags({ first: null, search: null })).toHaveLength(5);
  });
});

describe.skipIf(inject('mysqlServer') === '')("suggestions on Glance's tables, on MySQL", () => {
  test('regard letter case, accents and spaces at the end', async () => {
    const database = await makeGlanceDatabase();
    const texts = ['linux', 'Linux', 'línux', 'linux '];
    for (const text of texts) {
      const id = await addGlanceImage(database, {});
      const time = "'2026-01-02 03:04:05'";
      await onServer(
        `INSERT INTO image_tags (image_id, value, created_at, deleted) VALUES ('${id}', '${text}', ${time}, 0)`,
        database,
      );
      await onServer(
        'INSERT INTO image_properties (image_id, name, value, created_at, deleted) ' +
          `VALUES ('${id}', '${text}', '${text}', ${time}, 0)`,
        database,
      );
    }
    const DATABASE_URL = `${inject('mysqlServer')}/${database}`;
    const gateway = await startGateway({ DATA_DIR: folder, DATABASE_URL });
    try {
      const each = ['Linux: 1', 'linux: 1', 'linux : 1', 'línux: 1'];
      expect(shown((await run(gateway, TAGS)).imageTags)).toEqual(each);
      expect(shown((await run(gateway, NAMES)).imagePropertyNames)).toEqual(each);
      const { imagePropertyValues } = await run(gateway, VALUES, { name: 'Linux', search: 'LINUX' });
      expect(shown(imagePropertyValues)).toEqual(['Linux: 1']);
    } finally {
      await gateway.close();
    }
  });
});
