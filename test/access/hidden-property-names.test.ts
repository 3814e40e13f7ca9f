import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { as, createImage, graphql, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
const RULES = join(folder, 'protections.conf');
const only = (role: string) =>
  ['create', 'read', 'update', 'delete'].map((action) => `${action} = ${role}`).join('\n');
const MAY_CREATE = 'create = @\nread = admin\nupdate = admin\ndelete = admin';
const MAY_READ = 'create = admin\nread = @\nupdate = admin\ndelete = admin';
writeFileSync(
  RULES,
  `[^secret_box$]\n${MAY_CREATE}\n\n[^fixed$]\n${MAY_READ}\n\n[^secret_]\n${only('admin')}\n\n[.*]\n${only('@')}\n`,
);
afterAll(() => rmSync(folder, { recursive: true }));

onEachDatabase('a property that a caller may not read', (start) => {
  let gateway: TestGateway;
  let [hiding, plain] = ['', ''];
  const admin = as('t', 'admin');
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', PROPERTY_PROTECTION_FILE: RULES, IMAGE_PROPERTY_QUOTA: '2' });
    const properties = ['secret_key', 'secret_box'].map((name) => ({ name, value: 'hidden' }));
    hiding = await createImage(gateway, { properties }, admin);
    plain = await createImage(gateway, {}, admin);
  });
  const set = async (id: string, ...names: string[]) => {
    const query = gql(
      'mutation ($id: ID!, $set: [PropertyInput!]!) { updateImage(id: $id, input: { properties: { set: $set } }) { id } }',
    );
    const properties = names.map((name) => ({ name, value: 'x' }));
    const { errors } = await graphql(gateway, query, { id, set: properties }, as('t'));
    return errors?.map(({ message, extensions: { code } }) => ({ message, code }));
  };

  test.each(['secret_key', 'Secret_Key', 'SECRET_KEY', 'secret-key', 'sécret_key', 'secret_key '])(
    'does not show in the answer to setting %s',
    async (name) => {
      const [there, not] = [await set(hiding, name), await set(plain, name)];
      expect(there).toEqual(not);
      expect(there).toEqual([{ code: 'PROPERTY_PROTECTED', message: expect.stringContaining(name) }]);
    },
  );

  test('does not show in the answer to setting it beside another protected one', async () => {
    const there = await set(hiding, 'fixed', 'secret_key');
    expect(there).toEqual(await set(plain, 'fixed', 'secret_key'));
    expect(there).toMatchObject([{ code: 'PROPERTY_PROTECTED' }]);
  });

  test('takes no room of the properties that he may set', async () => {
    for (const id of [hiding, plain]) expect(await set(id, 'a', 'b')).toBeUndefined();
    const there = await set(hiding, 'c');
    expect(there).toEqual(await set(plain, 'c'));
    expect(there).toEqual([{ code: 'PROPERTY_QUOTA_EXCEEDED', message: expect.stringContaining('3') }]);
  });

  test('does not show in the answer to callers who may create it', async () => {
    const there = await set(hiding, 'secret_box');
    expect(there).toEqual(await set(plain, 'secret_box'));
    expect(there).toMatchObject([{ code: 'PROPERTY_PROTECTED' }]);
  });

  test.each(['secret_key', 'Secret_Key', 'secret-key'])('does not match a filter on %s', async (name) => {
    const query = gql(
      'query ($name: String!) { images(filter: { properties: [{ name: $name, value: { eq: "hidden" } }] }) { totalCount } }',
    );
    expect((await run(gateway, query, { name }, as('t'))).images.totalCount).toBe(0);
  });
});
