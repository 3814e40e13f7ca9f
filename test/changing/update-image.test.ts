import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, createImage, type CreateImageInput, errorOf, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import type { UpdateImageInput } from '../support/operations.js';
import { sql } from '../support/sql.js';

const IMAGE = gql(`fragment Full on Image {
  id name status diskFormat containerFormat size checksum minDisk minRam owner visibility isPublic protected hidden
  createdAt updatedAt deletedAt properties { name value }
}`);
const UPDATE = gql(
  'mutation ($id: ID!, $input: UpdateImageInput!) { updateImage(id: $id, input: $input) { ...Full } }',
  [IMAGE],
);
const READ = gql('query ($id: ID!) { image(id: $id) { ...Full } }', [IMAGE]);

const FULL: CreateImageInput = {
  name: 'before',
  diskFormat: 'raw',
  containerFormat: 'bare',
  minDisk: 1,
  minRam: 2,
  owner: 'tenant-1',
  visibility: 'PRIVATE',
  protected: true,
  hidden: true,
};

onEachDatabase('updating an image', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ IMAGE_PROPERTY_QUOTA: '25' });
  });
  const update = async (id: string, input: UpdateImageInput) =>
    (await run(gateway, UPDATE, { id, input })).updateImage;
  const read = async (id: string) => (await run(gateway, READ, { id })).image;
  const withProperties = (...names: string[]) =>
    createImage(gateway, { properties: names.map((name) => ({ name, value: `${name} before` })) });
  const before = (...names: string[]) => names.map((name) => ({ name, value: `${name} before` }));

  test('changes the given fields and leaves the others (C12.12, C12.14)', async () => {
    const id = await createImage(gateway, { ...FULL, size: 7, properties: before('a') });
    const was = await read(id);
    const after = await update(id, { name: 'after' });
    expect(after).toEqual({ ...was, name: 'after', updatedAt: after.updatedAt });
  });

  test('changes every field', async () => {
    const id = await createImage(gateway, FULL);
    const other: UpdateImageInput = {
      name: 'after',
      diskFormat: 'qcow2',
      containerFormat: 'ova',
      minDisk: 0,
      minRam: 2147483647,
      owner: 'tenant-2',
      visibility: 'PUBLIC',
      protected: false,
      hidden: false,
    };
    expect(await update(id, other)).toMatchObject({ ...other, isPublic: true });
  });

  test.each(['name', 'diskFormat', 'containerFormat', 'owner'])('clears the %s with null', async (field) => {
    const id = await createImage(gateway, FULL);
    const image = await update(id, { [field]: null });
    expect(image).toMatchObject({ ...FULL, [field]: null });
  });

  test('sets each of the four visibilities; isPublic follows', async () => {
    const id = await createImage(gateway);
    for (const visibility of ['PRIVATE', 'SHARED', 'COMMUNITY', 'PUBLIC'] as const) {
      const isPublic = visibility === 'PUBLIC';
      expect(await update(id, { visibility })).toMatchObject({ visibility, isPublic });
    }
  });

  test('answers with the image as it is stored', async () => {
    const id = await createImage(gateway, { properties: before('b') });
    const answer = await update(id, { ...FULL, properties: { set: [{ name: 'a', value: 'new' }] } });
    expect(answer).toEqual(await read(id));
  });

  test('changes updatedAt and not createdAt, even without a field (C12.12)', async () => {
    const id = await createImage(gateway);
    const [made, changed] = ['2026-01-01 00:00:00.000001', '2026-01-01 00:00:00.000002'];
    await sql(
      place,
      `UPDATE images SET created_at = '${made}', updated_at = '${changed}' WHERE id = '${id}'`,
    );
    const image = await update(id, {});
    expect(image.createdAt).toBe('2026-01-01T00:00:00.000001Z');
    expect(image.updatedAt! > '2026-01-02').toBe(true);
  });

  describe('and its properties', () => {
    test('adds and changes the properties in set, and keeps the others', async () => {
      const id = await withProperties('a', 'b');
      const set = ['b', 'c'].map((name) => ({ name, value: 'new' }));
      expect((await update(id, { properties: { set } })).properties).toEqual([...before('a'), ...set]);
    });

    test('removes the properties in remove, and ignores unknown names', async () => {
      const id = await withProperties('a', 'b', 'c');
      const remove = ['b', 'none', 'x'.repeat(300), '💿'];
      expect((await update(id, { properties: { remove } })).properties).toEqual(before('a', 'c'));
    });

    test('sets and removes at once', async () => {
      const id = await withProperties('a', 'b');
      const changes = { set: [{ name: 'c', value: 'new' }], remove: ['a'] };
      expect((await update(id, { properties: changes })).properties).toEqual([
        ...before('b'),
        { name: 'c', value: 'new' },
      ]);
    });

    test('are all replaced by replaceAll', async () => {
      const id = await withProperties('a', 'b');
      const replaceAll = ['b', 'c'].map((name) => ({ name, value: 'new' }));
      expect((await update(id, { properties: { replaceAll } })).properties).toEqual(replaceAll);
    });

    test('are all removed by an empty replaceAll', async () => {
      const id = await withProperties('a', 'b');
      expect((await update(id, { properties: { replaceAll: [] } })).properties).toEqual([]);
    });

    test('stay as they are when no change is named', async () => {
      const id = await withProperties('a');
      expect((await update(id, { properties: {} })).properties).toEqual(before('a'));
    });

    test('come back with their new value when they were removed before', async () => {
      const id = await withProperties('a');
      await update(id, { properties: { remove: ['a'] } });
      const set = [{ name: 'a', value: 'again' }];
      expect((await update(id, { properties: { set } })).properties).toEqual(set);
    });

    test('tell letter case and blanks at the end apart by name', async () => {
      const id = await withProperties('a', 'a ');
      expect((await update(id, { properties: { remove: ['a'] } })).properties).toEqual(before('a '));
      expect((await update(id, { properties: { remove: ['A '] } })).properties).toEqual(before('a '));
    });

    test('may not be one name to version 1 (C7.4)', async () => {
      const id = await withProperties('foo_bar');
      const changes = { set: [{ name: 'Foo-Bar', value: 'x' }] };
      expect((await errorOf(gateway, UPDATE, { id, input: { properties: changes } })).code).toBe(
        'BAD_USER_INPUT',
      );
      expect((await read(id))!.properties).toEqual(before('foo_bar'));
      const renamed = { set: changes.set, remove: ['foo_bar'] };
      expect((await update(id, { properties: renamed })).properties).toEqual(changes.set);
    });

    test('may reach the quota and not pass it: those there count too (C12.9)', async () => {
      const id = await withProperties(...Array.from({ length: 24 }, (_, n) => `n${n}`));
      await update(id, { properties: { set: [{ name: 'the-25th', value: '' }] } });
      const input = { name: 'not stored', properties: { set: [{ name: 'the-26th', value: '' }] } };
      expect((await errorOf(gateway, UPDATE, { id, input })).code).toBe('PROPERTY_QUOTA_EXCEEDED');
      const image = await read(id);
      expect(image!.name).toBeNull();
      expect(image!.properties).toHaveLength(25);
    });

    test('all survive when twenty updates of one image come at once', async () => {
      const id = await createImage(gateway);
      const names = Array.from({ length: 20 }, (_, n) => `p${String(n).padStart(2, '0')}`);
      await Promise.all(names.map((name) => update(id, { properties: { set: [{ name, value: name }] } })));
      expect((await read(id))!.properties).toEqual(names.map((name) => ({ name, value: name })));
    });
  });

  test.each(['saving', 'active', 'killed', 'deactivated', 'pending_delete'])(
    'is possible in status %s, and leaves the status alone (C12.3)',
    async (status) => {
      const id = await createImage(gateway);
      await sql(place, `UPDATE images SET status = '${status}' WHERE id = '${id}'`);
      expect(await update(id, { name: 'after' })).toMatchObject({ name: 'after', status });
    },
  );

  test('finds no image that does not exist', async () => {
    for (const id of [randomUUID(), 'x', 'x'.repeat(300), '💿', ''])
      expect((await errorOf(gateway, UPDATE, { id, input: { name: 'x' } })).code).toBe('IMAGE_NOT_FOUND');
  });

  test('looks the id up in any letter case (C8.2)', async () => {
    const id = await createImage(gateway, { id: randomUUID().toUpperCase() });
    const { updateImage } = await run(gateway, UPDATE, { id: id.toLowerCase(), input: {} });
    expect(updateImage.id).toBe(id);
  });

  test('refuses a deleted image, and says so to administrators (C12.3)', async () => {
    const id = await createImage(gateway);
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id });
    expect((await errorOf(gateway, UPDATE, { id, input: { name: 'x' } })).code).toBe('IMAGE_DELETED');
  });

  test('does not find a deleted image for its owner (C10.7)', async () => {
    const trusted = await start({ AUTH: 'trusted' });
    const id = await createImage(trusted, {}, as('t1'));
    await run(trusted, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id }, as('t1'));
    const refused = await errorOf(trusted, UPDATE, { id, input: {} }, as('t1'));
    expect(refused.code).toBe('IMAGE_NOT_FOUND');
  });
});
