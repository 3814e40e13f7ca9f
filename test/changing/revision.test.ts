import { print } from 'graphql';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { as, createActiveImage, createImage, errorOf, graphql, run, sendText } from '../support/client.js';
import { onEachDatabase, onServer, startGateway, type TestGateway } from '../support/gateway.js';
import { makeGlanceDatabase } from '../support/glance-database.js';
import { gql } from '../support/gql.js';
import { sql } from '../support/sql.js';
import { statementsDuring } from '../support/statements.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
const PROTECTION = join(folder, 'protections.conf');
const only = (role: string) =>
  ['create', 'read', 'update', 'delete'].map((action) => `${action} = ${role}`).join('\n');
writeFileSync(PROTECTION, `[^secret$]\n${only('admin')}\n\n[.*]\n${only('@')}\n`);
afterAll(() => rmSync(folder, { recursive: true }));

const READ = gql('query ($id: ID!) { image(id: $id) { revision } }');
const RENAME = gql(`mutation ($id: ID!, $name: String!, $revision: String) {
  updateImage(id: $id, input: { name: $name }, expectedRevision: $revision) { name revision }
}`);
const admin = as('operators', 'admin');
const owner = as('owner');

const revision = async (gateway: TestGateway, id: string, who = owner) =>
  (await run(gateway, READ, { id }, who)).image!.revision;

onEachDatabase('the revision of an image', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', PROPERTY_PROTECTION_FILE: PROTECTION });
  });

  test('differs after every change of the record, its properties and its tags', async () => {
    const id = await createActiveImage(gateway, 'data', {}, owner);
    const seen = [await revision(gateway, id)];
    const changes = [
      gql('mutation ($id: ID!) { updateImage(id: $id, input: { name: "other" }) { id } }'),
      gql('mutation ($id: ID!) { updateImage(id: $id, input: { minRam: 7, hidden: true }) { id } }'),
      gql(`mutation ($id: ID!) {
        updateImage(id: $id, input: { properties: { set: [{ name: "os", value: "linux" }] } }) { id }
      }`),
      gql(`mutation ($id: ID!) {
        updateImage(id: $id, input: { properties: { set: [{ name: "os", value: "bsd" }] } }) { id }
      }`),
      gql(`mutation ($id: ID!) { updateImage(id: $id, input: { properties: { remove: ["os"] } }) { id } }`),
      gql('mutation ($id: ID!) { addImageTag(imageId: $id, tag: "new") { id } }'),
      gql('mutation ($id: ID!) { removeImageTag(imageId: $id, tag: "new") { id } }'),
      gql('mutation ($id: ID!) { deactivateImage(id: $id) { id } }'),
      gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'),
    ];
    for (const change of changes) {
      await sendText(gateway, print(change), { id }, admin);
      seen.push(await revision(gateway, id, admin));
    }
    expect(new Set(seen).size).toBe(1 + changes.length);
  });

  test('is the same in every answer, and after a restart', async () => {
    const properties = [
      { name: 'a', value: '' },
      { name: 'B', value: 'b' },
    ];
    const id = await createImage(gateway, { properties, tags: ['z', 'Y', 'é'] }, owner);
    const first = await revision(gateway, id);
    expect(await revision(gateway, id)).toBe(first);
    expect(await revision(gateway, id.toUpperCase())).toBe(first);
    const list = gql(
      'query ($id: ID!) { images(filter: { id: { eq: $id } }) { edges { node { revision } } } }',
    );
    expect((await run(gateway, list, { id }, owner)).images.edges[0].node.revision).toBe(first);
    const more = gql(
      'query ($id: ID!) { image(id: $id) { tags revision permissions { canUpdate } properties { name } } }',
    );
    expect((await run(gateway, more, { id }, owner)).image!.revision).toBe(first);
    const again = await start({ AUTH: 'trusted', PROPERTY_PROTECTION_FILE: PROTECTION });
    expect(await revision(again, id)).toBe(first);
    const { updateImage } = await run(gateway, RENAME, { id, name: 'new' }, owner);
    expect(updateImage.revision).not.toBe(first);
    expect(await revision(again, id)).toBe(updateImage.revision);
  });

  test('is the same on every engine', async () => {
    const id = '6b8b4567-327b-43c6-a643-3c9869334873';
    const properties = [
      { name: 'b', value: 'é' },
      { name: 'C', value: '' },
      { name: 'a', value: 'ß' },
    ];
    await createImage(
      gateway,
      { id, name: 'same', size: 12, properties, tags: ['x', 'X', '10', '9'] },
      owner,
    );
    const at = '2026-01-01 00:00:00.000000';
    await sql(place, `UPDATE images SET created_at = '${at}', updated_at = '${at}' WHERE id = '${id}'`);
    expect(await revision(gateway, id)).toBe('Cd__CVYJ-aFipVJeJbZ7SR');
  });

  test('lets a change through that expects it, and refuses one that expects another', async () => {
    const id = await createImage(gateway, { name: 'first' }, owner);
    const seen = await revision(gateway, id);
    const { updateImage } = await run(gateway, RENAME, { id, name: 'second', revision: seen }, owner);
    expect(await errorOf(gateway, RENAME, { id, name: 'third', revision: seen }, owner)).toEqual({
      code: 'IMAGE_CHANGED',
    });
    expect(await revision(gateway, id)).toBe(updateImage.revision);
    for (const wrong of ['', 'x'.repeat(1000), updateImage.revision.toLowerCase() + '\u0000']) {
      const error = await errorOf(gateway, RENAME, { id, name: 'third', revision: wrong }, owner);
      expect(error.code).toBe('IMAGE_CHANGED');
    }
    await run(gateway, RENAME, { id, name: 'third', revision: null }, owner);
  });

  test('lets one of many changes through that come at once', async () => {
    const id = await createImage(gateway, {}, owner);
    const seen = await revision(gateway, id);
    const names = Array.from({ length: 8 }, (_, n) => `name ${n}`);
    const answers = await Promise.all(
      names.map((name) => graphql(gateway, RENAME, { id, name, revision: seen }, owner)),
    );
    const codes = answers.map(({ errors }) => errors?.[0].extensions.code ?? 'changed').sort();
    expect(codes).toEqual([...Array<string>(7).fill('IMAGE_CHANGED'), 'changed']);
  });

  test('does not tell a stranger that a private image exists, or whether it has changed', async () => {
    const id = await createImage(gateway, { visibility: 'PRIVATE' }, owner);
    const open = await createImage(gateway, { visibility: 'COMMUNITY' }, owner);
    for (const each of [id, open]) {
      const error = await errorOf(gateway, RENAME, { id: each, name: 'x', revision: 'wrong' }, as('other'));
      expect(error.code).toBe('IMAGE_NOT_FOUND');
    }
  });

  test('covers the properties that the caller may read, so that nobody can guess the others by it', async () => {
    const id = await createImage(gateway, { owner: 'owner' }, admin);
    const before = await revision(gateway, id);
    const secret = gql(`mutation ($id: ID!) {
      updateImage(id: $id, input: { properties: { set: [{ name: "secret", value: "s" }] } }) { updatedAt revision }
    }`);
    const { updateImage } = await run(gateway, secret, { id }, admin);
    const after = await revision(gateway, id);
    expect(after).not.toBe(before);
    expect(await revision(gateway, id, admin)).toBe(updateImage.revision);
    expect(after).not.toBe(updateImage.revision);
    await sql(place, `UPDATE image_properties SET value = 't' WHERE image_id = '${id}'`);
    expect(await revision(gateway, id)).toBe(after);
    await run(gateway, RENAME, { id, name: 'known', revision: after }, owner);
  });

  test.skipIf(place.engine !== 'mysql')(
    'of a page takes one statement for all properties, and one for all tags; a small page comes with its properties',
    async () => {
      for (const tag of ['a', 'b', 'c']) await createImage(gateway, { tags: [tag] }, owner);
      const list = gql('{ images(first: 3) { edges { node { revision } } } }');
      expect(await statementsDuring(() => run(gateway, list, {}, owner))).toHaveLength(3);
      const all = gql('{ images(first: 3) { edges { node { tags revision properties { name } } } } }');
      expect(await statementsDuring(() => run(gateway, all, {}, owner))).toHaveLength(2);
    },
  );
});

