import { beforeAll, describe, expect, test } from 'vitest';
import { createImage, dataOf, errorOf } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';

const PAGE = `query ($sort: [ImageSort!], $after: String, $filter: ImageFilterInput) {
  images(first: 1, sort: $sort, after: $after, filter: $filter) { edges { cursor node { name } } } }`;

const read = (cursor: string) => JSON.parse(Buffer.from(cursor, 'base64url').toString());
const write = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');

onEachDatabase('a cursor', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
    for (const name of ['one', 'two', 'three']) await createImage(gateway, { name, size: 5 });
  });
  const cursorBy = async (key: string, direction = 'ASC'): Promise<string> =>
    (await dataOf(gateway, PAGE, { sort: { key, direction } })).images.edges[0].cursor;
  const refusal = (after: string, key: string, direction = 'ASC') =>
    errorOf(gateway, PAGE, { sort: { key, direction }, after });
  const invalid = { code: 'INVALID_CURSOR' };

  test('is good for its sort order, with another filter too', async () => {
    const sort = { key: 'NAME', direction: 'ASC' };
    const after = await cursorBy('NAME');
    const { images } = await dataOf(gateway, PAGE, { sort, after, filter: { name: { ne: 'three' } } });
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

  test('is refused as `before` too, by that name', async () => {
    const query = 'query ($c: String) { images(last: 1, before: $c) { edges { cursor } } }';
    expect(await errorOf(gateway, query, { c: 'x' })).toEqual({ ...invalid, field: 'before' });
  });

  describe('is refused when it was forged', () => {
    test.each([
      ['another version', (content: any[]) => [2, ...content.slice(1)]],
      ['a value too many', (content: any[]) => [...content, 'x']],
      ['a value too few', (content: any[]) => content.slice(0, -1)],
      ['a number for the name', (content: any[]) => content.with(2, 5)],
      ['a list for the name', (content: any[]) => content.with(2, ['one'])],
      ['an object for the name', (content: any[]) => content.with(2, { toString: 'x' })],
      ['true for the name', (content: any[]) => content.with(2, true)],
      ['null for the id', (content: any[]) => content.with(3, null)],
      ['a number for the id', (content: any[]) => content.with(3, 0)],
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
    ])('in %s with %j', async (key, value) => {
      expect(await refusal(write(read(await cursorBy(key)).with(2, value)), key)).toMatchObject(invalid);
    });
  });
});
