import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { as, createImage, errorOf, run, sendText } from '../support/client.js';
import { onEachDatabase, onMysql, onServer, type TestGateway } from '../support/gateway.js';
import { addGlanceImage, makeGlanceDatabase } from '../support/glance-database.js';
import { gql, type VariablesOf } from '../support/gql.js';

/** A tenant's name as bytes of UTF-8, which a header carries as Latin-1. */
const FOUR_BYTES = Buffer.from('😀').toString('latin1');

const PAGE = gql(`query ($sort: [ImageSort!], $after: String, $filter: ImageFilterInput) {
  images(first: 1, sort: $sort, after: $after, filter: $filter) { edges { cursor node { name } } } }`);

const read = (cursor: string) => JSON.parse(Buffer.from(cursor, 'base64url').toString());
const write = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');

type Sort = NonNullable<VariablesOf<typeof PAGE>['sort']>[number];

onEachDatabase('a cursor', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
    for (const name of ['one', 'two', 'three']) await createImage(gateway, { name, size: 5 });
  });
  const cursorBy = async (key: Sort['key'], direction: Sort['direction'] = 'ASC'): Promise<string> =>
    (await run(gateway, PAGE, { sort: [{ key, direction }] })).images.edges[0].cursor;
  const refusal = (after: string, key: Sort['key'], direction: Sort['direction'] = 'ASC') =>
    errorOf(gateway, PAGE, { sort: [{ key, direction }], after });
  const invalid = { code: 'INVALID_CURSOR' };

  test('is good for its sort order, with another filter too', async () => {
    const sort = [{ key: 'NAME', direction: 'ASC' } as const];
    const after = await cursorBy('NAME');
    const { images } = await run(gateway, PAGE, { sort, after, filter: { name: { ne: 'three' } } });
    expect(images.edges[0].node.name).toBe('two');
  });

  test('is refused for another key, another direction, and another number of keys', async () => {
    const after = await cursorBy('NAME');
    expect(await refusal(after, 'STATUS')).toMatchObject(invalid);
    expect(await refusal(after, 'NAME', 'DESC')).toMatchObject(invalid);
    const sort = [
      { key: 'NAME', direction: 'ASC' },
      { key: 'SIZE', direction: 'ASC' },
    ];
    expect(await errorOf(gateway, PAGE, { sort, after })).toMatchObject(invalid);
    expect(await errorOf(gateway, PAGE, { after })).toMatchObject(invalid);
  });

  test.each([
    ['empty', ''],
    ['of blanks', '   '],
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('{[').toString('base64url')],
    ['a number', write(5)],
    ['null', write(null)],
    ['an object', write({ length: 4 })],
    ['an empty list', write([])],
    ['deeply nested', Buffer.from('['.repeat(3000)).toString('base64url')],
    ['huge', 'A'.repeat(100_000)],
    ['an image id', '71c675ab-d94f-49cd-a114-e12490b328d9'],
    ['broken UTF-8', Buffer.from([0xff, 0xfe, 0x5b]).toString('base64url')],
  ])('is refused when it is %s', async (_, after) => {
    expect(await refusal(after, 'NAME')).toMatchObject(invalid);
  });

  test('is refused when it is cut short at any place', async () => {
    const after = await cursorBy('NAME');
    for (let length = 0; length < after.length; length += 7)
      expect(await refusal(after.slice(0, length), 'NAME')).toMatchObject(invalid);
  });

  test.each([
    ['a blank', (cursor: string) => ` ${cursor}`],
    ['a line break inside', (cursor: string) => `${cursor.slice(0, 4)}\n${cursor.slice(4)}`],
    ['padding', (cursor: string) => `${cursor}==`],
    ['characters that are no base64', (cursor: string) => `${cursor}!*`],
    ['one character more', (cursor: string) => `${cursor}A`],
    ['the other base64', (cursor: string) => Buffer.from(cursor, 'base64url').toString('base64') + '='],
    [
      'blanks in its content',
      (cursor: string) => Buffer.from(JSON.stringify(read(cursor), null, 1)).toString('base64url'),
    ],
  ])('is refused with %s, though the content is the same', async (_, change) => {
    expect(await refusal(change(await cursorBy('NAME')), 'NAME')).toMatchObject(invalid);
  });

  test.each([null, -1, 1.5, 2 ** 53, '1', '😀', [1]])(
    'of memberships is refused with the place %j',
    async (place) => {
      const query = gql('query ($c: String) { sharedImages(memberId: "m", after: $c) { edges { cursor } } }');
      expect(await errorOf(gateway, query, { c: write([1, 'members', place]) })).toMatchObject(invalid);
    },
  );

  test('is refused as `before` too, by that name', async () => {
    const query = gql('query ($c: String) { images(last: 1, before: $c) { edges { cursor } } }');
    expect(await errorOf(gateway, query, { c: 'x' })).toEqual({ ...invalid, field: 'before' });
  });

  describe('is refused when it was forged', () => {
    test.each([
      ['another version', (content: unknown[]) => [2, ...content.slice(1)]],
      ['a value too many', (content: unknown[]) => [...content, 'x']],
      ['a value too few', (content: unknown[]) => content.slice(0, -1)],
      ['a number for the name', (content: unknown[]) => content.with(2, 5)],
      ['a list for the name', (content: unknown[]) => content.with(2, ['one'])],
      ['an object for the name', (content: unknown[]) => content.with(2, { toString: 'x' })],
      ['true for the name', (content: unknown[]) => content.with(2, true)],
      ['null for the id', (content: unknown[]) => content.with(3, null)],
      ['a number for the id', (content: unknown[]) => content.with(3, 0)],
    ])('with %s', async (_, forge) => {
      expect(await refusal(write(forge(read(await cursorBy('NAME')))), 'NAME')).toMatchObject(invalid);
    });

    test.each([
      ['CREATED_AT', null],
      ['CREATED_AT', 1772359200],
      ['CREATED_AT', 'now()'],
      ['CREATED_AT', '2026-99-99 99:99:99.000000'],
      ['UPDATED_AT', '2026-02-30 10:00:00'],
      ['UPDATED_AT', '2026-03-01'],
      ['STATUS', null],
      ['SIZE', '5; DROP TABLE images'],
      ['SIZE', 1.5],
      ['SIZE', '99999999999999999999'],
      ['ID', null],
      ['NAME', 'x'.repeat(256)],
      ['NAME', '😀'],
      ['NAME', '\ud800'],
      ['NAME', 'a\0b'],
      ['STATUS', 'x'.repeat(31)],
      ['DISK_FORMAT', '🐧'],
      ['CONTAINER_FORMAT', 'x'.repeat(21)],
      ['ID', 'x'.repeat(37)],
      ['ID', '\udc00'],
      ['SIZE', '9223372036854775808'],
      ['SIZE', '-9223372036854775809'],
      ['SIZE', '0000000000000000005'],
      ['SIZE', 2 ** 53],
      ['CREATED_AT', '0000-00-00 00:00:00.000000'],
      ['CREATED_AT', '0001-01-01 00:00:00.000000'],
      ['CREATED_AT', '2026-01-01 24:00:00.000000'],
      ['UPDATED_AT', 'NaN'],
    ] as const)('in %s with %j', async (key, value) => {
      expect(await refusal(write(read(await cursorBy(key)).with(2, value)), key)).toMatchObject(invalid);
    });
  });
});

