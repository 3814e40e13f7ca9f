import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { as, createActiveImage, createImage, errorOf, graphql, run } from '../support/client.js';
import {
  onEachDatabase,
  onServer,
  onSqlite,
  startGateway,
  type StartGateway,
  type TestGateway,
} from '../support/gateway.js';
import { makeGlanceDatabase } from '../support/glance-database.js';
import { gql } from '../support/gql.js';
import { graphqlWithFile } from '../support/multipart.js';
import type { ImageFilterInput, PropertyChangesInput, PropertyFilterInput } from '../support/operations.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(text: string, ending = 'conf'): string {
  const path = join(folder, `file-${(files += 1)}.${ending}`);
  writeFileSync(path, text);
  return path;
}

/** Anybody's, administrators', to be read by anybody, nobody's, and for all others the members'. */
const ROLES = `
# comments and blank lines do not count
[^x_all_.*]
create = @
read = @
update = @
delete = @
[^x_admin_.*]
create = admin
read: admin
update = Admin , other
delete = admin
; another comment
[^x_ro_.*]
create = admin
READ = @
update = admin
delete = admin
[^x_none_.*]
create = !
read = !
update = !
delete = !
[.*]
create = admin,member
read = admin,member
update = admin,member
delete = admin,member
`;

const admin = as('t1', 'admin');
const member = as('t1', 'member');
const stranger = as('t2', 'guest');
const UPDATE = gql(`mutation ($id: ID!, $properties: PropertyChangesInput!) {
  updateImage(id: $id, input: { properties: $properties }) { properties { name value } }
}`);

const listed = (properties: { name: string; value: string | null }[]) =>
  properties.map(({ name, value }) => `${name}=${value}`);
const given = (...texts: string[]) =>
  texts.map((text) => ({ name: text.split('=')[0], value: text.split('=')[1] }));

