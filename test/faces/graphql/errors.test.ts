import { print } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { errorOf, graphql, type GraphqlAnswer, sendText } from '../../support/client.js';
import { onSqlite, type TestGateway } from '../../support/gateway.js';
import { gql } from '../../support/gql.js';
import { sql } from '../../support/sql.js';

const LIST = gql('{ images { edges { node { id } } } }');

onSqlite('an internal error', (start, place) => {
  test('is told by an id alone, which the log has beside the cause', async () => {
    const gateway = await start();
    await sql(place, 'DROP TABLE images');
    const { errors } = await graphql(gateway, LIST);
    expect(errors).toHaveLength(1);
    const { code, errorId, ...others } = errors![0].extensions;
    expect([code, others]).toEqual(['INTERNAL_SERVER_ERROR', {}]);
    expect(errors![0].message).toContain(String(errorId));
    expect(JSON.stringify(errors)).not.toMatch(/no such table|select|stack|\.ts|sqlite/i);
    const lines = gateway.log.filter((line) => line.errorId === errorId);
    expect(lines).toHaveLength(1);
    expect(JSON.stringify(lines[0])).toContain('no such table: images');
    expect(lines[0].reqId).toMatch(/^req-/);
  });
});

onSqlite('an error of the request', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });
  const send = async (body: BodyInit, headers: Record<string, string> = {}, method = 'POST') => {
    const accept = 'application/graphql-response+json';
    const all = { 'content-type': 'application/json', accept, ...headers };
    const response = await fetch(`${gateway.url}/graphql`, { method, body, headers: all });
    const json = (await response.json()) as GraphqlAnswer;
    return { status: response.status, code: json.errors?.[0].extensions.code, json };
  };
  const codeOf = async (query: string, variables = {}) =>
    (await sendText(gateway, query, variables)).errors?.[0].extensions.code;

  test.each([
    '{',
    '',
    '{ images( }',
    'hello',
    '{ image(id: "\\ud800") { id } }',
    '{ image(id: "a\nb") { id } }',
  ])('in the syntax: %j', async (query) => {
    const { status, code } = await send(JSON.stringify({ query }));
    expect(status).toBe(400);
    expect(['GRAPHQL_PARSE_FAILED', 'BAD_REQUEST', 'GRAPHQL_VALIDATION_FAILED']).toContain(code);
  });

  test.each([
    ['a field that does not exist', '{ images { edges { node { location } } } }'],
    ['an object without a selection', '{ images }'],
    ['an argument that does not exist', '{ images(limit: 5) { edges { cursor } } }'],
    ['a missing argument', '{ image { id } }'],
    ['an unknown enum value', '{ images(sort: { key: OWNER, direction: ASC }) { edges { cursor } } }'],
    ['a fragment that contains itself', '{ images { ...F } } fragment F on ImageConnection { ...F }'],
  ])('against the schema: %s', async (_, query) => {
    const { status, code } = await send(JSON.stringify({ query }));
    expect([status, code]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
  });

  test('hides columns that are never shown: locations and flags', async () => {
    for (const field of ['locations', 'deleted', 'hashValue', 'hashAlgorithm'])
      expect(await codeOf(`{ image(id: "x") { ${field} } }`)).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test('lists at most five mistakes', async () => {
    const fields = Array.from({ length: 50 }, (_, n) => `x${n}`).join(' ');
    const { errors } = await sendText(gateway, `{ viewer { ${fields} } }`);
    expect(errors!.length).toBeLessThanOrEqual(6);
  });

  test('takes operations of a thousand tokens and no more', async () => {
    // 23 tokens stand around the values.
    const tokens = (count: number) =>
      `{ images(filter: { name: { in: [${' "x"'.repeat(count - 23)}] } }) { edges { cursor } } }`;
    expect(await sendText(gateway, tokens(1000))).toEqual({ data: { images: { edges: [] } } });
    expect(await codeOf(tokens(1001))).toBe('GRAPHQL_PARSE_FAILED');
  });

  test.each([
    ['text/plain', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a form with files', { 'content-type': 'multipart/form-data; boundary=x' }],
  ])('as %s, which any web page can send, runs nothing', async (_, headers) => {
    const name = `from ${headers['content-type']}`;
    const { status, code } = await send(
      JSON.stringify({ query: `mutation { createImage(input: { name: "${name}" }) { id } }` }),
      headers,
    );
    expect([400, 415]).toContain(status);
    expect(code).toMatch(/^(BAD_REQUEST|BAD_USER_INPUT|UNSUPPORTED_MEDIA_TYPE)$/);
    const found = await graphql(
      gateway,
      gql('query ($name: String) { images(filter: { name: { eq: $name } }) { edges { cursor } } }'),
      { name },
    );
    expect(found.data!.images).toEqual({ edges: [] });
  });

  test.each(['iso-8859-1', 'UTF-16', '"utf-16le"', 'none'])(
    'in another encoding than UTF-8 is not taken: %s',
    async (charset) => {
      const headers = { 'content-type': `application/json; charset=${charset}` };
      const { status, code } = await send(JSON.stringify({ query: print(LIST) }), headers);
      expect([status, code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    },
  );

  test.each(['utf-8', 'UTF-8', '"utf8"'])('is not that it says charset=%s', async (charset) => {
    const headers = { 'content-type': `application/json; charset=${charset}` };
    expect((await send(JSON.stringify({ query: print(LIST) }), headers)).json).toEqual({
      data: { images: { edges: [] } },
    });
  });

  test('as GET never changes anything', async () => {
    const query = encodeURIComponent('mutation { createImage(input: {}) { id } }');
    const response = await fetch(`${gateway.url}/graphql?query=${query}`, {
      headers: { 'apollo-require-preflight': 'yes' },
    });
    expect(response.status).toBe(405);
  });

  test.each([
    ['', 'must not be empty'],
    ['{', 'must be valid JSON without a key named __proto__'],
    [
      '{"query":"{ __typename }","variables":{"__proto__":{}}}',
      'must be valid JSON without a key named __proto__',
    ],
  ])('as a body that is not JSON: %j', async (body, problem) => {
    const { status, code, json } = await send(body);
    expect([status, code]).toEqual([400, 'BAD_USER_INPUT']);
    expect(json.errors![0].extensions).toMatchObject({ field: 'body', constraints: [problem] });
  });

  test('as a persisted query of another version, or with a hash of another text', async () => {
    const persisted = (version: number, sha256Hash: string) =>
      send(JSON.stringify({ query: print(LIST), extensions: { persistedQuery: { version, sha256Hash } } }));
    const otherVersion = await persisted(2, 'ab');
    expect([otherVersion.status, otherVersion.code]).toEqual([400, 'BAD_REQUEST']);
    expect(otherVersion.json.errors![0].message).toBe('Unsupported persisted query version');
    const otherText = await persisted(1, 'ab');
    expect([otherText.status, otherText.code]).toEqual([400, 'BAD_REQUEST']);
  });

  test('as a body over 1 MiB', async () => {
    const query = '{ viewer { isAdmin } }';
    const body = (bytes: number) =>
      JSON.stringify({ query, variables: { x: '' } }).replace('""', `"${'x'.repeat(bytes)}"`);
    const room = 1024 * 1024 - body(0).length;
    expect((await send(body(room))).json).toEqual({ data: { viewer: { isAdmin: true } } });
    const { status, code } = await send(body(room + 1));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(code).toBe('BODY_TOO_LARGE');
  });

  test.each([
    '{"query": ',
    'null x',
    '{"query": "{ viewer { isAdmin } }",}',
    '{"__proto__": {}, "query": "x"}',
  ])('as JSON that is none: %s', async (body) => {
    const { status, code } = await send(body);
    expect([status, code]).toEqual([400, 'BAD_USER_INPUT']);
  });

  test.each([
    '5',
    '"text"',
    'null',
    'true',
    '{}',
    '{"query": 5}',
    '{"query": null}',
    '{"query": "{ viewer { isAdmin } }", "variables": "x"}',
  ])('as JSON that is no operation: %s', async (body) => {
    const { status, code } = await send(body);
    expect([status, code]).toEqual([400, 'BAD_REQUEST']);
  });

  test('as a batch', async () => {
    const { status, code } = await send(JSON.stringify([{ query: print(LIST) }, { query: print(LIST) }]));
    expect([status, code]).toEqual([400, 'BAD_REQUEST']);
  });

  test.each(['PUT', 'PATCH', 'DELETE'])('by method %s', async (method) => {
    const response = await fetch(`${gateway.url}/graphql`, { method });
    expect(response.status).toBeGreaterThanOrEqual(404);
    expect(response.status).toBeLessThan(500);
  });

  test('in naming one of several operations', async () => {
    const query = 'query A { viewer { isAdmin } } query B { formats { disk } }';
    expect((await send(JSON.stringify({ query }))).code).toBe('OPERATION_RESOLUTION_FAILURE');
    expect((await send(JSON.stringify({ query, operationName: 'C' }))).code).toBe(
      'OPERATION_RESOLUTION_FAILURE',
    );
    expect((await send(JSON.stringify({ query, operationName: 'A' }))).json.data).toEqual({
      viewer: { isAdmin: true },
    });
  });
});

describe('introspection', () => {
  onSqlite('as an option', (start) => {
    const introspect = gql('{ __schema { types { name } } }');

    test('is answered by default, with suggestions for what is misspelt', async () => {
      const gateway = await start();
      expect((await graphql(gateway, introspect)).errors).toBeUndefined();
      const { errors } = await graphql(gateway, gql('{ imagess { edges { cursor } } }'));
      expect(errors![0].message).toContain('Did you mean');
    });

    test('is refused with INTROSPECTION=false, and nothing is suggested', async () => {
      const gateway = await start({ INTROSPECTION: 'false' });
      expect((await errorOf(gateway, introspect)).code).toBe('GRAPHQL_VALIDATION_FAILED');
      for (const query of ['{ imagess { edges { cursor } } }', '{ image(idd: "x") { nam } }'])
        expect(JSON.stringify(await sendText(gateway, query))).not.toContain('Did you mean');
      const { errors } = await sendText(
        gateway,
        'query ($s: [ImageSort!]) { images(sort: $s) { edges { cursor } } }',
        {
          s: [{ key: 'NAMES', direction: 'ASC' }],
        },
      );
      expect(errors![0].message).not.toContain('Did you mean');
    });
  });
});
