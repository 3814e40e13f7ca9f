import { beforeAll, expect, test } from 'vitest';
import { createImage, errorOf, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql, type ResultOf, type VariablesOf } from '../support/gql.js';
import { sql } from '../support/sql.js';

const PAGE =
  gql(`query ($filter: ImageFilterInput, $sort: [ImageSort!], $first: Int, $after: String, $last: Int, $before: String) {
  images(filter: $filter, sort: $sort, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id name status size diskFormat containerFormat createdAt updatedAt } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`);

const ROWS = 200;
/** Half of the names, sizes, formats and times of change are null, many others are equal. */
const input = (n: number) => ({
  name: n % 2 ? null : ['alpha', 'Alpha', 'ä', '', `name ${n % 20}`][n % 5],
  size: n % 3 ? n % 7 : 5_000_000_000 + (n % 2),
  diskFormat: n % 2 ? 'raw' : null,
  containerFormat: n % 4 < 2 ? 'bare' : null,
});

type Page = ResultOf<typeof PAGE>['images'];
type Image = Page['edges'][number]['node'];
type Sort = NonNullable<VariablesOf<typeof PAGE>['sort']>[number];
type Order = Partial<Record<Sort['key'], Sort['direction']>>;
const ORDERS: Order[] = [
  {},
  { CREATED_AT: 'ASC' },
  { UPDATED_AT: 'ASC' },
  { UPDATED_AT: 'DESC' },
  { NAME: 'ASC' },
  { NAME: 'DESC' },
  { STATUS: 'ASC' },
  { SIZE: 'ASC' },
  { SIZE: 'DESC' },
  { DISK_FORMAT: 'ASC' },
  { CONTAINER_FORMAT: 'DESC' },
  { ID: 'ASC' },
  { ID: 'DESC' },
  { NAME: 'ASC', SIZE: 'DESC' },
  { NAME: 'DESC', SIZE: 'ASC' },
  { DISK_FORMAT: 'DESC', CONTAINER_FORMAT: 'ASC' },
  { SIZE: 'ASC', ID: 'DESC' },
  { STATUS: 'DESC', UPDATED_AT: 'ASC', NAME: 'DESC', CREATED_AT: 'ASC' },
];

const FIELDS: Record<Sort['key'], keyof Image> = {
  CREATED_AT: 'createdAt',
  UPDATED_AT: 'updatedAt',
  NAME: 'name',
  STATUS: 'status',
  SIZE: 'size',
  DISK_FORMAT: 'diskFormat',
  CONTAINER_FORMAT: 'containerFormat',
  ID: 'id',
};

