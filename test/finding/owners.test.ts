import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { as, createActiveImage, createImage, errorOf, putData, run, sendText } from '../support/client.js';
import { onEachDatabase, onMysql, onServer, startGateway, type TestGateway } from '../support/gateway.js';
import { addGlanceImage, makeGlanceDatabase } from '../support/glance-database.js';
import { gql, type ResultOf, type VariablesOf } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { sql } from '../support/sql.js';
import { statementsDuring } from '../support/statements.js';

const OWNERS = gql(`query ($first: Int, $after: String, $sort: OwnerSort) {
  owners(first: $first, after: $after, sort: $sort) {
    edges { cursor node { tenant images bytes limit } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`);
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
const OWN = gql(
  'mutation ($id: ID!, $owner: String) { updateImage(id: $id, input: { owner: $owner }) { id } }',
);
const LIMITED = /max_statement_time = 10 |MAX_EXECUTION_TIME\(10000\)/;
const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };

type Sort = NonNullable<VariablesOf<typeof OWNERS>['sort']>;
type Owner = ResultOf<typeof OWNERS>['owners']['edges'][number]['node'];

const admin = as('operators', 'admin');
const SORTS = (['TENANT', 'IMAGES', 'BYTES'] as const).flatMap((key) =>
  (['ASC', 'DESC'] as const).map((direction): Sort => ({ key, direction })),
);

async function all(gateway: TestGateway, sort?: Sort): Promise<Owner[]> {
  const { owners } = await run(gateway, OWNERS, { first: 1000, sort }, admin);
  return owners.edges.map(({ node }) => node);
}

/** Returns the owners by pages of two. */
async function paged(gateway: TestGateway, sort: Sort): Promise<Owner[]> {
  const found: Owner[] = [];
  for (let after: string | null | undefined; ;) {
    const { owners }: ResultOf<typeof OWNERS> = await run(gateway, OWNERS, { first: 2, after, sort }, admin);
    const { edges, pageInfo } = owners;
    expect(edges.length).toBeLessThanOrEqual(2);
    expect(pageInfo).toMatchObject({
      hasPreviousPage: after !== undefined,
      startCursor: edges[0].cursor,
      endCursor: edges.at(-1)!.cursor,
    });
    found.push(...edges.map(({ node }) => node));
    if (!pageInfo.hasNextPage) return found;
    after = pageInfo.endCursor;
  }
}

/** Sorts as the gateway does: those without an owner are below all others. */
function sorted(owners: readonly Owner[], { key, direction }: Sort): Owner[] {
  const field = { TENANT: 'tenant', IMAGES: 'images', BYTES: 'bytes' } as const;
  const place = (owner: Owner) => (key === 'TENANT' ? [] : [String(owner[field[key]]).padStart(16, '0')]);
  const texts = (owner: Owner) =>
    [...place(owner), owner.tenant === null ? '0' : '1', owner.tenant ?? ''].join('\0');
  const up = [...owners].sort((one, other) =>
    Buffer.compare(Buffer.from(texts(one)), Buffer.from(texts(other))),
  );
  return direction === 'ASC' ? up : up.reverse();
}

