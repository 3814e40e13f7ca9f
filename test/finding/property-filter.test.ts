import { beforeAll, expect, test } from 'vitest';
import { createImage, errorOf, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import type { ImageFilterInput, PropertyFilterInput, StringFilter } from '../support/operations.js';
import { sql } from '../support/sql.js';

const IMAGES: Record<string, Record<string, string>> = {
  none: {},
  linux: { os: 'linux', arch: 'x86' },
  Linux: { os: 'Linux', arch: 'arm' },
  empty: { os: '' },
  blank: { os: 'linux ' },
  cased: { OS: 'linux' },
  long: { os: 'x'.repeat(65535) },
  removed: { os: 'linux' },
  valueless: { os: 'linux' },
};
const all = (...but: string[]) => Object.keys(IMAGES).filter((name) => !but.includes(name));
const os = (value: StringFilter) => [{ name: 'os', value }];

const CASES: [PropertyFilterInput[], string[]][] = [
  [[], all()],
  [os({ eq: 'linux' }), ['linux']],
  [os({ eq: 'Linux' }), ['Linux']],
  [os({ eq: 'linux ' }), ['blank']],
  [os({ eq: '' }), ['empty']],
  [os({ eq: 'linu_' }), []],
  [os({ eq: '%' }), []],
  [os({ eq: 'x'.repeat(65535) }), ['long']],
  [os({ eq: 'x'.repeat(65536) }), []],
  [os({ eq: '💿' }), []],
  [os({ eq: null }), ['none', 'cased', 'removed', 'valueless']],
  [os({ ne: 'linux' }), all('linux')],
  [os({ ne: null }), ['linux', 'Linux', 'empty', 'blank', 'long']],
  [os({ ne: '💿' }), all()],
  [os({ in: ['linux', 'Linux'] }), ['linux', 'Linux']],
  [os({ in: [] }), []],
  [os({ notIn: ['linux', 'Linux'] }), all('linux', 'Linux')],
  [os({ notIn: [] }), all()],
  [os({ isNull: true }), ['none', 'cased', 'removed', 'valueless']],
  [os({ isNull: false }), ['linux', 'Linux', 'empty', 'blank', 'long']],
  [os({ contains: 'inu' }), ['linux', 'Linux', 'blank']],
  [os({ contains: '%' }), []],
  [os({ contains: '' }), ['linux', 'Linux', 'empty', 'blank', 'long']],
  [os({ startsWith: 'li' }), ['linux', 'blank']],
  [os({ startsWith: 'x'.repeat(65535) }), ['long']],
  [os({ endsWith: 'x ' }), ['blank']],
  [os({ endsWith: '💿' }), []],
  [os({ equalsIgnoreCase: 'LINUX' }), ['linux', 'Linux']],
  [os({ containsIgnoreCase: 'INU' }), ['linux', 'Linux', 'blank']],
  [os({ containsIgnoreCase: 'X'.repeat(255) }), ['long']],
  [os({ startsWith: 'l', endsWith: 'x' }), ['linux']],
  [os({ ne: 'linux', isNull: false }), ['Linux', 'empty', 'blank', 'long']],
  [[{ name: 'os', exists: true }], ['linux', 'Linux', 'empty', 'blank', 'long', 'valueless']],
  [[{ name: 'os', exists: false }], ['none', 'cased', 'removed']],
  [[{ name: 'os', exists: true, value: { isNull: true } }], ['valueless']],
  [[{ name: 'os', exists: false, value: { eq: 'linux' } }], []],
  [[{ name: 'OS', value: { eq: 'linux' } }], ['cased']],
  [[{ name: 'os ', exists: true }], []],
  [[{ name: 'o%', exists: true }], []],
  [[{ name: 'n'.repeat(256), exists: true }], []],
  [[{ name: 'n'.repeat(256), exists: false }], all()],
  [[{ name: '💿', value: { eq: 'linux' } }], []],
  [[...os({ in: ['linux', 'Linux'] }), { name: 'arch', value: { eq: 'arm' } }], ['Linux']],
  [[...os({ eq: 'linux' }), { name: 'arch', exists: false }], []],
  [
    [...os({ ne: 'linux' }), ...os({ ne: 'Linux' }), { name: 'os', exists: true }],
    ['empty', 'blank', 'long', 'valueless'],
  ],
  [Array.from({ length: 16 }, () => os({ eq: 'linux' })[0]), ['linux']],
];

const LIST = gql('query ($filter: ImageFilterInput) { images(filter: $filter) { edges { node { name } } } }');

onEachDatabase('a filter on properties (C11.4)', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
    for (const [name, properties] of Object.entries(IMAGES)) {
      const list = Object.entries(properties).map(([key, value]) => ({ name: key, value }));
      const id = await createImage(gateway, { name, properties: list });
      if (name === 'removed') {
        const remove = gql(
          'mutation ($id: ID!) { updateImage(id: $id, input: { properties: { remove: ["os"] } }) { id } }',
        );
        await run(gateway, remove, { id });
      }
      if (name === 'valueless')
        await sql(place, `UPDATE image_properties SET value = NULL WHERE image_id = '${id}'`);
    }
  });
  const found = async (filter: ImageFilterInput) =>
    (await run(gateway, LIST, { filter })).images.edges.map((edge) => edge.node.name).sort();
  const refusal = (properties: object[]) => errorOf(gateway, LIST, { filter: { properties } });

  test.each(
    CASES.map(([filter, expected]) => [JSON.stringify(filter).slice(0, 150), filter, expected] as const),
  )('%s', async (_, properties, expected) => {
    expect(await found({ properties })).toEqual([...expected].sort());
  });

  test.each(
    CASES.map(([filter, expected]) => [JSON.stringify(filter).slice(0, 150), filter, expected] as const),
  )('not %s finds exactly the others', async (_, properties, expected) => {
    expect(await found({ not: { properties } })).toEqual(all(...expected).sort());
  });

  test('holds together with the other conditions', async () => {
    const filter = { name: { in: ['linux', 'none'] }, properties: [{ name: 'os', exists: true }] };
    expect(await found(filter)).toEqual(['linux']);
  });

  test.each([
    { name: 'os' },
    { name: 'os', exists: null },
    { name: 'os', value: {} },
    { name: 'os', value: null },
    { name: 'os', value: { isNull: null } },
  ])('is refused when it says nothing: %j', async (condition) => {
    expect(await refusal([condition])).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'filter.properties[0]',
    });
  });

  test('is refused for more than 16 properties', async () => {
    const properties = Array.from({ length: 17 }, () => os({ eq: 'linux' })[0]);
    expect(await refusal(properties)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'filter.properties',
      constraints: [expect.stringContaining('16')],
    });
  });

  test.each(['in', 'notIn'])('is refused for more than 1000 values in %s', async (operator) => {
    const values = Array.from({ length: 1001 }, (_, n) => `v${n}`);
    expect(await refusal(os({ [operator]: values }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: `filter.properties[0].value.${operator}`,
    });
  });

  test.each(['equalsIgnoreCase', 'containsIgnoreCase'])(
    'is refused for more than 255 characters in %s',
    async (operator) => {
      expect(await refusal(os({ [operator]: 'x'.repeat(256) }))).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: `filter.properties[0].value.${operator}`,
        constraints: [expect.stringContaining('255')],
      });
    },
  );

  test.each(['in', 'notIn'])('is refused for null as the list of %s', async (operator) => {
    expect(await refusal(os({ [operator]: null }))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: `filter.properties[0].value.${operator}`,
    });
  });
});
