import { beforeAll, describe, expect, test } from 'vitest';
import { createImage, graphql, type GraphqlAnswer, sendText } from '../support/client.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { sql } from '../support/sql.js';

/** More than it takes until the gateway has compiled a query. */
const USES = 5;

const ID = '00000000-0000-4000-8000-000000000001';

/** A query and its variables. */
const CASES: [string, string, object?][] = [
  ['a plain field', '{ viewer { isAdmin roles } }'],
  ['an image', 'query ($id: ID!) { image(id: $id) { id name size properties { name value } } }', { id: ID }],
  ['no image', 'query ($id: ID!) { image(id: $id) { id } }', { id: 'none' }],
  ['an id as a number', 'query ($id: ID!) { image(id: $id) { id } }', { id: 5 }],
  ['aliases', `{ one: image(id: "${ID}") { a: name b: name } two: image(id: "${ID}") { size } }`],
  ['__typename', `{ __typename image(id: "${ID}") { __typename properties { __typename } } }`],
  [
    'a named fragment',
    `{ image(id: "${ID}") { ...F ...G } } fragment F on Image { name ...G } fragment G on Image { properties { name } }`,
  ],
  [
    'an inline fragment',
    `{ image(id: "${ID}") { ... on Image { name } ... { size properties { value } } ... @include(if: true) { status } } }`,
  ],
  [
    'a field in several places',
    `{ image(id: "${ID}") { name } image(id: "${ID}") { size properties { name } } }`,
  ],
  [
    'a page',
    `query ($first: Int = 1, $sort: [ImageSort!]) { images(first: $first, sort: $sort, filter: { id: { eq: "${ID}" } }) {
      edges { cursor node { name properties { name } } } pageInfo { hasNextPage endCursor } } }`,
    { sort: { key: 'NAME', direction: 'DESC' } },
  ],
  [
    'a filter in variables',
    'query ($f: ImageFilterInput) { images(filter: $f) { edges { node { name } } } }',
    {
      f: {
        name: { in: 'shown' },
        createdAt: { gt: '2020-01-01' },
        visibility: { ne: 'PUBLIC' },
        size: { lt: 9 },
      },
    },
  ],
  [
    'null for variables',
    'query ($f: ImageFilterInput, $n: Int) { images(filter: $f, first: $n) { edges { node { name } } } }',
    { f: null, n: null },
  ],
  ['introspection', '{ __type(name: "Visibility") { name enumValues { name } } }'],
  // Errors that resolvers throw.
  ['too large a page', 'query ($n: Int) { images(first: $n) { edges { cursor } } }', { n: 1001 }],
  ['a bad cursor', 'query ($c: String) { images(after: $c) { edges { cursor } } }', { c: 'x' }],
  [
    'one field that fails beside one that does not',
    '{ viewer { isAdmin } images(after: "x") { edges { cursor } } }',
  ],
  [
    'an alias that fails',
    '{ good: images(first: 0) { edges { cursor } } bad: images(first: -1) { edges { cursor } } }',
  ],
  ['an empty property condition', '{ images(filter: { properties: [{ name: "x" }] }) { edges { cursor } } }'],
  // Errors in variables.
  ['a missing variable', 'query ($id: ID!) { image(id: $id) { id } }'],
  ['null for what must not be', 'query ($id: ID!) { image(id: $id) { id } }', { id: null }],
  ['a text for a number', 'query ($n: Int) { images(first: $n) { edges { cursor } } }', { n: '5' }],
  ['a fraction for a number', 'query ($n: Int) { images(first: $n) { edges { cursor } } }', { n: 1.5 }],
  ['a number over 2^31', 'query ($n: Int) { images(first: $n) { edges { cursor } } }', { n: 2147483648 }],
  ['a truth value for an id', 'query ($id: ID!) { image(id: $id) { id } }', { id: true }],
  ['a fraction for an id', 'query ($id: ID!) { image(id: $id) { id } }', { id: 1.5 }],
  [
    'an unknown enum value',
    'query ($s: [ImageSort!]) { images(sort: $s) { edges { cursor } } }',
    { s: [{ key: 'OWNER', direction: 'ASC' }] },
  ],
  [
    'an enum value by its inner name',
    'query ($s: [ImageSort!]) { images(sort: $s) { edges { cursor } } }',
    { s: [{ key: 'name', direction: 'asc' }] },
  ],
  [
    'an unknown input field',
    'query ($f: ImageFilterInput) { images(filter: $f) { edges { cursor } } }',
    { f: { type: { eq: 'x' } } },
  ],
  [
    'a bad time',
    'query ($f: ImageFilterInput) { images(filter: $f) { edges { cursor } } }',
    { f: { createdAt: { gt: 'x' } } },
  ],
  [
    'a bad size',
    'query ($f: ImageFilterInput) { images(filter: $f) { edges { cursor } } }',
    { f: { size: { gt: 2 ** 60 } } },
  ],
  [
    'null in a list',
    'query ($f: ImageFilterInput) { images(filter: $f) { edges { cursor } } }',
    { f: { name: { in: ['a', null] } } },
  ],
  [
    'a list for an object',
    'query ($f: ImageFilterInput) { images(filter: $f) { edges { cursor } } }',
    { f: [{ name: {} }] },
  ],
  [
    'a text for an object',
    'query ($f: ImageFilterInput) { images(filter: $f) { edges { cursor } } }',
    { f: 'x' },
  ],
  [
    'many mistakes at once',
    'query ($f: ImageFilterInput, $n: Int) { images(filter: $f, first: $n) { edges { cursor } } }',
    { f: { name: { in: Array(20).fill(null) } }, n: 'x' },
  ],
];

