import { beforeAll, expect, test } from 'vitest';
import { as, createActiveImage, createImage, errorOf, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql, type ResultOf } from '../support/gql.js';
import { sql } from '../support/sql.js';

const ID = 'abcd1234-0000-4000-8000-00000000ef01';

const LIST = gql(`query ($search: String, $filter: ImageFilterInput, $first: Int, $after: String) {
  images(search: $search, filter: $filter, first: $first, after: $after, sort: { key: NAME, direction: ASC }) {
    totalCount pageInfo { endCursor hasNextPage } edges { node { name checksum hash { value } } }
  }
}`);

const PAGE =
  gql(`query ($search: String, $sort: [ImageSort!], $first: Int, $after: String, $last: Int, $before: String) {
  images(search: $search, sort: $sort, first: $first, after: $after, last: $last, before: $before) {
    pageInfo { startCursor endCursor } edges { node { id } }
  }
}`);

onEachDatabase('a search', (start, place) => {
  let gateway: TestGateway;
  const admin = as('operators', 'admin');
  beforeAll(async () => {
    gateway = await start({ AUTH: 'trusted' });
    const create = (name: string | null, more: object = {}, who = as('Acme')) =>
      createImage(gateway, { name, ...more }, who);
    await create('Debian 13', { tags: ['LTS', 'cloud'], id: ID });
    await create('debian 12', { tags: ['web server'] });
    await create('ÄRGER_1', { tags: ['100%'] });
    await create('arger 1');
    await create('Straße');
    await create(null, { tags: ['nameless'] }, as('beta'));
    await create('secret', { properties: [{ name: 'os', value: 'plan9' }] }, as('beta'));
    await createActiveImage(gateway, 'data', { name: 'full' }, as('beta'));
    const removed = await create('removed tag', { tags: ['gone'] });
    await sql(place, `UPDATE image_tags SET deleted = 1 WHERE image_id = '${removed}'`);
  });
  const found = async (search: string | null, who = admin, filter = {}) => {
    const { totalCount, edges } = (await run(gateway, LIST, { search, filter }, who)).images;
    expect(totalCount).toBe(edges.length);
    return edges.map(({ node }) => node.name);
  };

  test.each([
    ['part of a name', 'ebia', ['Debian 13', 'debian 12']],
    ['part of a name in any letter case', 'DEBIAN', ['Debian 13', 'debian 12']],
    ['a letter that is not of ASCII', 'ärger', ['ÄRGER_1']],
    ['a letter without its accent', 'arger', ['arger 1']],
    ['ß', 'STRAẞE', ['Straße']],
    ['part of a tag', 'lts', ['Debian 13']],
    ['a tag of an image without a name', 'NAMELESS', [null]],
    ['a removed tag', 'gone', []],
    ['part of an owner', 'CM', ['Debian 13', 'Straße', 'arger 1', 'debian 12', 'removed tag', 'ÄRGER_1']],
    ['the beginning of an id', 'ABCD1234-0000', ['Debian 13']],
    ['another part of an id', '4000-8000-00000000ef01', []],
    ['several words in several places', '13 lts acme abcd', ['Debian 13']],
    ['words of which one is nowhere', 'debian nowhere web', []],
    ['the words of a tag', 'server web', ['debian 12']],
    ['%', '%', ['ÄRGER_1']],
    ['_', '_', ['ÄRGER_1']],
    ['*', '*', []],
    ['.', '.', []],
    ['a character that no text can hold', '💿', []],
    ['a property', 'plan9', []],
    ['a word longer than an id', `${ID}0`, []],
  ])('finds %s', async (_, search, names) => {
    expect(await found(search)).toEqual(names);
  });

  test('finds the beginning of a checksum and of a second digest', async () => {
    const { node } = (await run(gateway, LIST, { search: 'full' }, admin)).images.edges[0];
    for (const digest of [node.checksum!, node.hash!.value]) {
      expect(await found(digest.slice(0, 100))).toEqual(['full']);
      expect(await found(digest.slice(0, 9).toUpperCase())).toEqual(['full']);
      expect(await found(digest.slice(1, 100))).toEqual([]);
    }
  });

  test.each([null, '', '   '])('without a word finds everything: %j', async (search) => {
    expect(await found(search)).toHaveLength(9);
  });

  test('finds only images that the caller may see', async () => {
    expect(await found('debian', as('beta'))).toEqual([]);
    expect(await found('e', as('beta'))).toEqual([null, 'full', 'secret']);
  });

  test('finds only images that pass the filter', async () => {
    expect(await found('debian', admin, { name: { endsWith: '13' } })).toEqual(['Debian 13']);
  });

  test.each([
    ['x'.repeat(101), '100'],
    ['1 2 3 4 5 6 7 8 9', '8'],
  ])('of too much is refused: %s', async (search, limit) => {
    expect(await errorOf(gateway, LIST, { search }, admin)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'search',
      constraints: [expect.stringContaining(limit)],
    });
  });

  test('finds images by more tags than a statement names', async () => {
    for (const name of ['many 1', 'many 2']) {
      const tags = Array.from({ length: 60 }, (_, n) => `${name} ${n} kinds`);
      await createImage(gateway, { name, tags }, as('gamma'));
    }
    expect(await found('KINDS', as('gamma'))).toEqual(['many 1', 'many 2']);
    expect(await found('kinds 59 many gamma')).toEqual(['many 1', 'many 2']);
  });

  test.each([
    ['CREATED_AT', 'DESC'],
    ['UPDATED_AT', 'ASC'],
    ['NAME', 'DESC'],
    ['SIZE', 'ASC'],
    ['STATUS', 'DESC'],
    ['ID', 'ASC'],
  ] as const)('finds each image once, sorted by %s %s, from both ends', async (key, direction) => {
    const sort = [{ key, direction }];
    const page = async (sides: {
      first?: number;
      last?: number;
      after?: string | null;
      before?: string | null;
    }) => (await run(gateway, PAGE, { search: 'a', sort, ...sides }, admin)).images;
    const whole = (await page({ first: 100 })).edges.map(({ node }) => node.id);
    expect(whole.length).toBeGreaterThan(5);
    expect(new Set(whole).size).toBe(whole.length);
    expect((await page({ last: 100 })).edges.map(({ node }) => node.id)).toEqual(whole);
    const start = await page({ first: 3 });
    const next = await page({ first: 3, after: start.pageInfo.endCursor });
    expect([...start.edges, ...next.edges].map(({ node }) => node.id)).toEqual(whole.slice(0, 6));
    const back = await page({ last: 3, before: next.pageInfo.startCursor });
    expect(back).toEqual(start);
  });

  test('takes eight words, and the same word again', async () => {
    expect(await found('deb ebi bia ian de eb bi an an')).toEqual(['Debian 13', 'debian 12']);
  });

  test('goes on page by page, with cursors that belong to it', async () => {
    const search = 'acme 1';
    const names: unknown[] = [];
    let after: string | null = null;
    for (let more = true; more;) {
      const answer: ResultOf<typeof LIST> = await run(gateway, LIST, { search, first: 1, after }, admin);
      names.push(...answer.images.edges.map(({ node }) => node.name));
      after = answer.images.pageInfo.endCursor;
      more = answer.images.pageInfo.hasNextPage;
    }
    expect(names).toEqual(await found(search));
    for (const other of [null, 'acme', 'acme 12'])
      expect(await errorOf(gateway, LIST, { search: other, after }, admin)).toMatchObject({
        code: 'INVALID_CURSOR',
        field: 'after',
      });
  });
});
