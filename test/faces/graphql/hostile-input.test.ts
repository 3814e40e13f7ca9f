import { beforeAll, describe, expect, test } from 'vitest';
import { createImage, graphql, type GraphqlAnswer } from '../../support/client.js';
import { onSqlite, type TestGateway } from '../../support/gateway.js';
import { gql } from '../../support/gql.js';

/** More uses than the gateway needs before it compiles a query. */
const USES = 5;
const LONGEST_ANSWER = 15_000;

const LIST =
  'query ($s: [ImageSort!], $f: ImageFilterInput) { images(sort: $s, filter: $f) { edges { cursor } } }';

onSqlite('hostile GraphQL', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });

  const post = async (body: string, contentType = 'application/json') => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': contentType, 'apollo-require-preflight': '1' },
      body,
    });
    return { status: response.status, text: await response.text() };
  };
  const answers = async (query: string, variables: object) => {
    const all = [];
    for (let use = 0; use < USES; use += 1) all.push(await post(JSON.stringify({ query, variables })));
    return all;
  };

  describe('with more variables than anything needs', () => {
    test.each([
      ['a long list', { s: Array(200_000).fill(0) }, '10000 list elements and fields'],
      [
        'many lists',
        { f: { and: Array.from({ length: 101 }, () => ({ name: { in: Array(99).fill('x') } })) } },
        '10000 list',
      ],
      ['a list that nothing asks for', { other: Array(10_001).fill(null) }, '10000 list'],
      [
        'many fields',
        { f: Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`k${n}`, 1])) },
        '500 fields',
      ],
      ['a long name', { f: { ['k'.repeat(201)]: 1 } }, '200 characters'],
    ])('is refused every time, by the name of the variables: %s', async (_, variables, told) => {
      for (const { text } of await answers(LIST, variables)) {
        const [error] = JSON.parse(text).errors;
        expect(error.message).toContain(told);
        expect(error.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'variables' });
      }
    });

    test.each([
      ['a list of what does not fit', { s: Array(9000).fill(0) }],
      ['a filter of what does not fit', { f: { name: { in: Array(9000).fill(7) } } }],
      [
        'unknown fields',
        { f: Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`k${n}`, 'v'.repeat(1000)])) },
      ],
      ['a long text', { f: 'x'.repeat(900_000) }],
      ['a long text in a list', { s: ['x'.repeat(900_000)] }],
    ])('gets a short error every time: %s', async (_, variables) => {
      const [first, ...others] = await answers(LIST, variables);
      expect(first.text.length).toBeLessThan(LONGEST_ANSWER);
      const { errors } = JSON.parse(first.text);
      expect(errors.length).toBeLessThanOrEqual(11);
      for (const { extensions } of errors) expect(extensions.code).toBe('BAD_USER_INPUT');
      for (const other of others) expect(other).toEqual(first);
    });

    test.each(['name', 'owner', 'id', 'tags'])(
      'takes as many values as a filter may have: %s',
      async (field) => {
        const many = Array.from({ length: 1000 }, (_, n) => `x${n}`);
        const asked = { [field]: { [field === 'tags' ? 'any' : 'in']: many } };
        const f = { or: [asked, asked, asked, { not: { not: { and: [{ and: [asked] }] } } }] };
        for (const { text } of await answers(LIST, { f }))
          expect(JSON.parse(text)).toEqual({ data: { images: { edges: [] } } });
      },
    );
  });

  test.each([
    ['a name', `{ ${'x'.repeat(99_000)} }`],
    ['a text', `{ image(id: "${'x'.repeat(99_000)}") { y } }`],
    ['a value of the wrong type', `{ images(first: "${'x'.repeat(99_000)}") { edges { cursor } } }`],
    ['a word that is out of place', `{ viewer { user } } ${'x'.repeat(99_000)}`],
    ['the name of an operation', `subscription ${'x'.repeat(99_000)} { x }`],
  ])('gets an error that cuts %s short', async (_, query) => {
    const { text } = await post(JSON.stringify({ query }));
    expect(JSON.parse(text).errors[0].message.length).toBeLessThan(1100);
  });

  test.each([
    ['comments', `${'#\n'.repeat(60_000)}{ viewer { user } }`],
    ['commas', `${','.repeat(100_001)}{ viewer { user } }`],
  ])('is refused when its document is long, also by %s alone', async (_, query) => {
    const { status, text } = await post(JSON.stringify({ query }));
    expect(status).toBe(400);
    expect(JSON.parse(text).errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'query' });
  });

  describe('as a subscription', () => {
    const SUBSCRIPTION = 'subscription S { imageChanged { imageId } }';
    const refused = [{ extensions: { code: 'SUBSCRIPTION_TRANSPORT' } }];

    test.each([
      ['alone', { query: SUBSCRIPTION }],
      ['by its name', { query: `query Q { viewer { user } } ${SUBSCRIPTION}`, operationName: 'S' }],
    ])('is refused and not logged as a failure: %s', async (_, body) => {
      for (let use = 0; use < USES; use += 1)
        expect(JSON.parse((await post(JSON.stringify(body))).text).errors).toMatchObject(refused);
      expect(gateway.log.filter(({ errorId }) => errorId)).toEqual([]);
    });

    test('may stand beside the query that is asked for', async () => {
      const query = `query Q { viewer { user } } ${SUBSCRIPTION}`;
      const { text } = await post(JSON.stringify({ query, operationName: 'Q' }));
      expect(JSON.parse(text)).toEqual({ data: { viewer: { user: null } } });
    });

    test('is refused over GET and in a form too', async () => {
      const headers = { 'apollo-require-preflight': '1' };
      const got = await fetch(`${gateway.url}/graphql?query=${encodeURIComponent(SUBSCRIPTION)}`, {
        headers,
      });
      expect(((await got.json()) as GraphqlAnswer).errors).toMatchObject([
        { extensions: { code: 'BAD_REQUEST' } },
      ]);
      const form = new FormData();
      form.append('operations', JSON.stringify({ query: SUBSCRIPTION, variables: { data: null } }));
      form.append('map', '{"0":["variables.data"]}');
      form.append('0', new Blob(['x']), 'x');
      const sent = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: form });
      expect(((await sent.json()) as GraphqlAnswer).errors).toMatchObject(refused);
    });
  });

  test.each([
    'application/graphql',
    'application/graphql+json',
    'application/x-www-form-urlencoded',
    'text/html',
  ])('in a body of type %s gets an error with the right type', async (contentType) => {
    const { status, text } = await post('{ viewer { user } }', contentType);
    expect(status).toBe(415);
    const message = `Content-Type ${contentType} is not taken here; send application/json.`;
    expect(JSON.parse(text).errors).toMatchObject([
      { message, extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } },
    ]);
  });

  test.each<[string, string]>([
    ['variables as a list', '{"query": "{ viewer { user } }", "variables": []}'],
    ['variables as a text', '{"query": "{ viewer { user } }", "variables": "x"}'],
    ['a number for the name of the operation', '{"query": "{ viewer { user } }", "operationName": 5}'],
    [
      'an unknown name of an operation',
      '{"query": "query A { viewer { user } }", "operationName": "constructor"}',
    ],
    ['an empty name of an operation', '{"query": "query A { viewer { user } }", "operationName": ""}'],
    ['extensions as a list', '{"query": "{ viewer { user } }", "extensions": [1]}'],
    [
      'a persisted query that is a text',
      '{"query": "{ viewer { user } }", "extensions": {"persistedQuery": "x"}}',
    ],
    [
      'a persisted query with another hash',
      '{"query": "{ viewer { user } }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": {}}}}',
    ],
    ['a list for the hash', '{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": ["a"]}}}'],
    [
      '__proto__ among the variables',
      '{"query": "query ($f: ImageFilterInput) { images(filter: $f) { totalCount } }", "variables": {"f": {"__proto__": {}}}}',
    ],
    [
      'a number without end',
      '{"query": "query ($n: Int) { images(first: $n) { totalCount } }", "variables": {"n": 1e400}}',
    ],
    [
      'a text for a size',
      '{"query": "query ($f: ImageFilterInput) { images(filter: $f) { totalCount } }", "variables": {"f": {"size": {"eq": "1"}}}}',
    ],
    [
      'no value for a variable named like a method',
      '{"query": "query ($toString: ID!) { image(id: $toString) { id } }"}',
    ],
    [
      'fragments in a circle',
      '{"query": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"}',
    ],
    ['a fragment that nothing uses', '{"query": "{ viewer { user } } fragment F on Viewer { user }"}'],
    ['a variable twice', '{"query": "query ($a: ID!, $a: ID!) { image(id: $a) { id } }"}'],
    ['a directive many times', `{"query": "{ viewer ${'@skip(if: true) '.repeat(140)} { user } }"}`],
    ['a thousand operations', `{"query": "${'query A { viewer { user } } '.repeat(1000)}"}`],
    ['a hundred fields below each other', `{"query": "${'{ a '.repeat(100)}${'}'.repeat(100)}"}`],
    ['a query that is a list', '{"query": []}'],
    ['no query', '{"query": ""}'],
    ['a batch', '[{"query": "{ viewer { user } }"}]'],
    ['null', 'null'],
  ])('is the error of its sender every time: %s', async (_, body) => {
    for (let use = 0; use < USES; use += 1) {
      const { status, text } = await post(body);
      expect(status).toBeLessThan(500);
      const { errors } = JSON.parse(text);
      expect(errors.length).toBeGreaterThan(0);
      for (const { extensions } of errors) expect(extensions.code).not.toBe('INTERNAL_SERVER_ERROR');
    }
    expect(gateway.log.filter(({ errorId }) => errorId)).toEqual([]);
  });

  test.each<[string, string, object]>([
    [
      'an argument',
      'query ($s: Int = 60) { images { edges { node { downloadUrl(expiresIn: $s) } } } }',
      { s: null },
    ],
    [
      'an element of a list',
      'query ($s: ImageSort = {key: NAME, direction: ASC}) { images(sort: [$s]) { totalCount } }',
      { s: null },
    ],
    [
      'a field of an input',
      'query ($k: ImageSortKey = NAME) { images(sort: [{key: $k, direction: ASC}]) { totalCount } }',
      { k: null },
    ],
    ['a condition', 'query ($i: Boolean = true) { images { totalCount @skip(if: $i) } }', { i: null }],
    ['a condition at the top', 'query ($i: Boolean = true) { viewer @skip(if: $i) { user } }', { i: null }],
    [
      'an input of a mutation',
      'mutation ($i: CreateImageInput = {}) { createImage(input: $i) { id } }',
      { i: null },
    ],
  ])('gets BAD_USER_INPUT for null where a variable has a default: %s', async (_, query, variables) => {
    await createImage(gateway);
    for (const { text } of await answers(query, variables)) {
      const { errors } = JSON.parse(text) as GraphqlAnswer;
      const codes = errors!.map(({ extensions }) => extensions.code);
      expect(new Set(codes)).toEqual(new Set(['BAD_USER_INPUT']));
    }
    expect(gateway.log.filter(({ errorId }) => errorId)).toEqual([]);
  });

  test('is answered within seconds when its fragments spread each other many times', async () => {
    const links = Array.from(
      { length: 19 },
      (_, n) => `fragment F${n} on Image { ...F${n + 1} ...F${n + 1} }`,
    );
    const query = `{ images(first: 1) { edges { node { ...F0 } } } } ${links.join(' ')} fragment F19 on Image { __typename }`;
    const began = performance.now();
    for (const { text } of await answers(query, {})) expect(JSON.parse(text).errors).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(4000);
  });

  test('answers correctly under names that objects inherit', async () => {
    const query =
      '{ constructor: viewer { toString: isAdmin __proto__: readOnly } __proto__: viewer { isAdmin } }';
    for (let use = 0; use < USES; use += 1) {
      const { text } = await post(JSON.stringify({ query }));
      expect(text).toBe(
        '{"data":{"constructor":{"toString":true,"__proto__":false},"__proto__":{"isAdmin":true}}}\n',
      );
    }
    expect((await graphql(gateway, gql('{ viewer { isAdmin } }'))).data).toEqual({
      viewer: { isAdmin: true },
    });
  });
});
