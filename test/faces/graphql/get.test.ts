import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { onSqlite, type TestGateway } from '../../support/gateway.js';
import type { GraphqlAnswer } from '../../support/client.js';

const QUERY = '{ viewer { isAdmin } }';
const PAGES = 'https://console.example.org';
const BROWSER = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };
const table = readFileSync(new URL('../../../docs/reference/errors.md', import.meta.url), 'utf8');

onSqlite('a query by GET', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ CORS_ORIGINS: PAGES });
  });
  const get = async (headers: Record<string, string>, more = '') => {
    const address = `${gateway.url}/graphql?query=${encodeURIComponent(QUERY)}${more}`;
    const response = await fetch(address, { headers });
    return { status: response.status, body: (await response.json()) as GraphqlAnswer };
  };
  const answered = { status: 200, body: { data: { viewer: { isAdmin: true } } } };

  test.each(
    Object.entries<Record<string, string>>({
      'a program': {},
      'a program that sends Accept': { accept: 'application/graphql-response+json, */*;q=0.5' },
      'a program with a name': { 'user-agent': 'curl/7.88.1' },
      'a page of the gateway itself': {
        ...BROWSER,
        'sec-fetch-site': 'same-origin',
        'sec-fetch-mode': 'cors',
      },
      'a person who types the address': { ...BROWSER, 'sec-fetch-site': 'none' },
      'a page of a known origin': { ...BROWSER, 'sec-fetch-site': 'cross-site', origin: PAGES },
      'any page that may send the header': {
        ...BROWSER,
        'sec-fetch-site': 'cross-site',
        'apollo-require-preflight': '1',
      },
    }),
  )('by %s is answered', async (_, headers) => {
    expect(await get(headers)).toEqual(answered);
  });

  test.each(
    Object.entries<Record<string, string>>({
      'an image, a link or a form of another site': { ...BROWSER, 'sec-fetch-site': 'cross-site' },
      'a page beside the gateway on the same site': { ...BROWSER, 'sec-fetch-site': 'same-site' },
      'a script of another site': {
        ...BROWSER,
        'sec-fetch-site': 'cross-site',
        origin: 'https://evil.example.org',
      },
      'a page without an origin': { ...BROWSER, origin: 'null' },
      'a browser that does not name the site of its page': BROWSER,
      'a page with the Accept of a client': { ...BROWSER, accept: 'application/graphql-response+json' },
      'a page that leaves the header empty': {
        ...BROWSER,
        'sec-fetch-site': 'cross-site',
        'apollo-require-preflight': '',
      },
    }),
  )('by %s is refused, and the error names the header that it needs', async (_, headers) => {
    const { status, body } = await get(headers);
    expect([status, body.errors![0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
    expect(body.errors![0].message).toContain('apollo-require-preflight');
  });

  test('may be a persisted query, named by its hash', async () => {
    const sha256Hash = createHash('sha256').update(QUERY).digest('hex');
    const extensions = encodeURIComponent(JSON.stringify({ persistedQuery: { version: 1, sha256Hash } }));
    const byHash = async () => {
      const response = await fetch(`${gateway.url}/graphql?extensions=${extensions}`);
      return (await response.json()) as GraphqlAnswer;
    };
    expect((await byHash()).errors![0].extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(await get({}, `&extensions=${extensions}`)).toEqual(answered);
    expect(await byHash()).toEqual(answered.body);
  });

  test('is forgotten once the persisted queries after it fill their memory, and can be sent again', async () => {
    const send = async (text: string, body: object) => {
      const sha256Hash = createHash('sha256').update(text).digest('hex');
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...body, extensions: { persistedQuery: { version: 1, sha256Hash } } }),
      });
      return (await response.json()) as GraphqlAnswer;
    };
    const texts = Array.from({ length: 100 }, (_, nth) => `${QUERY} #${String(nth).padEnd(95_000)}`);
    for (const query of texts) expect(await send(query, { query })).toEqual(answered.body);
    expect(await send(texts[99], {})).toEqual(answered.body);
    expect((await send(texts[0], {})).errors![0].extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(await send(texts[0], { query: texts[0] })).toEqual(answered.body);
    expect(await send(texts[0], {})).toEqual(answered.body);
  });
});

onSqlite('a request without a valid operation', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });
  const persistedQuery = { version: 1, sha256Hash: 'a'.repeat(64) };
  const REQUESTS: Record<string, [code: string, status: number, body: unknown][]> = {
    'in its text': [
      ['GRAPHQL_PARSE_FAILED', 400, { query: '{ viewer' }],
      ['GRAPHQL_PARSE_FAILED', 400, { query: `{ ${'a '.repeat(1001)} }` }],
      ['GRAPHQL_VALIDATION_FAILED', 400, { query: '{ nothing }' }],
    ],
    'in the name of its operation': [
      ['OPERATION_RESOLUTION_FAILURE', 400, { query: 'query A { __typename } query B { __typename }' }],
      ['OPERATION_RESOLUTION_FAILURE', 400, { query: 'query A { __typename }', operationName: 'B' }],
    ],
    'in its variables': [
      ['BAD_USER_INPUT', 400, { query: 'query ($id: ID!) { image(id: $id) { id } }' }],
      ['BAD_REQUEST', 400, { query: QUERY, variables: [] }],
    ],
    'in its form': [
      ['PERSISTED_QUERY_NOT_FOUND', 200, { extensions: { persistedQuery } }],
      ['BAD_REQUEST', 400, {}],
      ['BAD_REQUEST', 400, { query: 7 }],
      ['BAD_REQUEST', 400, [{ query: QUERY }, { query: QUERY }]],
    ],
  };

  describe.each(Object.entries(REQUESTS))('%s', (_, requests) => {
    test.each(requests)('has a code of the table: %s', async (code, status, body) => {
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
        body: JSON.stringify(body),
      });
      const { errors } = (await response.json()) as GraphqlAnswer;
      expect([response.status, errors![0].extensions.code]).toEqual([status, code]);
      expect(table).toContain(`| \`${code}\` | ${status} |`);
    });
  });
});
