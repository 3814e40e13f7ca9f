import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection, type Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { as, run } from '../support/client.js';
import { onServer, startGateway, type TestGateway } from '../support/gateway.js';
import { makeGlanceDatabase } from '../support/glance-database.js';
import { gql, type ResultOf } from '../support/gql.js';
import { addManyImages, described, statementsDuring, hasRecordedPlans } from '../support/statements.js';
import { v1 } from '../support/v1-client.js';

const IMAGES = 2000;
const admin = as('operators', 'admin');

/** A query, its caller, and the maximum of rows of images that its page may read with Glance's own indexes. */
const PAGES: [string, TypedDocumentNode<unknown, object>, Record<string, string>, number][] = [
  ['a page', gql('{ images { edges { node { id name } } } }'), admin, 30],
  [
    'a page sorted by change',
    gql('{ images(sort: { key: UPDATED_AT, direction: DESC }) { edges { node { id } } } }'),
    admin,
    30,
  ],
  ['a page for a tenant', gql('{ images { edges { node { id name } } } }'), as('t1'), IMAGES / 3],
  [
    "a page of one owner's images",
    gql('{ images(filter: { owner: { eq: "t7" } }) { edges { node { id } } } }'),
    admin,
    2 * (IMAGES / 20),
  ],
  [
    'images of one checksum',
    gql(
      '{ images(filter: { checksum: { eq: "0123456789abcdef0123456789abcdef" } }) { edges { node { id } } } }',
    ),
    admin,
    2,
  ],
];

/** Left alone, MariaDB merges two indexes of flags there and reads every image for each page. */
describe.skipIf(inject('mysqlServer') === '')("the statements on Glance's own tables, on MySQL", () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let database: string;
  let gateway: TestGateway;
  let place: { options: Record<string, string> };
  let session: Connection;

  beforeAll(async () => {
    database = await makeGlanceDatabase();
    place = { options: { DATA_DIR: folder, DATABASE_URL: `${inject('mysqlServer')}/${database}` } };
    gateway = await startGateway({ ...place.options, AUTH: 'trusted' });
    await addManyImages(place);
    // Most images are shared with nobody; no index of Glance's finds the memberships of one tenant.
    await onServer('DELETE FROM image_members WHERE id > 200', database);
    await onServer('ANALYZE TABLE image_members', database);
    session = await createConnection(place.options.DATABASE_URL);
    await session.query("SET SESSION optimizer_switch = 'index_merge=off'");
  });
  afterAll(async () => {
    await session.end();
    await gateway.close();
    await onServer(`DROP DATABASE ${database}`);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Rows that the server touches for a statement, the page's own temporary ones included. */
  async function rowsRead(statement: string): Promise<number> {
    await session.query('FLUSH STATUS');
    await session.query(statement);
    const [rows] = await session.query("SHOW SESSION STATUS LIKE 'Handler_read%'");
    return (rows as { Value: string }[]).reduce((sum, { Value }) => sum + Number(Value), 0);
  }

  test.each(PAGES)('%s: read through an index, and few rows of it', async (name, query, who, most) => {
    const statements = await statementsDuring(() => run(gateway, query, {}, who));
    expect(statements).toHaveLength(1);
    expect(await rowsRead(statements[0])).toBeLessThan(most);
    if (await hasRecordedPlans(place)) {
      const file = `./statements/on-glance/${name.replaceAll(' ', '-').replaceAll("'", '')}.sql`;
      await expect(await described(place, statements)).toMatchFileSnapshot(file);
    }
  });

  test('a detailed list of version 1 is read through the same index', async () => {
    const statements = await statementsDuring(() =>
      v1(gateway, 'GET', '/v1/images/detail?limit=25', { ...admin, accept: 'application/json' }),
    );
    expect(statements[0]).toContain('FORCE INDEX');
    expect(await rowsRead(statements[0])).toBeLessThan(IMAGES / 3);
    expect(statements.length).toBeLessThanOrEqual(2);
  });

  test('a page deep in the list reads as few rows as the first', async () => {
    const query = gql(`query ($first: Int!, $c: String) {
      images(first: $first, after: $c) { edges { node { id } } pageInfo { endCursor } }
    }`);
    let c: string | null = null;
    for (let passed = 0; passed < IMAGES / 2; passed += 1000) {
      const { images }: ResultOf<typeof query> = await run(gateway, query, { first: 1000, c }, admin);
      c = images.pageInfo.endCursor;
    }
    const statements = await statementsDuring(() => run(gateway, query, { first: 25, c }, admin));
    // Times of Glance are whole seconds, so that many images may share one and lie between.
    expect(await rowsRead(statements[0])).toBeLessThan(200);
  });
});
