import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { createImage, graphql, run, sendText } from '../../support/client.js';
import { onSqlite, type TestGateway } from '../../support/gateway.js';
import { gql } from '../../support/gql.js';

/** The number of operations, and the seed; more runs and other seeds find more. */
const RUNS = Number(process.env.COST_RUNS ?? 60);
const SEED = Number(process.env.COST_SEED ?? 20261128);

const IMAGES = 12;
const LIMIT = 120;

/** The text of an argument of a page, and the value of its variable. */
type Size = { text: string; declared?: string; value?: number | null };

function sizes(name: string): fc.Arbitrary<Size> {
  const value = fc.oneof(fc.integer({ min: 0, max: 14 }), fc.constant(null));
  return fc.oneof(
    { arbitrary: fc.constant({ text: '' }), weight: 3 },
    { arbitrary: value.map((size) => ({ text: `${name}: ${size}` })), weight: 3 },
    {
      arbitrary: value.map((size) => ({ text: `${name}: $V`, declared: '$V: Int', value: size })),
      weight: 3,
    },
    value.map((size) => ({ text: `${name}: $V`, declared: `$V: Int = ${size}` })),
    fc.constant({ text: `${name}: $V`, declared: '$V: Int' }),
  );
}

interface WantedPage {
  first: Size;
  last: Size;
  lists: string[];
  shape: 'plain' | 'fragment' | 'included' | 'edges twice';
}

const LISTS = [
  'properties { name }',
  'more: properties { value }',
  'tags',
  'again: tags',
  'members { memberId }',
];

const pages: fc.Arbitrary<WantedPage[]> = fc.array(
  fc.record({
    first: sizes('first'),
    last: sizes('last'),
    lists: fc.subarray(LISTS),
    shape: fc.constantFrom('plain', 'fragment', 'included', 'edges twice') as fc.Arbitrary<
      WantedPage['shape']
    >,
  }),
  { minLength: 1, maxLength: 4 },
);