onMysql("a cursor on Glance's tables", (start) => {
  let gateway: TestGateway;
  let database: string;
  beforeAll(async () => {
    database = await makeGlanceDatabase();
    await addGlanceImage(database, { name: 'one' });
    gateway = await start({ DATABASE_URL: `${inject('mysqlServer')}/${database}`, AUTH: 'trusted' });
  });
  afterAll(() => onServer(`DROP DATABASE ${database}`));

  test.each([
    ['NAME', '😀'],
    ['STATUS', '😀'],
    ['DISK_FORMAT', '\ud83d'],
    ['ID', '😀'],
  ])('is refused if its %s is a value that these tables cannot hold', async (key, value) => {
    const sort = { key, direction: 'ASC' };
    const content = [
      1,
      key === 'ID' ? 'id' : `${key === 'DISK_FORMAT' ? 'diskFormat' : key.toLowerCase()},id`,
      value,
    ];
    const after = write(key === 'ID' ? content : [...content, 'x']);
    expect(await errorOf(gateway, PAGE, { sort, after }, as('t'))).toEqual({
      code: 'INVALID_CURSOR',
      field: 'after',
    });
  });

  test('is not needed by a tenant whose name these tables cannot hold: he sees the public images', async () => {
    const { images } = await run(gateway, PAGE, {}, as(FOUR_BYTES));
    expect(images.edges.map(({ node }) => node.name)).toEqual(['one']);
    const queries = [
      '{ images(memberStatus: ALL, filter: { owner: { eq: "😀" } }) { totalCount edges { cursor } } }',
      '{ images(filter: { owner: { in: ["😀", "\\u{1f600}x"] } }) { totalCount } }',
      '{ sharedImages(memberId: "😀") { edges { cursor } } }',
      '{ viewer { quota { storage { used } images { used } } } }',
      '{ images { edges { node { permissions { canShare } members { memberId } } } } }',
    ];
    for (const tenant of ['plain', FOUR_BYTES]) {
      for (const query of queries) {
        const answer = await sendText(gateway, query, {}, as(tenant));
        expect(answer.errors, `${query} of ${tenant}`).toBeUndefined();
      }
    }
  });
});