describe.skipIf(inject('mysqlServer') === '')("the revision on Glance's tables, on MySQL", () => {
  test('differs after a change within the same second, and after a change of tags by a live Glance', async () => {
    const database = await makeGlanceDatabase();
    const url = `${inject('mysqlServer')}/${database}`;
    const gateway = await startGateway({ DATA_DIR: folder, DATABASE_URL: url });
    try {
      const id = await createImage(gateway, { name: 'one' });
      const still = () => onServer(`UPDATE images SET updated_at = '2026-01-01 00:00:00'`, database);
      await still();
      const seen = [await revision(gateway, id)];
      await run(gateway, RENAME, { id, name: 'two' });
      await still();
      seen.push(await revision(gateway, id));
      await onServer(
        `INSERT INTO image_tags (image_id, value, created_at, deleted) VALUES ('${id}', 't', '2026-01-01', 0)`,
        database,
      );
      seen.push(await revision(gateway, id));
      expect(new Set(seen).size).toBe(3);
      expect(await errorOf(gateway, RENAME, { id, name: 'three', revision: seen[1] })).toEqual({
        code: 'IMAGE_CHANGED',
      });
      await run(gateway, RENAME, { id, name: 'three', revision: seen[2] });
    } finally {
      await gateway.close();
      await onServer(`DROP DATABASE ${database}`);
    }
  });
});
