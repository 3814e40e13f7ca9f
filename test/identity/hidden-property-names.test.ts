import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { as, createImage, dataOf, graphql } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
const RULES = join(folder, 'protections.conf');
const only = (role: string) =>
  ['create', 'read', 'update', 'delete'].map((action) => `${action} = ${role}`).join('\n');
writeFileSync(RULES, `[^secret_]\n${only('admin')}\n\n[.*]\n${only('@')}\n`);
afterAll(() => rmSync(folder, { recursive: true }));

onEachDatabase('a property that a caller may not read', (start) => {
  let gateway: TestGateway;
  let [hiding, plain] = ['', ''];
  const admin = as('t', 'admin');
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', PROPERTY_PROTECTION_FILE: RULES });
    const properties = [{ name: 'secret_key', value: 'hidden' }];
    hiding = await createImage(gateway, { properties }, admin);
    plain = await createImage(gateway, {}, admin);
  });
  const set = async (id: string, name: string) => {
    const query =
      'mutation ($id: ID!, $name: String!) { updateImage(id: $id, input: { properties: { set: [{ name: $name, value: "x" }] } }) { id } }';
    const { errors } = await graphql(gateway, query, { id, name }, as('t'));
    return errors?.map(({ message, extensions: { code } }) => ({ message, code }));
  };

  test.each(['secret_key', 'Secret_Key', 'SECRET_KEY', 'secret-key'])(
    'is told by no answer to setting %s',
    async (name) => {
      const [there, not] = [await set(hiding, name), await set(plain, name)];
      expect(there).toEqual(not);
      expect(there).toEqual([{ code: 'PROPERTY_PROTECTED', message: expect.stringContaining(name) }]);
    },
  );

  test.each(['secret_key', 'Secret_Key', 'secret-key'])('is found by no filter on %s', async (name) => {
    const query =
      'query ($name: String!) { images(filter: { properties: [{ name: $name, value: { eq: "hidden" } }] }) { totalCount } }';
    expect((await dataOf(gateway, query, { name }, as('t'))).images.totalCount).toBe(0);
  });
});