onEachDatabase('the owners of images', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted', USER_STORAGE_QUOTA: '3KB', SWEEP_INTERVAL: '3600' });
  });
  const useOf = async (tenant: string | null) => {
    const found = (await all(gateway)).filter((each) => each.tenant === tenant);
    return found.map(({ images, bytes }) => [images, bytes]);
  };

  test('follow each change: creation, upload, another owner, deletion', async () => {
    expect(await useOf('red')).toEqual([]);
    const id = await createImage(gateway, FORMATS, as('red'));
    await createImage(gateway, {}, as('red'));
    expect(await useOf('red')).toEqual([[2, 0]]);
    await putData(gateway, id, 'data', as('red'));
    expect(await useOf('red')).toEqual([[2, 4]]);
    await run(gateway, OWN, { id, owner: 'blue' }, admin);
    expect([await useOf('red'), await useOf('blue')]).toEqual([[[1, 0]], [[1, 4]]]);
    await run(gateway, DELETE, { id }, admin);
    expect([await useOf('red'), await useOf('blue')]).toEqual([[[1, 0]], []]);
  });

  test('have the limit of bytes that the operator has set, or none', async () => {
    await createImage(gateway, {}, as('limited'));
    expect((await all(gateway)).map(({ limit }) => limit)).toContain(3 * 1024);
    const free = await start({ AUTH: 'trusted' });
    expect((await all(free)).filter(({ limit }) => limit !== null)).toEqual([]);
  });

  test('tell the images without an owner from those of an owner without a name', async () => {
    await createImage(gateway, { owner: '' }, admin);
    for (let n = 0; n < 2; n += 1) {
      const id = await createImage(gateway, {}, admin);
      await run(gateway, OWN, { id, owner: null }, admin);
    }
    expect([await useOf(''), await useOf(null)]).toEqual([[[1, 0]], [[2, 0]]]);
  });

  test('are told apart by letter case, accents and blanks', async () => {
    const names = ['case', 'Case', 'cäse', 'case '];
    for (const name of names) await createImage(gateway, { owner: name }, admin);
    for (const name of names) expect(await useOf(name)).toEqual([[1, 0]]);
  });

  test('come first when they use the most bytes', async () => {
    await createActiveImage(gateway, 'x'.repeat(2000), {}, as('large'));
    expect(await all(gateway)).toEqual(await all(gateway, { key: 'BYTES', direction: 'DESC' }));
    expect((await all(gateway))[0]).toMatchObject({ tenant: 'large', images: 1, bytes: 2000 });
    const { owners } = await run(gateway, OWNERS, { first: 1 }, admin);
    expect(owners.edges.map(({ node }) => node.tenant)).toEqual(['large']);
  });

  test.each(SORTS)('come in the order of %j, the same by pages', async (sort) => {
    const whole = await all(gateway, sort);
    expect(whole.length).toBeGreaterThan(5);
    expect(whole).toEqual(sorted(whole, sort));
    expect(await paged(gateway, sort)).toEqual(whole);
  });

  test('use never less than nothing, and no more than a client can read', async () => {
    await sql(
      place,
      'INSERT INTO gateway_owner_use (owner, has_owner, images, bytes) VALUES ' +
        "('wrong-1', 1, -1, -5), ('wrong-2', 1, 2, -5), ('wrong-3', 1, -2, 7), ('vast', 1, 1, 9223372036854775807)",
    );
    expect(await useOf('wrong-1')).toEqual([]);
    expect(await useOf('wrong-2')).toEqual([[2, 0]]);
    expect(await useOf('wrong-3')).toEqual([[0, 7]]);
    expect(await useOf('vast')).toEqual([[1, Number.MAX_SAFE_INTEGER]]);
    const most: Sort = { key: 'BYTES', direction: 'DESC' };
    expect(await paged(gateway, most)).toEqual(await all(gateway, most));
    await sql(place, "DELETE FROM gateway_owner_use WHERE owner LIKE 'wrong%' OR owner = 'vast'");
  });

  test('are shown to administrators only', async () => {
    for (const who of [as('red'), as('red', 'reader')])
      expect(await errorOf(gateway, OWNERS, {}, who)).toMatchObject({
        code: 'FORBIDDEN',
        rule: 'context_is_admin',
      });
  });

  test('are shown on a page of a permitted size, after a cursor of the same order', async () => {
    const { owners } = await run(gateway, OWNERS, { first: 1 }, admin);
    const [{ cursor: after }] = owners.edges;
    const name: Sort = { key: 'TENANT', direction: 'ASC' };
    for (const wrong of [{ after: 'x' }, { after, sort: name }])
      expect(await errorOf(gateway, OWNERS, wrong, admin)).toMatchObject({
        code: 'INVALID_CURSOR',
        field: 'after',
      });
    const forged = (place: unknown[]) =>
      Buffer.from(JSON.stringify([1, 'owners owner asc', ...place])).toString('base64url');
    for (const place of [
      [],
      [1],
      [1, 2],
      ['1', 'a'],
      [-1, 'a'],
      [1, '😀'],
      [1, 'a', 'b'],
      [1, 'a'.repeat(256)],
    ])
      expect(await errorOf(gateway, OWNERS, { after: forged(place), sort: name }, admin)).toMatchObject({
        code: 'INVALID_CURSOR',
      });
    for (const first of [-1, 1001])
      expect(await errorOf(gateway, OWNERS, { first }, admin)).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'first',
      });
  });

  test('cost as many as may be on the page, and the statement that finds them', async () => {
    const shows = await start({ AUTH: 'trusted', QUERY_COST_SHOWN: 'true' });
    for (const [page, cost] of [
      ['(first: 7)', 37],
      ['', 55],
    ] as const) {
      const answer = await sendText(shows, `{ owners${page} { edges { node { tenant } } } }`, {}, admin);
      expect(answer.extensions!.cost.actual).toBe(cost);
    }
  });
});

