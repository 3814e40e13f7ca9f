import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { createImage, errorOf, graphql, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';

const NAMES = [
  null,
  '',
  'a',
  'A',
  'á',
  'a ',
  ' a',
  'a%',
  'a_',
  'a\\',
  "a'",
  'a"',
  'ab',
  'ß',
  'ss',
  'ubuntu:14.04',
  'in:a,b',
  '2026-01-01',
  '1',
  'NULL',
  '[b]*?^$.(y|z)+',
  'x'.repeat(255),
];
const all = (...but: (string | null)[]) => NAMES.filter((name) => !but.includes(name));

/** A filter, and the NAMES that it finds on every engine. */
const CASES: [object, (string | null)[]][] = [
  [{}, NAMES],
  [{ eq: 'a' }, ['a']],
  [{ eq: 'A' }, ['A']],
  [{ eq: 'á' }, ['á']],
  [{ eq: 'a\u0301' }, []],
  [{ eq: 'a ' }, ['a ']],
  [{ eq: 'a  ' }, []],
  [{ eq: ' a' }, [' a']],
  [{ eq: 'a%' }, ['a%']],
  [{ eq: '%' }, []],
  [{ eq: 'a_' }, ['a_']],
  [{ eq: '_' }, []],
  [{ eq: 'a\\' }, ['a\\']],
  [{ eq: "a'" }, ["a'"]],
  [{ eq: "a' OR '1'='1" }, []],
  [{ eq: 'a"' }, ['a"']],
  [{ eq: 'ß' }, ['ß']],
  [{ eq: 'ubuntu:14.04' }, ['ubuntu:14.04']],
  [{ eq: 'in:a,b' }, ['in:a,b']],
  [{ eq: '2026-01-01' }, ['2026-01-01']],
  [{ eq: '1' }, ['1']],
  [{ eq: '01' }, []],
  [{ eq: 'NULL' }, ['NULL']],
  [{ eq: '' }, ['']],
  [{ eq: null }, [null]],
  [{ eq: 'x'.repeat(255) }, ['x'.repeat(255)]],
  [{ eq: 'x'.repeat(256) }, []],
  [{ eq: 'x'.repeat(100_000) }, []],
  [{ eq: '💿' }, []],
  [{ eq: 'a\ud83d' }, []],
  [{ eq: 'a\u0000' }, []],
  [{ ne: 'a' }, all('a')],
  [{ ne: '' }, all('')],
  [{ ne: null }, all(null)],
  [{ ne: 'x'.repeat(256) }, NAMES],
  [{ ne: '💿' }, NAMES],
  [{ in: [] }, []],
  [{ in: ['a', 'A', 'none'] }, ['a', 'A']],
  [{ in: ['a', 'a'] }, ['a']],
  [{ in: ['💿', 'a', 'x'.repeat(256)] }, ['a']],
  [{ in: ['💿'] }, []],
  [{ in: 'a' }, ['a']],
  [{ notIn: [] }, NAMES],
  [{ notIn: ['a', ''] }, all('a', '')],
  [{ notIn: ['💿', 'x'.repeat(256)] }, NAMES],
  [{ notIn: ['💿', 'a'] }, all('a')],
  [{ isNull: true }, [null]],
  [{ isNull: false }, all(null)],
  [{ isNull: null }, NAMES],
  [{ contains: 'a' }, NAMES.filter((name) => name?.includes('a'))],
  [{ contains: 'A' }, ['A']],
  [{ contains: 'á' }, ['á']],
  [{ contains: 'u0301' }, []],
  [{ contains: '' }, all(null)],
  [{ contains: ' ' }, ['a ', ' a']],
  [{ contains: '%' }, ['a%']],
  [{ contains: '_' }, ['a_']],
  [{ contains: '\\' }, ['a\\']],
  [{ contains: "'" }, ["a'"]],
  [{ contains: 's' }, ['ss']],
  [{ contains: 'n:a' }, ['in:a,b']],
  [{ contains: 'x'.repeat(255) }, ['x'.repeat(255)]],
  [{ contains: 'x'.repeat(256) }, []],
  [{ contains: '💿' }, []],
  [{ contains: 'a\u0000' }, []],
  [{ startsWith: 'a' }, NAMES.filter((name) => name?.startsWith('a'))],
  [{ startsWith: 'A' }, ['A']],
  [{ startsWith: 'á' }, ['á']],
  [{ startsWith: '' }, all(null)],
  [{ startsWith: ' ' }, [' a']],
  [{ startsWith: 'a ' }, ['a ']],
  [{ startsWith: 'a%' }, ['a%']],
  [{ startsWith: 'a_' }, ['a_']],
  [{ startsWith: 'a\\' }, ['a\\']],
  [{ startsWith: '%' }, []],
  [{ startsWith: 'ubuntu:' }, ['ubuntu:14.04']],
  [{ startsWith: '💿' }, []],
  [{ endsWith: 'a' }, ['a', ' a']],
  [{ endsWith: 'A' }, ['A']],
  [{ endsWith: 'á' }, ['á']],
  [{ endsWith: 'ß' }, ['ß']],
  [{ endsWith: '' }, all(null)],
  [{ endsWith: ' ' }, ['a ']],
  [{ endsWith: '%' }, ['a%']],
  [{ endsWith: '_' }, ['a_']],
  [{ endsWith: '\\' }, ['a\\']],
  [{ endsWith: '01' }, ['2026-01-01']],
  [{ endsWith: '💿' }, []],
  [{ equalsIgnoreCase: 'A' }, ['a', 'A']],
  [{ equalsIgnoreCase: 'Á' }, ['á']],
  [{ equalsIgnoreCase: 'A ' }, ['a ']],
  [{ equalsIgnoreCase: 'SS' }, ['ss']],
  [{ equalsIgnoreCase: 'Ubuntu:14.04' }, ['ubuntu:14.04']],
  [{ equalsIgnoreCase: 'ubuntu:14a04' }, []],
  [{ equalsIgnoreCase: '[B]*?^$.(Y|Z)+' }, ['[b]*?^$.(y|z)+']],
  [{ equalsIgnoreCase: '[b]' }, []],
  [{ equalsIgnoreCase: '%' }, []],
  [{ equalsIgnoreCase: "A'" }, ["a'"]],
  [{ equalsIgnoreCase: 'A\\' }, ['a\\']],
  [{ equalsIgnoreCase: '' }, ['']],
  [{ equalsIgnoreCase: 'X'.repeat(255) }, ['x'.repeat(255)]],
  [{ equalsIgnoreCase: 'x'.repeat(256) }, []],
  [{ equalsIgnoreCase: '💿' }, []],
  [{ equalsIgnoreCase: 'a\u0000' }, []],
  [{ containsIgnoreCase: 'A' }, NAMES.filter((name) => name?.toLowerCase().includes('a'))],
  [{ containsIgnoreCase: 'Á' }, ['á']],
  [{ containsIgnoreCase: 'UBUN' }, ['ubuntu:14.04']],
  [{ containsIgnoreCase: ' ' }, ['a ', ' a']],
  [{ containsIgnoreCase: '%' }, ['a%']],
  [{ containsIgnoreCase: '_' }, ['a_']],
  [{ containsIgnoreCase: '\\' }, ['a\\']],
  [{ containsIgnoreCase: '*' }, ['[b]*?^$.(y|z)+']],
  [{ containsIgnoreCase: '?^$.(Y|' }, ['[b]*?^$.(y|z)+']],
  [{ containsIgnoreCase: '.' }, ['ubuntu:14.04', '[b]*?^$.(y|z)+']],
  [{ containsIgnoreCase: '' }, all(null)],
  [{ containsIgnoreCase: 'X'.repeat(255) }, ['x'.repeat(255)]],
  [{ containsIgnoreCase: 'x'.repeat(256) }, []],
  [{ containsIgnoreCase: '💿' }, []],
  [{ containsIgnoreCase: 'a\u0000' }, []],
  [{ containsIgnoreCase: 'A', ne: 'a', notIn: ['ab'], startsWith: 'a', endsWith: ' ' }, ['a ']],
  [{ startsWith: 'a', endsWith: 'b', contains: 'ab' }, ['ab']],
  [{ contains: 'a', ne: 'a', notIn: ['ab'], startsWith: 'a', endsWith: ' ' }, ['a ']],
  [{ eq: 'a', ne: 'a' }, []],
  [{ in: ['a', 'A'], ne: 'A' }, ['a']],
  [{ notIn: ['a'], isNull: false }, all('a', null)],
];

const LIST = gql(`query ($filter: ImageFilterInput) {
  images(filter: $filter, first: 100, sort: { key: NAME, direction: ASC }) { edges { node { name } } } }`);

onEachDatabase('a filter on a text', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
    await Promise.all(NAMES.map((name) => createImage(gateway, { name })));
  });
  const found = async (filter: object | null) =>
    (await run(gateway, LIST, { filter })).images.edges.map((edge) => edge.node.name);

  test.each(CASES)('%j', async (name, expected) => {
    expect((await found({ name })).sort()).toEqual([...expected].sort());
  });

  test.each([null, {}, { name: null }])('finds everything for an empty filter: %j', async (filter) => {
    expect(await found(filter)).toHaveLength(NAMES.length);
  });

  test('takes a thousand values and no more', async () => {
    const values = Array.from({ length: 1001 }, (_, n) => `v${n}`);
    expect(await found({ name: { in: ['a', ...values.slice(0, 999)] } })).toEqual(['a']);
    for (const operator of ['in', 'notIn']) {
      expect(await errorOf(gateway, LIST, { filter: { name: { [operator]: values } } })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: `filter.name.${operator}`,
        constraints: [expect.stringContaining('1000')],
      });
    }
  });

  test.each(CASES)('not %j finds exactly the others', async (name, expected) => {
    expect((await found({ not: { name } })).sort()).toEqual(all(...expected).sort());
  });

  test.each([
    { in: null },
    { notIn: null },
    { contains: null },
    { startsWith: null },
    { endsWith: null },
    { equalsIgnoreCase: null },
    { containsIgnoreCase: null },
  ])('refuses null where a value is required: %j', async (name) => {
    const [operator] = Object.keys(name);
    expect(await errorOf(gateway, LIST, { filter: { name } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: `filter.name.${operator}`,
    });
  });

  test.each([{ name: { eq: 5 } }, { name: { in: [null] } }, { name: { like: 'a' } }, { type: { eq: 'x' } }])(
    'refuses what the schema does not know: %j',
    async (filter) => {
      expect((await errorOf(gateway, LIST, { filter })).code).toBe('BAD_USER_INPUT');
    },
  );

  describe('is the same on', () => {
    test.each([
      ['id', { id: randomUUID().toUpperCase() }],
      ['diskFormat', { diskFormat: 'vhdx' }],
      ['containerFormat', { containerFormat: 'docker' }],
      ['checksum', { checksum: 'c'.repeat(32) }],
      ['owner', { owner: 'Tenant é' }],
    ])('%s', async (field, input: Record<string, string>) => {
      const name = `has ${field}`;
      await createImage(gateway, { name, ...input });
      const only = async (condition: object) => found({ name: { eq: name }, [field]: condition });
      expect(await only({ eq: input[field] })).toEqual([name]);
      const otherCase = input[field].toLowerCase() === input[field] ? 'X' : input[field].toLowerCase();
      // Ids are one space without letter case.
      expect(await only({ eq: otherCase })).toEqual(field === 'id' ? [name] : []);
      expect(await only({ eq: 'y'.repeat(300) })).toEqual([]);
      expect(await only({ notIn: [input[field]] })).toEqual([]);
      expect(await only({ isNull: true })).toEqual([]);
      await run(gateway, gql(`mutation ($id: ID!) { deleteImage(id: $id) { id } }`), {
        id: (
          await run(
            gateway,
            gql(
              'query ($name: String) { images(filter: { name: { eq: $name } }) { edges { node { id } } } }',
            ),
            { name },
          )
        ).images.edges[0].node.id,
      });
    });

    test('status, of which unknown ones find nothing (C11.4)', async () => {
      expect(await found({ status: { eq: 'queued' } })).toHaveLength(NAMES.length);
      expect(await found({ status: { eq: 'Queued' } })).toEqual([]);
      expect(await found({ status: { in: ['available', 'killed'] } })).toEqual([]);
    });
  });

  test('is written into the text of an operation as well', async () => {
    const answer = await graphql(
      gateway,
      gql('{ images(filter: { name: { in: "a" } }) { edges { node { name } } } }'),
    );
    expect(answer.data).toEqual({ images: { edges: [{ node: { name: 'a' } }] } });
  });
});