onEachDatabase('paging through images', (start, place) => {
  let gateway: TestGateway;
  let images: Image[];
  beforeAll(async () => {
    gateway = await start();
    for (let n = 0; n < ROWS; n += 50)
      await Promise.all(Array.from({ length: 50 }, (_, k) => createImage(gateway, input(n + k))));
    await sql(place, "UPDATE images SET size = NULL, updated_at = NULL WHERE disk_format = 'raw'");
    await sql(
      place,
      "UPDATE images SET created_at = '2026-01-02 03:04:05.000006' WHERE container_format = 'bare'",
    );
    images = (await page({ first: 1000 })).edges.map((edge) => edge.node);
  });
  const page = async (variables: VariablesOf<typeof PAGE>): Promise<Page> =>
    (await run(gateway, PAGE, variables)).images;
  const sort = (order: Order) =>
    Object.entries(order).map(([key, direction]) => ({ key: key as Sort['key'], direction }));

  async function walk(variables: VariablesOf<typeof PAGE>): Promise<Image[]> {
    const pages: Image[][] = [];
    for (let after: string | null = null; pages.length === 0 || after;) {
      const { edges, pageInfo } = await page({ ...variables, after });
      expect(pageInfo.hasPreviousPage).toBe(pages.length > 0);
      expect(pageInfo.startCursor).toBe(edges[0].cursor);
      expect(pageInfo.endCursor).toBe(edges.at(-1)!.cursor);
      pages.push(edges.map((edge) => edge.node));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    }
    return pages.flat();
  }

  test.each(ORDERS)('gives every image once, in the order wanted: %j', async (order) => {
    const seen = await walk({ sort: sort(order), first: 23 });
    expect(new Set(seen.map(({ id }) => id)).size).toBe(ROWS);
    expect(seen).toEqual([...images].sort(comparing(order)));
  });

  async function walkBackwards(variables: VariablesOf<typeof PAGE>): Promise<Image[]> {
    const pages: Image[][] = [];
    for (let before: string | null = null; pages.length === 0 || before;) {
      const { edges, pageInfo } = await page({ ...variables, before });
      expect(pageInfo.hasNextPage).toBe(pages.length > 0);
      expect(pageInfo.startCursor).toBe(edges[0].cursor);
      expect(pageInfo.endCursor).toBe(edges.at(-1)!.cursor);
      pages.unshift(edges.map((edge) => edge.node));
      before = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
    }
    return pages.flat();
  }

  test.each(ORDERS)('gives every image once, from the end to the start: %j', async (order) => {
    expect(await walkBackwards({ sort: sort(order), last: 23 })).toEqual([...images].sort(comparing(order)));
  });

  test('returns the last images without a cursor', async () => {
    const order = { NAME: 'ASC' } as const;
    const { edges, pageInfo } = await page({ sort: sort(order), last: 3 });
    expect(edges.map((edge) => edge.node)).toEqual([...images].sort(comparing(order)).slice(-3));
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  test('returns the images between two cursors', async () => {
    const order = { NAME: 'ASC', SIZE: 'DESC' } as const;
    const all = (await page({ sort: sort(order), first: 50 })).edges;
    const between = { sort: sort(order), after: all[4].cursor, before: all[12].cursor };
    expect((await page({ ...between, first: 50 })).edges).toEqual(all.slice(5, 12));
    expect((await page({ ...between, first: 3 })).edges).toEqual(all.slice(5, 8));
    expect((await page({ ...between, last: 3 })).edges).toEqual(all.slice(9, 12));
    expect((await page({ ...between, last: 3 })).pageInfo).toMatchObject({
      hasNextPage: true,
      hasPreviousPage: true,
    });
    expect((await page({ ...between, last: 7 })).pageInfo.hasPreviousPage).toBe(false);
  });

  test('refuses first together with last', async () => {
    expect(await errorOf(gateway, PAGE, { first: 1, last: 1 })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'last',
    });
  });

  test.each([-1, 1001])('refuses the last %d images, naming the maximum', async (last) => {
    expect(await errorOf(gateway, PAGE, { last })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'last',
      constraints: [expect.stringContaining('1000')],
    });
  });

  test('counts the whole list when asked to, whatever page is shown', async () => {
    const query = gql(`query ($first: Int, $last: Int, $filter: ImageFilterInput) {
      images(first: $first, last: $last, filter: $filter) { totalCount }
    }`);
    const total = async (variables: VariablesOf<typeof query>) =>
      (await run(gateway, query, variables)).images.totalCount;
    expect(await total({})).toBe(ROWS);
    expect(await total({ first: 0 })).toBe(ROWS);
    expect(await total({ last: 3, filter: { diskFormat: { eq: 'raw' } } })).toBe(ROWS / 2);
    expect(await total({ filter: { or: [] } })).toBe(0);
  });

  test('gives the same order on one page as on many', async () => {
    const order = sort({ NAME: 'DESC', SIZE: 'ASC' });
    const [whole, walked] = [await page({ sort: order, first: 1000 }), await walk({ sort: order, first: 7 })];
    expect(whole.edges.map((edge) => edge.node)).toEqual(walked);
  });

  test('continues after any image of a page', async () => {
    const { edges } = await page({ sort: sort({ NAME: 'ASC' }), first: 20 });
    const next = await page({ sort: sort({ NAME: 'ASC' }), first: 5, after: edges[4].cursor });
    expect(next.edges).toEqual(edges.slice(5, 10));
  });

  test('walks through what a filter finds', async () => {
    const filter = { diskFormat: { eq: 'raw' }, name: { isNull: true } };
    const seen = await walk({ filter, sort: sort({ SIZE: 'DESC' }), first: 9 });
    expect(new Set(seen.map(({ id }) => id))).toEqual(
      new Set(images.filter(({ diskFormat }) => diskFormat === 'raw').map(({ id }) => id)),
    );
  });

  test('misses nothing and repeats nothing when the image of the cursor is deleted on the way', async () => {
    const id = await createImage(gateway, { name: 'zz-1' });
    await createImage(gateway, { name: 'zz-2' });
    const variables = { filter: { name: { in: ['zz-1', 'zz-2'] } }, sort: sort({ NAME: 'ASC' }), first: 1 };
    const first = await page(variables);
    const drop = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
    await run(gateway, drop, { id });
    const second = await page({ ...variables, after: first.pageInfo.endCursor });
    expect(second.edges.map((edge) => edge.node.name)).toEqual(['zz-2']);
    await run(gateway, drop, { id: second.edges[0].node.id });
  });

  test('gives 25 images when no number is named (C11.8)', async () => {
    const { edges, pageInfo } = await page({});
    expect(edges).toHaveLength(25);
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect((await page({ first: null, sort: null, filter: null, after: null })).edges).toEqual(edges);
  });

  test('tells that a page which holds exactly the rest is the last', async () => {
    expect((await page({ first: ROWS })).pageInfo.hasNextPage).toBe(false);
    expect((await page({ first: ROWS - 1 })).pageInfo.hasNextPage).toBe(true);
  });

  test('gives no images for 0, and says that there are some (C11.8)', async () => {
    expect(await page({ first: 0 })).toEqual({
      edges: [],
      pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  test('gives an empty page for a filter that finds nothing', async () => {
    expect(await page({ filter: { name: { eq: 'nobody' } } })).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  test('takes 1000 images a page', async () => {
    expect((await page({ first: 1000 })).edges).toHaveLength(ROWS);
  });

  test.each([-1, 1001, 2147483647])('refuses %d images a page, naming the maximum', async (first) => {
    expect(await errorOf(gateway, PAGE, { first })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'first',
      constraints: [expect.stringContaining('1000')],
    });
  });

  test('has its numbers from LIMIT_PARAM_DEFAULT and API_LIMIT_MAX', async () => {
    const own = await start({ LIMIT_PARAM_DEFAULT: '3', API_LIMIT_MAX: '5' });
    expect((await run(own, PAGE)).images.edges).toHaveLength(3);
    expect((await run(own, PAGE, { first: 5 })).images.edges).toHaveLength(5);
    expect((await errorOf(own, PAGE, { first: 6 })).constraints).toEqual([expect.stringContaining('5')]);
    const small = await start({ LIMIT_PARAM_DEFAULT: '25', API_LIMIT_MAX: '2' });
    expect((await run(small, PAGE)).images.edges).toHaveLength(2);
  });

  test('refuses a sort key named twice', async () => {
    const twice = ['ASC', 'DESC'].map((direction) => ({ key: 'NAME', direction }));
    expect(await errorOf(gateway, PAGE, { sort: twice })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'sort',
    });
  });

  test.each([[{ key: 'OWNER', direction: 'ASC' }], [{ key: 'NAME', direction: 'asc' }], [{ key: 'NAME' }]])(
    'refuses what is no sort key: %j',
    async (key) => {
      expect((await errorOf(gateway, PAGE, { sort: [key] })).code).toBe('BAD_USER_INPUT');
    },
  );
});

/** The order as promised: null below every value, text by its characters, equal images by id. */
function comparing(order: Order): (one: Image, other: Image) => number {
  const keys: Order = Object.keys(order).length === 0 ? { CREATED_AT: 'DESC' } : order;
  const last = Object.values(keys).at(-1)!;
  return (one, other) => {
    for (const [key, direction] of Object.entries({ ...keys, ...('ID' in keys ? {} : { ID: last }) })) {
      const field = FIELDS[key as Sort['key']];
      const [a, b] = [one[field], other[field]];
      const least = a === b ? 0 : a === null || (b !== null && a < b) ? -1 : 1;
      if (least !== 0) return direction === 'ASC' ? least : -least;
    }
    return 0;
  };
}
