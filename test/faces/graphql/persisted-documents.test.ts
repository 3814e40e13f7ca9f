import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GraphqlAnswer } from '../../support/client.js';
import { called } from '../../support/command.js';
import { onSqlite, type TestGateway } from '../../support/gateway.js';

const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
const manifest = (name: string, content: unknown) => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

const VIEWER = 'query Viewer { viewer { isAdmin } }';
const CREATE = 'mutation Create($name: String!) { createImage(input: { name: $name }) { name } }';
const UNKNOWN = { code: 'DOCUMENT_UNKNOWN' };

onSqlite('a gateway with PERSISTED_DOCUMENTS', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    const path = manifest('persisted-documents.json', { a1: VIEWER, b2: CREATE, old: '{ formerField }' });
    gateway = await start({ PERSISTED_DOCUMENTS: path });
  });
  const post = async (body: object) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return (await response.json()) as GraphqlAnswer;
  };
  const get = async (parameters: Record<string, string>) => {
    const response = await fetch(`${gateway.url}/graphql?${new URLSearchParams(parameters)}`);
    return { status: response.status, body: (await response.json()) as GraphqlAnswer };
  };
  const hash = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
  const viewer = { data: { viewer: { isAdmin: true } } };

  test('runs a document by its id, in each form in which clients send it', async () => {
    expect(await post({ documentId: 'a1' })).toEqual(viewer);
    expect(await post({ documentId: 'sha256:a1' })).toEqual(viewer);
    expect(await post({ extensions: hash('a1') })).toEqual(viewer);
    expect((await get({ documentId: 'a1' })).body).toEqual(viewer);
    expect((await get({ extensions: JSON.stringify(hash('a1')) })).body).toEqual(viewer);
  });

  test('runs a document that is sent whole, and takes variables', async () => {
    expect(await post({ query: VIEWER })).toEqual(viewer);
    expect(await post({ documentId: 'b2', variables: { name: 'a' } })).toEqual({
      data: { createImage: { name: 'a' } },
    });
  });

  test.each<[what: string, body: object]>([
    ['another document', { query: '{ viewer { tenant } }' }],
    ['the same document with a space more', { query: `${VIEWER} ` }],
    ['introspection', { query: '{ __schema { types { name } } }' }],
    ['an unknown id', { documentId: 'c3' }],
    ['an unknown id beside a known document', { documentId: 'c3', query: VIEWER }],
    ['a hash beside another document', { extensions: hash('c3'), query: '{ viewer { tenant } }' }],
    ['no document', { variables: {} }],
    ['an id that is no text', { documentId: 7 }],
    ['extensions that are no object', { extensions: 'x' }],
  ])('refuses %s', async (_, body) => {
    expect((await post(body)).errors).toMatchObject([{ extensions: UNKNOWN }]);
  });

  test('runs the document of the id, and not one that is sent beside it', async () => {
    expect(await post({ documentId: 'a1', query: '{ images { totalCount } }' })).toEqual(viewer);
  });

  test('refuses a mutation by GET, and an unknown document with status 400', async () => {
    expect((await get({ documentId: 'b2', variables: '{"name":"a"}' })).status).toBe(405);
    expect(await get({ query: '{ viewer { tenant } }' })).toMatchObject({ status: 400 });
  });

  test('warns at the start of a document that does not fit the schema, and answers it with the reason', async () => {
    expect(gateway.log).toContainEqual(
      expect.objectContaining({ msg: expect.stringContaining('old: Cannot query field "formerField"') }),
    );
    expect((await post({ documentId: 'old' })).errors).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  });

  test('serves no GraphiQL', async () => {
    expect((await fetch(`${gateway.url}/graphiql`)).status).toBe(404);
  });
});

onSqlite('a gateway with a folder of manifests', (start) => {
  test('runs the documents of each', async () => {
    const several = join(folder, 'several');
    mkdirSync(several);
    writeFileSync(join(several, 'web.json'), JSON.stringify({ a1: VIEWER }));
    writeFileSync(join(several, 'mobile.json'), JSON.stringify({ a1: VIEWER, b2: CREATE }));
    writeFileSync(join(several, 'README.md'), 'no manifest');
    const gateway = await start({ PERSISTED_DOCUMENTS: several });
    const answer = await fetch(`${gateway.url}/graphql?documentId=a1`);
    expect(await answer.json()).toEqual({ data: { viewer: { isAdmin: true } } });
  });
});

describe('the start', () => {
  test.each<[path: string, problem: string]>([
    [join(folder, 'none.json'), 'cannot be read (ENOENT)'],
    [manifest('text.json', 'no JSON'), 'expected JSON'],
    [manifest('list.json', []), 'expected an object from id to document'],
    [manifest('numbers.json', { a: 1 }), 'expected an object from id to document'],
    [manifest('empty.json', {}), 'expected a manifest with documents'],
    [manifest('broken.json', { a: '{ viewer' }), 'a: Syntax Error: Expected Name, found <EOF>.'],
  ])('refuses %s in one line: %s', async (path, problem) => {
    const options = { DATA_DIR: join(folder, 'data'), PORT: '0', PERSISTED_DOCUMENTS: path };
    const { code, stderr } = await called(['serve'], options);
    expect([code, stderr]).toEqual([1, `glance-graphql: PERSISTED_DOCUMENTS: ${path}: ${problem}\n`]);
  });
});
