import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { operations, type AnyOperation } from './operations.js';
import { IMAGES, type AnyRequest } from './request.js';
import { anyJson, caller, mostly, oddText, text } from './words.js';

const hash = (query: string) => createHash('sha256').update(query).digest('hex');

/** The members of a JSON body, and those that clients of other servers add. */
const extras = mostly(
  fc.constant({}),
  fc.oneof(
    fc.record({ operationName: fc.oneof(text, anyJson) }),
    fc.record({ extensions: anyJson }),
    fc.record({ variables: anyJson }),
    fc.record({ query: anyJson }),
    fc.constant({ id: '1', documentId: 'x' }),
  ),
  12,
) as fc.Arbitrary<Record<string, unknown>>;

const persisted = fc
  .tuple(operations, fc.boolean(), mostly(fc.constant<unknown>(1), fc.constantFrom<unknown>(2, '1', null)))
  .map(([{ query, variables }, isFirst, version]) => ({
    ...(isFirst ? {} : { query }),
    variables,
    extensions: { persistedQuery: { version, sha256Hash: hash(query) } },
  }));

const odd = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    'null',
    '[]',
    '[{"query":"{__typename}"}]',
    '"x"',
    '{"query":"subscription { x }"}',
    '{"query":"{ __typename } { __typename }"}',
    '{"query":"query A { __typename } query B { __typename }","operationName":"C"}',
    '{"query":"{ ...F } fragment F on Query { ...F }"}',
    '{"query":"{ __schema { types { name fields { name } } } }"}',
    '{"query":"{ a: __type(name: \\"Image\\") { name } }","variables":{"__proto__":{"x":1}}}',
    `{"query":"{ __typename }","x":${'['.repeat(2000)}${']'.repeat(2000)}}`,
    `{"query":"${'{a'.repeat(800)}"}`,
  ),
  oddText,
  anyJson.map((body) => JSON.stringify(body) ?? ''),
);

const jsonBody = mostly(
  fc
    .tuple(fc.oneof(operations, operations, persisted), extras)
    .map(([body, more]) => JSON.stringify({ ...body, ...more })),
  odd,
);

const contentType = mostly(
  fc.constant('application/json'),
  fc.constantFrom(
    'application/json; charset=utf-8',
    'application/json; charset=latin1',
    'application/graphql',
    'application/graphql+json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    '',
    'x',
  ),
  12,
);
const accept = mostly(
  fc.constantFrom('application/json', 'application/graphql-response+json', '*/*'),
  fc.constantFrom('text/html', 'x;q=y', ''),
  20,
);

const posted = fc
  .tuple(jsonBody, contentType, accept, caller)
  .map(([body, type, accepts, who]): AnyRequest => ({
    server: 'gateway',
    method: 'POST',
    path: '/graphql',
    headers: { ...who, 'content-type': type, accept: accepts },
    body,
  }));

const inUrl = fc
  .tuple(operations, extras, caller, fc.boolean())
  .map(([body, more, who, says]): AnyRequest => {
    const members = Object.entries({ ...body, ...more }).map(([name, value]) => {
      const written = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
      return `${name}=${encodeURIComponent(written.replace(/[\ud800-\udfff]/g, '?'))}`;
    });
    const path = `/graphql?${members.join('&')}`.slice(0, 7000).replace(/%.?$/, '');
    return {
      server: 'gateway',
      method: 'GET',
      path,
      headers: says ? { ...who, 'apollo-require-preflight': '1' } : who,
    };
  });

const place = fc.oneof(
  fc.constantFrom(
    'variables.data',
    'variables.f.and.4294967294',
    'variables.f.and.0',
    'variables.s.9999999',
    'variables.__proto__.x',
    'variables.constructor.prototype.x',
    'variables.id',
    'variables',
    'query',
    'operationName',
    'variables.',
    '.data',
    'variables..data',
    'variables.data.0',
    'variables.list.0',
    'variables.list.-1',
    'variables.list.00',
    '0.variables.data',
  ),
  text.map((name) => `variables.${name}`),
);

const map = mostly(
  fc.oneof(
    fc.constant<unknown>({ 0: ['variables.data'] }),
    fc.array(place, { maxLength: 10 }).map((places) => ({ 0: places })),
  ),
  fc.oneof(
    anyJson,
    fc.constant({ 0: ['variables.data'], 1: ['variables.data'] }),
    fc.constant({ 1: ['variables.data'] }),
  ),
  3,
);

const sent: readonly AnyOperation[] = [
  ...IMAGES.map((id) => ({
    query: 'mutation ($id: ID!, $data: Upload!) { uploadImage(id: $id, data: $data) { id status } }',
    variables: { id, data: null, list: [null], f: { and: [] }, s: [] },
  })),
  {
    query: 'mutation ($data: Upload) { createImage(input: {}, data: $data) { id status } }',
    variables: { data: null },
  },
  {
    query:
      'query ($f: ImageFilterInput, $s: [ImageSort!]) { images(filter: $f, sort: $s) { edges { cursor } } }',
    variables: { f: { and: [] }, s: [] },
  },
];

const BOUNDARY = 'b0';

const multipart = fc
  .tuple(
    mostly(fc.constantFrom(...sent), operations, 4),
    map,
    mostly(fc.constantFrom('data', 'x'.repeat(70_000)), oddText),
    mostly(fc.constant('disk.img'), oddText),
    mostly(
      fc.constant<string[]>(['operations', 'map', '0']),
      fc.shuffledSubarray(['operations', 'map', '0', '1', 'operations', 'x']),
    ),
    caller,
    fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 12, nil: undefined }),
  )
  .map(([body, places, data, fileName, parts, who, breaksAt]): AnyRequest => {
    const part = (name: string) => {
      if (name === 'operations') return field(name, JSON.stringify(body));
      if (name === 'map') return field(name, JSON.stringify(places) ?? '');
      return `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"; filename="${fileName}"\r\ncontent-type: application/octet-stream\r\n\r\n${data}\r\n`;
    };
    return {
      server: 'gateway',
      method: 'POST',
      path: '/graphql',
      headers: {
        ...who,
        'apollo-require-preflight': '1',
        'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
      },
      body: `${parts.map(part).join('')}--${BOUNDARY}--\r\n`,
      breaksAt,
    };
  });

function field(name: string, content: string): string {
  return `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${content}\r\n`;
}

/** Requests to `/graphql`: as JSON, in the address, and as forms with files. */
export const graphqlRequests: fc.Arbitrary<AnyRequest> = fc.oneof(
  { arbitrary: posted, weight: 4 },
  { arbitrary: inUrl, weight: 1 },
  { arbitrary: multipart, weight: 2 },
);