onMysql('the owners of images, on MySQL', (start) => {
  test('are read with one statement, which reads the counters and is limited in time', async () => {
    const gateway = await start({ AUTH: 'trusted', SWEEP_INTERVAL: '3600' });
    // The first sweep reads too, until it is over.
    const asked = () => statementsDuring(() => run(gateway, OWNERS, {}, admin));
    const [statement] = await eventually(asked, ({ length }) => length === 1);
    expect(statement).toMatch(LIMITED);
    expect(statement).toMatch(/FROM gateway_owner_use u\) o/);
    expect(statement).not.toMatch(/FROM images/);
  });
});

describe.skipIf(inject('mysqlServer') === '')("the owners of images on Glance's tables, on MySQL", () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let database: string;
  let gateway: TestGateway;
  beforeAll(async () => {
    database = await makeGlanceDatabase();
    const options = { DATA_DIR: folder, DATABASE_URL: `${inject('mysqlServer')}/${database}` };
    gateway = await startGateway({ ...options, AUTH: 'trusted' });
  });
  afterAll(async () => {
    await gateway.close();
    await onServer(`DROP DATABASE ${database}`);
    rmSync(folder, { recursive: true, force: true });
  });

  test('are summed over the images, though a live Glance keeps no counters', async () => {
    const stored = async (owner: string | null, size: number, copies: number, more = {}) => {
      const id = await addGlanceImage(database, { owner, size, status: 'active', ...more });
      for (let n = 0; n < copies; n += 1)
        await onServer(
          'INSERT INTO image_locations (image_id, value, created_at, deleted, status) ' +
            `VALUES ('${id}', 'file:///${n}', '2026-01-01', 0, 'active')`,
          database,
        );
    };
    await stored('red', 10, 1);
    await stored('red', 10, 2);
    await stored('Red', 5, 1);
    await stored('réd', 5, 1);
    await stored(null, 3, 1);
    await stored('gone', 9, 1, { deleted: 1, status: 'deleted' });
    await stored('failed', 9, 1, { status: 'killed' });
    const expected = [
      ['red', 2, 30],
      ['réd', 1, 5],
      ['Red', 1, 5],
      [null, 1, 3],
      ['failed', 1, 0],
    ];
    const found = await all(gateway);
    expect(found.map(({ tenant, images, bytes }) => [tenant, images, bytes])).toEqual(expected);
  });

  test('are summed by one statement, which is limited in time', async () => {
    const statements = await statementsDuring(() => run(gateway, OWNERS, {}, admin));
    expect(statements).toEqual([expect.stringMatching(LIMITED)]);
  });

  test.each(SORTS)('come in the order of %j, the same by pages', async (sort) => {
    const whole = await all(gateway, sort);
    expect(whole).toEqual(sorted(whole, sort));
    expect(await paged(gateway, sort)).toEqual(whole);
  });
});