onEachDatabase('properties that are protected by role (C17)', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', PROPERTY_PROTECTION_FILE: file(ROLES) });
  });
  const ALL = ['other=4', 'x_admin_a=2', 'x_all_a=1', 'x_ro_a=3'];
  const make = (properties = ALL, headers = admin) =>
    createImage(
      gateway,
      { owner: headers === admin ? 't1' : undefined, properties: given(...properties) },
      headers,
    );
  const seen = async (id: string, headers: Record<string, string>) => {
    const query = gql('query ($id: ID!) { image(id: $id) { properties { name value } } }');
    return listed((await run(gateway, query, { id }, headers)).image!.properties);
  };
  const change = async (id: string, properties: PropertyChangesInput, headers = member) =>
    listed((await run(gateway, UPDATE, { id, properties }, headers)).updateImage.properties);
  const refused = async (id: string, properties: PropertyChangesInput, headers = member) =>
    (await graphql(gateway, UPDATE, { id, properties }, headers)).errors?.[0];

  describe('are read', () => {
    let id: string;
    beforeAll(async () => {
      const input = { owner: 't1', visibility: 'PUBLIC', properties: given(...ALL) } as const;
      id = await createImage(gateway, input, admin);
    });

    test('by permitted callers only', async () => {
      expect(await seen(id, admin)).toEqual(ALL);
      expect(await seen(id, member)).toEqual(['other=4', 'x_all_a=1', 'x_ro_a=3']);
      expect(await seen(id, stranger)).toEqual(['x_all_a=1', 'x_ro_a=3']);
    });

    test('in lists as well', async () => {
      const query = gql(
        'query ($id: ID) { images(filter: { id: { eq: $id } }) { edges { node { properties { name value } } } } }',
      );
      const { images } = await run(gateway, query, { id }, stranger);
      expect(listed(images.edges[0].node.properties)).toEqual(['x_all_a=1', 'x_ro_a=3']);
    });

    test.each<[string, PropertyFilterInput, boolean]>([
      ['that it is there', { name: 'x_admin_a', exists: true }, false],
      ['that it is not there', { name: 'x_admin_a', exists: false }, true],
      ['for its value', { name: 'x_admin_a', value: { eq: '2' } }, false],
      ['for another value', { name: 'x_admin_a', value: { ne: '2' } }, true],
      ['for no value', { name: 'x_admin_a', value: { isNull: true } }, true],
      ['for several values', { name: 'x_admin_a', value: { in: ['1', '2'] } }, false],
      ['for a part of its value', { name: 'x_admin_a', value: { contains: '2' } }, false],
      ['for none of several', { name: 'x_admin_a', value: { notIn: ['2'] } }, true],
    ])(
      'by no filter that asks %s, since they do not exist for other callers',
      async (_, property, isFound) => {
        const query = gql(
          'query ($filter: ImageFilterInput) { images(filter: $filter) { totalCount edges { node { id } } } }',
        );
        const find = async (headers: Record<string, string>) => {
          const said = { properties: [property] };
          const ways: ImageFilterInput[] = [
            said,
            { and: [said] },
            { or: [said] },
            { not: { not: said } },
            { not: { or: [{ not: said }] } },
          ];
          const found = await Promise.all(
            ways.map(async (way) => {
              const filter = { id: { eq: id }, ...way };
              const { images } = await run(gateway, query, { filter }, headers);
              expect(images.totalCount).toBe(images.edges.length);
              return images.edges.length === 1;
            }),
          );
          expect(new Set(found).size).toBe(1);
          return found[0];
        };
        expect(await find(member)).toBe(isFound);
        // The administrator, who may read it, finds the image just where others do not.
        expect(await find(admin)).toBe(!isFound);
      },
    );
  });

  describe('are created', () => {
    test.each([
      ['x_admin_b', member],
      ['x_ro_b', member],
      ['x_none_b', member],
      ['x_none_b', admin],
      ['another', stranger],
    ])('not as %s by %o', async (name, headers) => {
      const query = gql('mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }');
      const input = { name: 'refused', properties: given('x_all_b=1', `${name}=1`) };
      const { errors } = await graphql(gateway, query, { input }, headers);
      expect(errors?.[0]).toMatchObject({
        message: `Property ${name} is protected.`,
        extensions: { code: 'PROPERTY_PROTECTED' },
      });
      const left = gql('{ images(filter: { name: { eq: "refused" } }) { edges { node { id } } } }');
      expect((await run(gateway, left, {}, admin)).images.edges).toEqual([]);
      const id = await make();
      expect(
        (await refused(id, { set: given(`${name}=1`) }, headers === stranger ? member : headers))?.extensions
          .code,
      ).toBe(headers === stranger ? undefined : 'PROPERTY_PROTECTED');
    });

    test('by a permitted caller', async () => {
      const id = await make(['x_all_b=1', 'other=2'], member);
      expect(await seen(id, member)).toEqual(['other=2', 'x_all_b=1']);
      expect(await change(id, { set: given('x_all_c=1') }, member)).toContain('x_all_c=1');
    });
  });

  describe('are changed', () => {
    test.each([
      ['to another value where they may be changed', 'x_all_a=9', true],
      ['to the value they have where they may be read only', 'x_ro_a=3', true],
      ['not to another value where they may be read only', 'x_ro_a=9', false],
      ['not even to the value they have where they may not be read', 'x_admin_a=2', false],
    ])('%s', async (_, property, isAllowed) => {
      const id = await make();
      const error = await refused(id, { set: given(property) });
      expect(error?.extensions.code).toBe(isAllowed ? undefined : 'PROPERTY_PROTECTED');
      expect(await seen(id, admin)).toEqual(
        isAllowed
          ? ALL.map((each) =>
              each[2] === property[2] && property.startsWith(each.split('=')[0]) ? property : each,
            )
          : ALL,
      );
    });

    test('by no role that may update but not read them', async () => {
      const id = await make();
      const error = await refused(id, { set: given('x_admin_a=9') }, as('t1', 'other'));
      expect(error?.extensions.code).toBe('PROPERTY_PROTECTED');
    });
  });

  describe('are removed', () => {
    test.each<[string, object, string[] | undefined]>([
      ['where they may be', { remove: ['other'] }, ['x_admin_a=2', 'x_all_a=1', 'x_ro_a=3']],
      ['not where they may be read only', { remove: ['x_ro_a'] }, undefined],
      ['not where they may not be read, as if they were not there', { remove: ['x_admin_a'] }, ALL],
      ['not all of them, where one may be read only', { replaceAll: [] }, undefined],
      [
        'all but one that is kept, and what may not be read stays',
        { replaceAll: given('x_ro_a=3') },
        ['x_admin_a=2', 'x_ro_a=3'],
      ],
    ])('%s', async (_, changes, left) => {
      const id = await make();
      const error = await refused(id, changes);
      expect(error?.extensions.code).toBe(left ? undefined : 'PROPERTY_PROTECTED');
      expect(await seen(id, admin)).toEqual(left ?? ALL);
    });
  });

  test('are hidden in the answer to a change', async () => {
    const id = await make();
    expect(await change(id, { set: given('x_all_a=5') })).toEqual(['other=4', 'x_all_a=5', 'x_ro_a=3']);
    const remove = gql('mutation ($id: ID!) { deleteImage(id: $id) { properties { name } } }');
    const { deleteImage } = await run(gateway, remove, { id }, member);
    expect(JSON.stringify(deleteImage)).not.toContain('x_admin_a');
  });

  test('are hidden in the answer to an upload', async () => {
    const input = { owner: 't1', diskFormat: 'raw', containerFormat: 'bare', properties: given(...ALL) };
    const id = await createImage(gateway, input, admin);
    const query = gql(
      'mutation ($id: ID!, $data: Upload!) { uploadImage(id: $id, data: $data) { properties { name value } } }',
    );
    const { data } = await graphqlWithFile(gateway, query, { id }, new Blob(['x']), { headers: member });
    expect(listed(data!.uploadImage.properties)).toEqual(['other=4', 'x_all_a=1', 'x_ro_a=3']);
  });
});

