import { beforeAll, expect, test } from 'vitest';
import { as, run } from '../support/client.js';
import { onEachDatabase, type Place, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { imageStatements, planOf } from '../support/plans.js';
import { sql } from '../support/sql.js';
import { addManyImages, hasRecordedPlans } from '../support/statements.js';

const admin = as('operators', 'admin');

/** The sort key → the index that a page walks, on MySQL and on SQLite. */
const INDEXES = {
  CREATED_AT: ['gateway_images_created', 'gateway_images_created'],
  UPDATED_AT: ['gateway_images_updated', 'gateway_images_updated'],
  NAME: ['gateway_images_name', 'gateway_images_name'],
  STATUS: ['gateway_images_status_id', 'gateway_images_status_id'],
  SIZE: ['gateway_images_size', 'gateway_images_size'],
  DISK_FORMAT: ['gateway_images_disk', 'gateway_images_disk'],
  CONTAINER_FORMAT: ['gateway_images_container', 'gateway_images_container'],
  ID: ['PRIMARY', 'sqlite_autoindex_images_1'],
} as const;
type Key = keyof typeof INDEXES;
/** All images are sorted or read. Behind a cursor, SQLite sorts the few rows of each branch of the page. */
const SORTED = /filesort|SCAN i(?! USING)|\bi USING [^;]*; USE TEMP B-TREE/;

const PAGE = gql(`query ($sort: [ImageSort!], $after: String) {
  images(first: 3, sort: $sort, after: $after) { edges { node { id } cursor } }
}`);

onEachDatabase('a page is read in the order of an index', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
    if (place.engine === 'mysql') await addManyImages(place);
    else await addImages(place);
    await sql(place, 'UPDATE images SET updated_at = created_at');
  });

  test.each(
    (Object.keys(INDEXES) as Key[]).flatMap((key) =>
      (['ASC', 'DESC'] as const).map((direction) => ({ key, direction })),
    ),
  )('at the start and behind a cursor: $key $direction', async ({ key, direction }) => {
    const sort = [{ key, direction }];
    const { images } = await run(gateway, PAGE, { sort, after: null }, admin);
    const index = INDEXES[key][place.engine === 'mysql' ? 0 : 1];
    for (const after of [null, images.edges[2].cursor]) {
      const ask = () => run(gateway, PAGE, { sort, after }, admin);
      for (const plan of await plans(place, ask)) {
        expect(plan).toContain(index);
        expect(plan).not.toMatch(SORTED);
      }
    }
  });
});

/** Returns the plan of the page that a request leads to. Other servers than MariaDB 10.11 have other plans. */
async function plans(place: Place, ask: () => Promise<unknown>): Promise<string[]> {
  const statements = await imageStatements(place, ask);
  if (place.engine === 'mysql' && !(await hasRecordedPlans(place))) return [];
  return [(await planOf(place, statements[0])).join('; ')];
}

async function addImages(place: Place): Promise<void> {
  const rows = Array.from(
    { length: 100 },
    (_, n) =>
      `('00000000-0000-4000-8000-${String(n).padStart(12, '0')}', 'image ${n}', ${n}, 'active', 'raw', 'bare', 't1', 0, 0, ` +
      `'public', '2026-01-01 00:00:00.${String(n).padStart(6, '0')}', 0)`,
  );
  await sql(
    place,
    'INSERT INTO images (id, name, size, status, disk_format, container_format, owner, min_disk, min_ram, visibility, ' +
      `created_at, deleted) VALUES ${rows.join()}`,
  );
}
