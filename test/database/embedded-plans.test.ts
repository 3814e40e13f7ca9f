import Libsql from 'libsql';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onSqlite } from '../support/gateway.js';

onSqlite('the rows of one image', (start, place) => {
  test.each([
    ['image_properties', 'value', 'ix_image_properties_image_id'],
    ['image_members', 'member', 'ix_image_members_image_id'],
    ['image_tags', 'value', 'ix_image_tags_image_id'],
    ['image_locations', 'value', 'ix_image_locations_image_id'],
  ])('are found in %s by the index of image ids, whatever the table holds', async (table, column, index) => {
    await (await start()).close();
    const database = new Libsql(join(place.options.DATA_DIR, 'glance-graphql.sqlite'));
    const statement = `SELECT r.${column} FROM ${table} r WHERE r.image_id IN (?, ?) AND r.deleted = 0`;
    const plan = database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all('a', 'b') as { detail: string }[];
    database.close();
    expect(plan.map(({ detail }) => detail).join()).toContain(index);
  });
});