onSqlite('properties that are protected', (start: StartGateway) => {
  test('by rules of the policy are visible to callers that the rule permits', async () => {
    const POLICY = file(
      'reader: "role:reader or role:keeper"\nkeeper: "role:keeper and not role:locked"\n',
      'yaml',
    );
    const PROPERTY_PROTECTION_FILE = file(
      '[secret]\ncreate = keeper\nread = reader\nupdate = keeper\ndelete = !\n[.]\nread = @',
    );
    const gateway = await start({
      AUTH: 'trusted',
      POLICY,
      PROPERTY_PROTECTION_FILE,
      PROPERTY_PROTECTION_RULE_FORMAT: 'policies',
    });
    const input = { properties: given('top-secret=1') };
    const create = gql(
      'mutation ($input: CreateImageInput!) { createImage(input: $input) { id properties { name } } }',
    );
    expect((await errorOf(gateway, create, { input }, as('t', 'reader'))).code).toBe('PROPERTY_PROTECTED');
    expect((await errorOf(gateway, create, { input }, as('t', 'keeper, locked'))).code).toBe(
      'PROPERTY_PROTECTED',
    );
    const { createImage: made } = await run(gateway, create, { input }, as('t', 'keeper'));
    const query = gql('query ($id: ID!) { image(id: $id) { properties { name } } }');
    expect((await run(gateway, query, { id: made.id }, as('t', 'reader'))).image!.properties).toHaveLength(1);
    expect((await run(gateway, query, { id: made.id }, as('t', 'admin'))).image!.properties).toEqual([]);
    writeFileSync(POLICY, 'reader: "role:admin"\nkeeper: "role:keeper"\n');
    gateway.reload();
    expect((await run(gateway, query, { id: made.id }, as('t', 'admin'))).image!.properties).toHaveLength(1);
  });

  test('by a file that does not name them are open to every caller', async () => {
    const gateway = await start({ AUTH: 'trusted', PROPERTY_PROTECTION_FILE: file('# nothing yet\n') });
    expect(await createImage(gateway, { properties: given('a=1') }, as('t'))).toBeTruthy();
  });

  test('by no matching section are closed to every caller', async () => {
    const gateway = await start({
      AUTH: 'trusted',
      PROPERTY_PROTECTION_FILE: file('[^a$]\ncreate = @\nread = @\n'),
    });
    const id = await createImage(gateway, { properties: given('a=1') }, admin);
    const error = await errorOf(gateway, UPDATE, { id, properties: { set: given('b=1') } }, admin);
    expect(error.code).toBe('PROPERTY_PROTECTED');
  });

  test('follow a changed file after it is read again', async () => {
    const PROPERTY_PROTECTION_FILE = file('[.]\ncreate = @\nread = @');
    const gateway = await start({ AUTH: 'trusted', PROPERTY_PROTECTION_FILE });
    const id = await createActiveImage(gateway, 'x', { properties: given('a=1') }, as('t'));
    const query = gql('query ($id: ID!) { image(id: $id) { properties { name } } }');
    const count = async () => (await run(gateway, query, { id }, as('t'))).image!.properties.length;
    expect(await count()).toBe(1);
    for (const text of ['[.]\nread = !', '[.]\nread = @ !!\nbad', '[']) {
      writeFileSync(PROPERTY_PROTECTION_FILE, text);
      gateway.reload();
      expect(await count()).toBe(0);
    }
  });
});

