import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { createImage, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { sql } from '../support/sql.js';

const FIND = gql(`query ($id: ID!) {
  image(id: $id) { status name diskFormat size virtualSize createdAt updatedAt properties { name value } }
}`);

onEachDatabase('finding an image', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });
  const find = async (id: string) => (await run(gateway, FIND, { id })).image;

  test.each(['', 'x', 'x'.repeat(36), 'x'.repeat(300), '%', '💿', "' OR '1'='1", 'a\u0000b', 'a\ud800', 5])(
    'returns null for an unknown id: %j (C3.2)',
    async (id) => {
      expect(await find(id as string)).toBeNull();
    },
  );

  test('returns null for an id with a blank at its end', async () => {
    const id = await createImage(gateway, { id: randomUUID().replaceAll('-', '') });
    expect(await find(`${id} `)).toBeNull();
  });

  test('returns properties sorted by name, letter by letter', async () => {
    const names = ['b', 'B', 'a1', 'ä', '_', 'a-1'].map((name, n) => `${name}${n}`);
    const id = await createImage(gateway, { properties: names.map((name) => ({ name, value: '' })) });
    const sorted = (await find(id))!.properties.map((each) => each.name);
    expect(sorted).toEqual([...names].sort());
  });

  test('returns values of other programs that the gateway would not write', async () => {
    const id = await createImage(gateway, { properties: [{ name: 'a', value: 'x' }] });
    await sql(
      place,
      "UPDATE images SET status = 'importing', name = 'tab\there 💿', disk_format = 'own', size = 9007199254740993, " +
        `virtual_size = 5, created_at = '2001-02-03 04:05:06', updated_at = NULL WHERE id = '${id}'`,
    );
    await sql(place, `UPDATE image_properties SET value = NULL WHERE image_id = '${id}'`);
    expect(await find(id)).toEqual({
      status: 'importing',
      name: 'tab\there 💿',
      diskFormat: 'own',
      // Beyond what JSON's numbers hold exactly: unknown, rather than wrong.
      size: null,
      virtualSize: 5,
      createdAt: '2001-02-03T04:05:06.000000Z',
      updatedAt: null,
      properties: [{ name: 'a', value: null }],
    });
  });

  test('returns times with six digits of a second (C6.4)', async () => {
    const id = await createImage(gateway);
    await sql(place, `UPDATE images SET created_at = '2026-11-21 09:03:38.756067' WHERE id = '${id}'`);
    expect((await find(id))!.createdAt).toBe('2026-11-21T09:03:38.756067Z');
  });
});
