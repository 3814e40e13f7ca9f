import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { beforeAll, expect, test } from 'vitest';
import { as, errorOf, run, sendText } from '../support/client.js';
import { onMysql, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { sql } from '../support/sql.js';
import { addManyImages, described, statementsDuring, hasRecordedPlans } from '../support/statements.js';

const tenant = as('t1');
const admin = as('operators', 'admin');
const USES = 5;

/** A query and its caller. `statements/` has its statements, and MariaDB's plan for the first one. */
const PAGES: [string, TypedDocumentNode<unknown, object>, Record<string, string>][] = [
  ['a page', gql('{ images { edges { node { id name } } pageInfo { hasNextPage } } }'), admin],
  ['a page for a tenant', gql('{ images { edges { node { id name } } } }'), tenant],
  [
    'a page sorted by two keys',
    gql(
      '{ images(sort: [{ key: NAME, direction: ASC }, { key: SIZE, direction: DESC }]) { edges { node { id } } } }',
    ),
    admin,
  ],
  [
    'a page with properties, tags and members',
    gql('{ images(first: 2) { edges { node { id properties { name value } tags members { memberId } } } } }'),
    admin,
  ],
  ['a page with its count', gql('{ images(first: 2) { totalCount edges { node { id } } } }'), tenant],
  [
    'a page of what a filter finds',
    gql(`{ images(filter: { or: [{ name: { startsWith: "image 1" } }, { not: { diskFormat: { eq: "raw" } } }],
      properties: [{ name: "os", value: { in: ["linux", "bsd"] } }] }) { edges { node { id } } } }`),
    admin,
  ],
  ['a page with deleted images', gql('{ images(includeDeleted: true) { edges { node { id } } } }'), admin],
  ['shared images', gql('{ sharedImages(memberId: "t1", first: 2) { edges { node { imageId } } } }'), admin],
];

onMysql('the statements of a query, on MySQL', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
    await addManyImages(place);
  });
  test.each(PAGES)(
    '%s: as many as they should be, and by the plan they should have',
    async (name, query, who) => {
      // The first request also asks how many images some conditions find.
      await run(gateway, query, {}, who);
      const statements = await statementsDuring(() => run(gateway, query, {}, who));
      // A small page comes with its properties.
      const relations = ['tags', 'members', 'totalCount'].filter((each) =>
        new RegExp(`${each}( {|$)`, 'm').test(print(query)),
      );
      expect(statements).toHaveLength(1 + relations.length);
      if (await hasRecordedPlans(place)) {
        const file = `./statements/${name.replaceAll(' ', '-').replaceAll(',', '')}.sql`;
        await expect(await described(place, statements)).toMatchFileSnapshot(file);
      }
    },
  );

  const CURSORS = gql(
    '{ images(first: 7, sort: [{ key: CREATED_AT, direction: DESC }]) { edges { cursor } } }',
  );
  const AFTER = gql(`query ($c: String) {
    images(first: 3, after: $c, sort: [{ key: CREATED_AT, direction: DESC }]) { edges { node { id } } }
  }`);
  const BEFORE = gql(`query ($c: String) {
    images(last: 3, before: $c, sort: [{ key: CREATED_AT, direction: DESC }]) { edges { node { id } } }
  }`);

  test.each([
    ['the page after a cursor', AFTER, tenant],
    ['the page before a cursor', BEFORE, admin],
  ])('%s: one, by the plan it should have', async (name, query, who) => {
    const c = (await run(gateway, CURSORS, {}, who)).images.edges[6].cursor;
    await run(gateway, query, { c }, who);
    const statements = await statementsDuring(() => run(gateway, query, { c }, who));
    expect(statements).toHaveLength(1);
    if (await hasRecordedPlans(place)) {
      const file = `./statements/${name.replaceAll(' ', '-')}.sql`;
      await expect(await described(place, statements)).toMatchFileSnapshot(file);
    }
  });

  test('the progress of imports: one more for a page, and none where nothing is saved', async () => {
    const query = gql('{ images(first: 3) { edges { node { id importProgress { bytesReceived size } } } } }');
    const asked = () => statementsDuring(() => run(gateway, query, {}, admin));
    expect(await asked()).toHaveLength(1);
    const { images } = await run(gateway, query, {}, admin);
    const ids = images.edges.map(({ node }) => `'${node.id}'`);
    await sql(place, `UPDATE images SET status = 'saving' WHERE id IN (${ids})`);
    try {
      expect(await asked()).toHaveLength(2);
    } finally {
      await sql(place, `UPDATE images SET status = 'active' WHERE id IN (${ids})`);
    }
  });

  test('run once each although a field fails, also once the query is compiled', async () => {
    const id = '00000000-0000-4000-8000-000000000001';
    await sql(place, `UPDATE images SET min_disk = 2147483647, virtual_size = -1 WHERE id = '${id}'`);
    const query =
      gql(`query ($id: ID!, $c: String) { good: image(id: $id) { name } images(first: 1) { edges { node { id } } }
        bad: sharedImages(memberId: "x", after: $c) { edges { cursor } } }`);
    for (let use = 0; use < USES; use += 1) {
      const statements = await statementsDuring(async () => {
        expect((await errorOf(gateway, query, { id, c: 'x' }, admin)).code).toBe('INVALID_CURSOR');
        // The error is answered at once; a second request is only taken when the first one's reads are on their way.
        await run(gateway, gql('{ images(first: 1) { edges { node { id } } } }'), {}, admin);
      });
      expect(statements).toHaveLength(2 + 1);
    }
  });

  test('leave no trace on the server, whatever the shape of the filter', async () => {
    const FIELDS = ['name', 'status', 'diskFormat', 'containerFormat', 'checksum', 'owner'];
    const shape = (n: number) => {
      const used = FIELDS.filter((_, bit) => n & (1 << bit)).map(
        (field) => `${field}: { in: [${'"x" '.repeat(1 + ((n >> 6) % 9))}] }`,
      );
      return `q${n}: images(first: 1, filter: { ${used.join(' ')} }) { edges { node { id } } }`;
    };
    const prepared = async () =>
      Number((await sql(place, "SHOW GLOBAL STATUS LIKE 'Prepared_stmt_count'"))[0].Value);
    const before = await prepared();
    for (let n = 0; n < 5000; n += 10) {
      const query = `{ ${Array.from({ length: 10 }, (_, k) => shape((n + k) % 576)).join(' ')} }`;
      const text = query.replaceAll('first: 1', `first: ${1 + Math.floor(n / 576)}`);
      expect((await sendText(gateway, text, {}, admin)).errors).toBeUndefined();
    }
    expect((await prepared()) - before).toBeLessThan(64);
  }, 120_000);
});