describe.skipIf(inject('mysqlServer') === '')('on a database on MySQL whose collation ignores case', () => {
  test('another spelling of a name does not bypass the protection', async () => {
    const name = await makeGlanceDatabase();
    const options = {
      AUTH: 'trusted',
      DATA_DIR: join(folder, 'glance'),
      DATABASE_URL: `${inject('mysqlServer')}/${name}`,
      PROPERTY_PROTECTION_FILE: file(ROLES),
    };
    const gateway = await startGateway(options);
    const id = await createImage(gateway, { owner: 't1', properties: given('x_admin_a=2') }, admin);
    const find = gql(
      'query ($p: [PropertyFilterInput!]) { images(filter: { properties: $p }) { edges { node { id } } } }',
    );
    const p = [{ name: 'X_ADMIN_A', value: { eq: '2' } }];
    expect((await run(gateway, find, { p }, member)).images.edges).toEqual([]);
    for (const properties of [{ set: given('X_ADMIN_A=9') }, { replaceAll: given('X_Admin_A=2') }])
      expect((await errorOf(gateway, UPDATE, { id, properties }, member)).code).toBe('PROPERTY_PROTECTED');
    await run(gateway, UPDATE, { id, properties: { remove: ['X_ADMIN_A'] } }, member);
    const query = gql('query ($id: ID!) { image(id: $id) { properties { name value } } }');
    expect(listed((await run(gateway, query, { id }, admin)).image!.properties)).toEqual(['x_admin_a=2']);
    await gateway.close();
    await onServer(`DROP DATABASE ${name}`);
  });
});

describe('a file of protected properties that is wrong stops the start with its line:', () => {
  test.each([
    ['read = @', 'roles', ':1: expected a section first, such as [^x_.*]'],
    [
      '\n[a]\nread @',
      'roles',
      ':3: expected a section, or one of create, read, update, delete with = and who may',
    ],
    ['[a]\nview = @', 'roles', ':2: expected a section, or one of create'],
    ['[a]\nread = @\nread = !', 'roles', ':3: read is said twice'],
    ['[a]\nread = @\n[a]\n', 'roles', ':3: [a] stands there twice'],
    ['[a]\nread = @, !', 'roles', ':2: @ and ! cannot both be said'],
    ['[a(]\nread = @', 'roles', ':1: [a(] is not a regular expression that is understood here'],
    ['[\\Aa]\nread = @', 'roles', ':1: [\\Aa] is not a regular expression'],
    ['[a]\nread = one, two', 'policies', ':2: expected one rule'],
    ['[a]\nread = nothing', 'policies', ':2: the policy has no rule nothing'],
  ])('%j', async (text, PROPERTY_PROTECTION_RULE_FORMAT, message) => {
    const PROPERTY_PROTECTION_FILE = file(text);
    const DATA_DIR = join(folder, 'data');
    await expect(
      startGateway({ DATA_DIR, PROPERTY_PROTECTION_FILE, PROPERTY_PROTECTION_RULE_FORMAT }),
    ).rejects.toThrow(`${PROPERTY_PROTECTION_FILE}${message}`);
  });
});
