import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { as, createImage, graphql, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import type { PropertyChangesInput } from '../support/operations.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
const RULES = join(folder, 'protections.conf');
const section = (names: string, ...who: [create: string, read: string, update: string, remove: string]) =>
  `[${names}]\n${['create', 'read', 'update', 'delete'].map((action, nth) => `${action} = ${who[nth]}`).join('\n')}\n`;
writeFileSync(
  RULES,
  section('^grow_', '@', '@', 'admin', 'admin') +
    section('^fix_', 'admin', '@', 'admin', '@') +
    section('^hide_', '@', 'admin', 'admin', 'admin') +
    section('.*', '@', '@', '@', '@'),
);
afterAll(() => rmSync(folder, { recursive: true }));

const NAMES = ['free', 'grow_a', 'fix_a', 'hide_a'];
const READ = gql('query ($id: ID!) { image(id: $id) { properties { name canUpdate canRemove } } }');
const ADD = gql('query ($name: String!) { viewer { can { createProperty(name: $name) } } }');
const CHANGE = gql(`mutation ($id: ID!, $properties: PropertyChangesInput!) {
  updateImage(id: $id, input: { properties: $properties }) { id }
}`);

onSqlite('what a caller may do with a property (C17)', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', PROPERTY_PROTECTION_FILE: RULES });
  });
  const made = (names: readonly string[]) => {
    const properties = names.map((name) => ({ name, value: '1' }));
    return createImage(gateway, { owner: 't', properties }, as('t', 'admin'));
  };
  const works = async (id: string, properties: PropertyChangesInput, who: Record<string, string>) =>
    !(await graphql(gateway, CHANGE, { id, properties }, who)).errors;

  test.each(['admin', 'member'])('is what the gateway then lets a %s do', async (role) => {
    const who = as('t', role);
    const shown = (await run(gateway, READ, { id: await made(NAMES) }, who)).image!.properties;
    for (const { name, canUpdate, canRemove } of shown) {
      const set = [{ name, value: '2' }];
      expect(await works(await made([name]), { set }, who), `change ${name}`).toBe(canUpdate);
      expect(await works(await made([name]), { remove: [name] }, who), `remove ${name}`).toBe(canRemove);
    }
    for (const name of [...NAMES, 'Hide_a']) {
      const { createProperty } = (await run(gateway, ADD, { name }, who)).viewer.can;
      const set = [{ name, value: '1' }];
      expect(await works(await made([]), { set }, who), `add ${name}`).toBe(createProperty);
    }
  });

  test('differs by name and role', async () => {
    const seen = async (role: string) => {
      const { image } = await run(gateway, READ, { id: await made(NAMES) }, as('t', role));
      return image!.properties.map(
        ({ name, canUpdate, canRemove }) => `${name}: ${canUpdate ? 'u' : '-'}${canRemove ? 'r' : '-'}`,
      );
    };
    expect(await seen('admin')).toEqual(['fix_a: ur', 'free: ur', 'grow_a: ur', 'hide_a: ur']);
    expect(await seen('member')).toEqual(['fix_a: -r', 'free: ur', 'grow_a: --']);
  });

  test('is everything where no property is protected', async () => {
    const open = await start();
    const id = await createImage(open, { properties: [{ name: 'a', value: '1' }] });
    expect((await run(open, READ, { id })).image!.properties).toEqual([
      { name: 'a', canUpdate: true, canRemove: true },
    ]);
    expect((await run(open, ADD, { name: 'b' })).viewer.can.createProperty).toBe(true);
  });
});
