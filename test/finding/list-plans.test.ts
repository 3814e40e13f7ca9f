import { join } from 'node:path';
import Libsql from 'libsql';
import { beforeAll, expect, test } from 'vitest';
import { as, run } from '../support/client.js';
import { onEachDatabase, type Place, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { sql } from '../support/sql.js';
import { addManyImages, hasRecordedPlans, statementsDuring } from '../support/statements.js';

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
        expect(plan).not.toMatch(/filesort|USE TEMP B-TREE FOR (ORDER BY|LAST)|SCAN i\b/);
      }
    }
  });
});

/** Returns the plan of each SELECT on images that a request leads to. Other servers than MariaDB 10.11 have other plans. */
async function plans(place: Place, ask: () => Promise<unknown>): Promise<string[]> {
  if (place.engine === 'sqlite') return sqlitePlans(place, await preparedDuring(ask));
  const [statement] = await statementsDuring(ask);
  if (!(await hasRecordedPlans(place))) return [];
  const steps = await sql(place, `EXPLAIN ${statement}`);
  return [steps.map(({ key, Extra }) => `${String(key)} ${String(Extra)}`).join('; ')];
}

async function preparedDuring(work: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  const database = Libsql.prototype as unknown as Record<
    string,
    (text: string, ...rest: unknown[]) => unknown
  >;
  const original = database.prepare;
  database.prepare = function (text, ...rest) {
    if (/^SELECT i\.id/.test(text)) seen.push(text);
    return original.call(this, text, ...rest);
  };
  try {
    await work();
  } finally {
    database.prepare = original;
  }
  return seen;
}

function sqlitePlans({ options }: Place, statements: string[]): string[] {
  const database = new Libsql(join(options.DATA_DIR, 'glance-graphql.sqlite'));
  try {
    return statements.map((statement) =>
      (database.prepare(`EXPLAIN QUERY PLAN ${statement}`).all() as { detail: string }[])
        .map(({ detail }) => detail)
        .join('; '),
    );
  } finally {
    database.close();
  }
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
