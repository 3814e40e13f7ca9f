import { beforeAll, expect, test } from 'vitest';
import { run, sendText } from '../support/client.js';
import { CREATE_WITH_DATA, FORMATS, imageForm, operationForm, sendForm } from '../support/form.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';

const FIND = 'query ($f: ImageFilterInput) { images(filter: $f) { edges { node { id } } } }';
const SORTED = 'query ($s: [ImageSort!]) { images(sort: $s) { edges { node { id } } } }';

onSqlite('the places of a file in the variables', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });

  test.each([
    ['a variable', CREATE_WITH_DATA, { input: FORMATS, data: null }, 'variables.data'],
    [
      'an element of a list',
      'mutation ($input: CreateImageInput!, $data: [Upload]) { createImage(input: $input) { id } }',
      { input: FORMATS, data: [null] },
      'variables.data.0',
    ],
  ])('may be %s that is null', async (_, query, variables, path) => {
    const { data, error } = await sendForm(gateway, operationForm(query, variables, `["${path}"]`));
    // No input of the schema is a list of files, so the refusal comes only after the file is placed.
    expect(error?.code ?? data).toEqual(
      path === 'variables.data'
        ? { createImage: expect.objectContaining({ size: 4 }) }
        : 'GRAPHQL_VALIDATION_FAILED',
    );
  });

  test.each([
    ['an index far beyond the end of a list', FIND, { f: { and: [] } }, 'variables.f.and.4294967294'],
    ['the index just beyond the end of a list', FIND, { f: { and: [null] } }, 'variables.f.and.1'],
    ['an index into a list that is missing', SORTED, {}, 'variables.s.9999999'],
    ['an index into null', SORTED, { s: null }, 'variables.s.9999999'],
    ['an index into an object', FIND, { f: {} }, 'variables.f.7'],
    ['an index with a leading zero', SORTED, { s: [null] }, 'variables.s.00'],
    ['a negative index', SORTED, { s: [null] }, 'variables.s.-1'],
    ['an index with an exponent', SORTED, { s: [null, null] }, 'variables.s.1e0'],
    ['the length of a list', SORTED, { s: [] }, 'variables.s.length'],
    ['a key that is missing', FIND, { f: {} }, 'variables.f.name'],
    ['a value that is not null', FIND, { f: { and: [] } }, 'variables.f.and'],
    ['a place below a text', FIND, { f: 'text' }, 'variables.f.0'],
    ['the prototype of the variables', FIND, { f: null }, 'variables.__proto__.x'],
    ['the prototype of a filter', FIND, { f: {} }, 'variables.f.__proto__'],
    ['the constructor of the variables', FIND, { f: null }, 'variables.constructor'],
    ['the prototype of the constructor', FIND, { f: null }, 'variables.constructor.prototype.x'],
    ['the prototype of everything', FIND, { f: null }, '__proto__.x'],
    ['the variables as a whole', FIND, null, 'variables'],
    ['the text of the operation', FIND, {}, 'query'],
    ['an empty path', FIND, {}, ''],
    ['an empty step', FIND, { f: null }, 'variables..f'],
    ['a step after the end', FIND, { f: null }, 'variables.f.'],
  ])('may not be %s', async (_, query, variables, path) => {
    // The third request with a document runs its compiled form, which reads variables in another way.
    for (let time = 0; time < 3; time += 1) await sendText(gateway, query);
    for (let time = 0; time < 3; time += 1) {
      const begun = performance.now();
      const form = operationForm(query, variables as object, `["${path}"]`);
      const { status, error } = await sendForm(gateway, form);
      expect([status, error?.code, error?.field]).toEqual([400, 'BAD_USER_INPUT', 'map']);
      expect(error?.message).toContain(JSON.stringify(path));
      expect(performance.now() - begun).toBeLessThan(5000);
    }
    expect(await run(gateway, gql('{ viewer { isAdmin } }'))).toEqual({ viewer: { isAdmin: true } });
  });

  test.each([
    [
      'a key of their own that leads to a prototype',
      '{"query":"{viewer{user}}","variables":{"__proto__":{"x":null}}}',
    ],
    [
      'a constructor with a prototype',
      '{"query":"{viewer{user}}","variables":{"constructor":{"prototype":{}}}}',
    ],
  ])('are refused in operations with %s', async (_, operations) => {
    const [, map, file] = imageForm('data');
    const { status, error } = await sendForm(gateway, [{ name: 'operations', body: operations }, map, file]);
    expect([status, error?.code, error?.field]).toEqual([400, 'BAD_USER_INPUT', 'operations']);
  });

  test.each([
    ['a place twice', '{"0":["variables.data","variables.data"]}'],
    ['two files', '{"0":["variables.data"],"1":["variables.data"]}'],
    ['a file without places', '{"0":[]}'],
    ['a file with a path in place of a list', '{"0":"variables.data"}'],
    ['a number as a path', '{"0":[0]}'],
    [
      'too many places',
      JSON.stringify({ 0: Array.from({ length: 50_000 }, (_, n) => `${n}`) }).slice(0, 90_000) + '"]}',
    ],
    ['a prototype as a file', '{"__proto__":["variables.data"]}'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no JSON', '{'],
    ['nothing', ''],
  ])('are refused when `map` has or is %s', async (_, map) => {
    const [operations, , file] = imageForm('data');
    const { status, error } = await sendForm(gateway, [operations, { name: 'map', body: map }, file]);
    expect([status, error?.code, error?.field]).toEqual([400, 'BAD_USER_INPUT', 'map']);
    expect(error!.message.length).toBeLessThan(500);
  });

  test('may be several in one operation, and each gets the whole file', async () => {
    const query = gql(`mutation ($a: Upload, $b: Upload, $input: CreateImageInput!) {
      a: createImage(input: $input, data: $a) { size }
      b: createImage(input: $input, data: $b) { size }
      c: createImage(input: $input, data: $b) { size }
    }`);
    const variables = { a: null, b: null, input: FORMATS };
    const form = operationForm(query, variables, '["variables.a","variables.b"]', Buffer.alloc(300_000));
    const { data } = await sendForm(gateway, form);
    expect(data).toEqual({ a: { size: 300_000 }, b: { size: 300_000 }, c: { size: 300_000 } });
  });

  test('appear in errors only as a file, without its content', async () => {
    const query = gql('mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }');
    const variables = { input: { ...FORMATS, name: null } };
    const { error } = await sendForm(gateway, operationForm(query, variables, '["variables.input.name"]'));
    expect(error?.code).toBe('BAD_USER_INPUT');
    expect(error?.message).not.toMatch(/promise|function/);
  });

  test('may be none: a form with an empty `map` runs like any other operation', async () => {
    const form = [
      { name: 'operations', body: JSON.stringify({ query: '{ viewer { isAdmin } }' }) },
      { name: 'map', body: '{}' },
    ];
    expect(await sendForm(gateway, form)).toMatchObject({ status: 200, data: { viewer: { isAdmin: true } } });
  });
});