onSqlite('the cost of a query', (start) => {
  let gateway: TestGateway;
  let generous: TestGateway;
  beforeAll(async () => {
    const options = { QUERY_COST_SHOWN: 'true', LIMIT_PARAM_DEFAULT: '4', API_LIMIT_MAX: '10' };
    gateway = await start({ ...options, QUERY_COST_LIMIT: String(LIMIT) });
    generous = await start({ ...options, QUERY_COST_LIMIT: '1000000' });
    for (let n = 0; n < IMAGES; n += 1) {
      const properties = Array.from({ length: n * 2 }, (_, k) => ({ name: `p${k}`, value: 'v' }));
      await createImage(gateway, { properties, tags: Array.from({ length: 12 - n }, (_, k) => `t${k}`) });
    }
  });

  test(
    'is never below the number of rows in the answer, in whatever form the page size is given',
    async () => {
      let answered = 0;
      await fc.assert(
        fc.asyncProperty(pages, async (wanted) => {
          const { query, variables } = written(wanted);
          const whole = await sendText(generous, query, variables);
          if (!whole.errors) {
            answered += 1;
            expect(whole.extensions!.cost.actual, query).toBeGreaterThanOrEqual(rows(whole.data));
          }
          const answer = await sendText(gateway, query, variables);
          expect(rows(answer.data), query).toBeLessThanOrEqual(LIMIT);
          if (answer.errors && !whole.errors)
            expect(answer.errors[0].extensions.code, query).toBe('QUERY_TOO_COSTLY');
          else if (!whole.errors) expect(answer.data, query).toEqual(whole.data);
        }),
        { numRuns: RUNS, seed: SEED },
      );
      expect(answered).toBeGreaterThan(RUNS / 5);
    },
    60_000 + RUNS * 500,
  );

  test.each([
    ['null beside the other', '{ images(first: null, last: 10) { edges { cursor } } }', {}, 11],
    [
      'null beside the other, in variables',
      'query ($f: Int, $l: Int) { images(first: $f, last: $l) { edges { cursor } } }',
      { f: null, l: 10 },
      11,
    ],
    [
      'a variable that is not given beside the other',
      'query ($f: Int) { images(first: $f, last: 9) { edges { cursor } } }',
      {},
      10,
    ],
    [
      'a default of null',
      'query ($f: Int = null) { images(first: $f, last: 8) { edges { cursor } } }',
      {},
      9,
    ],
    ['null for both', '{ images(first: null, last: null) { edges { cursor } } }', {}, 5],
    [
      'edges that are left out',
      'query ($no: Boolean = false) { images(first: 3) { edges @include(if: $no) { cursor } } }',
      {},
      4,
    ],
    ['a search', '{ images(first: 3, search: "a") { edges { cursor } } }', {}, 504],
    [
      'a search in a variable',
      'query ($s: String) { images(first: 3, search: $s) { edges { cursor } } }',
      { s: 'a' },
      504,
    ],
    [
      'no search for null',
      'query ($s: String) { images(first: 3, search: $s) { edges { cursor } } }',
      { s: null },
      4,
    ],
    ['counts by fields', '{ imageCounts(by: [STATUS, HIDDEN]) { count } }', {}, 30],
    [
      'counts by fields of what a search finds',
      '{ imageCounts(by: [STATUS], search: "a") { count } }',
      {},
      530,
    ],
    [
      'a filter that no index serves, once for the page and once for the count',
      '{ images(first: 3, filter: { name: { contains: "a" } }) { totalCount edges { cursor } } }',
      {},
      1004,
    ],
    [
      'a filter that no index serves, for its count alone',
      'query ($f: ImageFilterInput) { images(filter: $f) { ...c } } fragment c on ImageConnection { totalCount }',
      { f: { and: [{ status: { eq: 'active' } }, { name: { endsWith: 'a' } }] } },
      501,
    ],
    [
      'a filter that no index serves, with one part in a variable',
      `query ($t: String) {
        images(first: 3, filter: { and: { properties: { name: "a", value: { contains: $t } } } }) { ...e }
      } fragment e on ImageConnection { ... { edges { cursor } } }`,
      { t: 'x' },
      504,
    ],
    [
      'different columns, of which either may hold',
      '{ images(first: 3, filter: { or: [{ id: { eq: "a" } }, { checksum: { eq: "b" } }] }) { edges { cursor } } }',
      {},
      504,
    ],
    [
      'a negation',
      '{ images(first: 3, filter: { not: { status: { eq: "active" } } }) { edges { cursor } } }',
      {},
      504,
    ],
    [
      'a column without an index',
      '{ images(first: 3, filter: { minDisk: { gt: 3 } }) { edges { cursor } } }',
      {},
      504,
    ],
    [
      'an order by two columns',
      '{ images(first: 3, sort: [{ key: NAME, direction: ASC }, { key: SIZE, direction: ASC }]) { edges { cursor } } }',
      {},
      504,
    ],
    [
      'no walk where one condition is met by few images',
      '{ images(first: 3, filter: { name: { eq: "a" }, tags: { all: ["x"] }, not: { size: { gt: 1 } } }) { edges { cursor } } }',
      {},
      4,
    ],
    [
      'no walk where indexes serve the filter',
      `{ images(first: 3, filter: { status: { ne: "killed", in: ["active"] }, name: { startsWith: "a" },
        properties: [{ name: "a", value: { eq: "b" } }] }, sort: [{ key: NAME, direction: ASC }, { key: ID, direction: ASC }])
        { totalCount edges { cursor } } }`,
      {},
      14,
    ],
    ['suggestions', '{ imageTags { value } imagePropertyValues(name: "x") { value } }', {}, 20],
    ['owners', '{ owners(first: 3) { edges { node { tenant } } } }', {}, 33],
    ['edges twice', '{ images(first: 3) { edges { cursor } more: edges { cursor } } }', {}, 7],
  ])('counts %s', async (_, query, variables, cost) => {
    const answer = await sendText(generous, query, variables);
    expect(answer.errors).toBeUndefined();
    expect(answer.extensions!.cost.actual).toBe(cost);
  });

  test('of a page with both `first` and `last` is that of the largest page, and the error names the fault', async () => {
    const answer = await graphql(generous, gql('{ images(first: 1, last: 1) { edges { cursor } } }'));
    expect(answer.extensions!.cost.actual).toBe(11);
    expect(answer.errors![0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'last' });
  });

  test('is refused once the lists within images exceed the rows that it may have, but a mutation is not', async () => {
    const few = gql('{ images(first: 10) { edges { node { id } } } }');
    const many = gql('{ images(first: 10) { edges { node { properties { name } tags } } } }');
    expect((await run(gateway, few)).images.edges).toHaveLength(10);
    const refused = await graphql(gateway, many);
    expect(refused.errors).toMatchObject([
      {
        message: `The operation costs more than ${LIMIT}; at most ${LIMIT} is allowed. Ask for smaller pages.`,
        path: ['images'],
        extensions: { code: 'QUERY_TOO_COSTLY' },
      },
    ]);
    const five = Array.from({ length: 13 }, (_, n) => `a${n}: properties { name }`).join(' ');
    const id = await createImage(gateway, {
      properties: Array.from({ length: 10 }, (_, n) => ({ name: `${n}`, value: '' })),
    });
    const within = await sendText(gateway, `{ image(id: "${id}") { ${five} } }`);
    expect(within.errors?.[0].extensions).toEqual({ code: 'QUERY_TOO_COSTLY' });
    const { data } = await sendText(
      gateway,
      `mutation { addImageTag(imageId: "${id}", tag: "x") { tags ${five} } }`,
    );
    expect(data).toMatchObject({ addImageTag: { tags: ['x'], a12: { length: 10 } } });
  });
});

function written(wanted: readonly WantedPage[]): { query: string; variables: Record<string, unknown> } {
  const declared: string[] = [];
  const variables: Record<string, unknown> = {};
  const fields = wanted.map(({ first, last, lists, shape }, nth) => {
    const args = [first, last].map(({ text, declared: own, value }, end) => {
      const name = `v${nth}_${end}`;
      if (own) declared.push(own.replace('V', name));
      if (own && value !== undefined) variables[name] = value;
      return text.replace('V', name);
    });
    const listed = args.filter(Boolean).join(', ');
    const node = `{ node { id ${lists.join(' ')} } }`;
    const edges = {
      plain: `edges ${node}`,
      fragment: `... { ... on ImageConnection { edges ${node} } }`,
      included: `edges @include(if: true) ${node}`,
      'edges twice': `edges ${node} more: edges ${node}`,
    }[shape];
    return `q${nth}: images${listed ? `(${listed})` : ''} { ${edges} }`;
  });
  const head = declared.length > 0 ? `query (${declared.join(', ')}) ` : '';
  return { query: `${head}{ ${fields.join(' ')} }`, variables };
}

/** Counts the elements of all lists of an answer. */
function rows(data: unknown): number {
  if (typeof data !== 'object' || data === null) return 0;
  const own = Array.isArray(data) ? data.length : 0;
  return Object.values(data).reduce((sum: number, each) => sum + rows(each), own);
}