onEachDatabase('a repeated query', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
    const properties = ['b', 'a'].map((name) => ({ name, value: 'v' }));
    await createImage(gateway, { id: ID, name: 'shown', size: 5, properties });
  });
  const answers = async (query: string, variables?: object): Promise<GraphqlAnswer[]> => {
    const all: GraphqlAnswer[] = [];
    for (let use = 0; use < USES; use += 1) all.push(await sendText(gateway, query, variables));
    return all;
  };

  test.each(CASES)('is answered as it was the first time: %s', async (_, query, variables) => {
    const [first, ...others] = await answers(query, variables);
    for (const other of others) expect(other).toEqual(first);
    for (const error of first.errors ?? []) expect(error.extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
  });

  test('gives the data that was asked for', async () => {
    const query = `query ($id: ID!) { found: image(id: $id) { ...F } } fragment F on Image { name properties { name } }`;
    for (const { data } of await answers(query, { id: ID }))
      expect(data).toEqual({ found: { name: 'shown', properties: [{ name: 'a' }, { name: 'b' }] } });
  });

  test('gets the error of its variables every time', async () => {
    for (const { errors } of await answers('query ($id: ID!) { image(id: $id) { id } }', {}))
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test('names place, code and field of an error every time', async () => {
    for (const { data, errors } of await answers(
      '{ viewer { isAdmin } bad: images(first: 1001) { edges { cursor } } }',
    )) {
      expect(data).toBeNull();
      expect(errors).toMatchObject([
        { path: ['bad'], extensions: { code: 'BAD_USER_INPUT', field: 'first' } },
      ]);
    }
  });

  describe('leaves out and takes in what variables say', () => {
    const CONDITIONAL = `query ($yes: Boolean!, $no: Boolean = false) { image(id: "${ID}") {
      id name @include(if: $yes) size @skip(if: $yes) properties @include(if: $no) { name }
      ...F @include(if: $yes) ... @skip(if: $yes) { status } } }
      fragment F on Image { minDisk }`;

    test.each([
      [{ yes: true }, { id: ID, name: 'shown', minDisk: 0 }],
      [{ yes: false }, { id: ID, size: 5, status: 'queued' }],
      [
        { yes: false, no: true },
        { id: ID, size: 5, status: 'queued', properties: [{ name: 'a' }, { name: 'b' }] },
      ],
      [
        { yes: true, no: true },
        { id: ID, name: 'shown', minDisk: 0, properties: [{ name: 'a' }, { name: 'b' }] },
      ],
    ])('%j', async (variables, image) => {
      for (const answer of await answers(CONDITIONAL, variables)) expect(answer).toEqual({ data: { image } });
    });

    test('also when they change from one time to the next', async () => {
      const query =
        gql(`query ($ID: ID, $yes: Boolean!) { images(filter: { id: { eq: $ID } }) { edges { node {
        id properties @include(if: $yes) { name } } } } }`);
      for (let use = 0; use < 8; use += 1) {
        const yes = use % 2 === 1;
        const { data } = await graphql(gateway, query, { ID, yes });
        expect(Object.keys(data!.images.edges[0].node)).toEqual(yes ? ['id', 'properties'] : ['id']);
      }
    });

    test('for a whole field of the query', async () => {
      const query = gql(
        'query ($ID: ID!, $yes: Boolean!) { viewer { isAdmin } image(id: $ID) @include(if: $yes) { name } }',
      );
      for (const yes of [true, false, true, false, true, false]) {
        const { data } = await graphql(gateway, query, { ID, yes });
        expect(data!.image).toEqual(yes ? { name: 'shown' } : undefined);
      }
    });
  });

  test('is answered for the named operation, whatever else is in the document', async () => {
    const query = `query A { ...F } query B { ...F image(id: "${ID}") { name properties { name } } }
      fragment F on Query { image(id: "${ID}") { id } }`;
    const run = async (operationName: string) => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, operationName }),
      });
      return response.json();
    };
    for (let use = 0; use < USES; use += 1) {
      expect(await run('A')).toEqual({ data: { image: { id: ID } } });
      const image = { id: ID, name: 'shown', properties: [{ name: 'a' }, { name: 'b' }] };
      expect(await run('B')).toEqual({ data: { image } });
    }
  });
});

onSqlite('a repeated query with an internal error', (start, place) => {
  test('runs once each time, and its error has a new id each time', async () => {
    const gateway = await start();
    const id = await createImage(gateway);
    // Others write what the schema cannot show.
    await sql(place, `UPDATE images SET min_disk = 3000000000 WHERE id = '${id}'`);
    const query = gql('query ($id: ID!) { good: image(id: $id) { id } bad: image(id: $id) { minDisk } }');
    const errorIds: unknown[] = [];
    for (let use = 0; use < USES; use += 1) {
      const { data, errors } = await graphql(gateway, query, { id });
      expect(data).toEqual({ good: { id }, bad: null });
      expect(errors).toMatchObject([
        {
          path: ['bad', 'minDisk'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', errorId: expect.any(String) },
        },
      ]);
      expect(errors![0].message).not.toContain('3000000000');
      errorIds.push(errors![0].extensions.errorId);
    }
    expect(gateway.log.filter((line) => line.errorId).map((line) => line.errorId)).toEqual(errorIds);
  });
});
