import fc from 'fast-check';
import { as } from '../../support/client.js';
import { IMAGES, UPLOAD } from './request.js';

/** Chooses mostly usual values, so that many requests succeed. */
export function mostly<T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>, weight = 8): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: usual, weight }, { arbitrary: odd, weight: 1 });
}

export const TENANTS = ['anna', 'bert', 'ops'];

/** The headers of one of several callers, or of nobody. */
export const caller: fc.Arbitrary<Record<string, string>> = mostly(
  fc.constantFrom(as('anna'), as('anna'), as('bert'), as('ops', 'admin'), as('rita', 'reader')),
  fc.constantFrom<Record<string, string>>(
    {},
    { 'x-identity-status': 'Invalid' },
    { 'x-identity-status': 'Confirmed' },
    as('', ''),
    as('Größe', 'member,,ADMIN '),
    { ...as('anna'), 'x-tenant-id': 'a'.repeat(300) },
  ),
);

export const imageId = mostly(
  fc.constantFrom(...IMAGES),
  fc.oneof(
    fc.uuid(),
    fc.constantFrom(
      IMAGES[0].toUpperCase(),
      `{${IMAGES[0]}}`,
      '',
      '0',
      'a'.repeat(37),
      '%00',
      '..',
      'é',
      '😀',
    ),
  ),
);

export const uploadId = mostly(
  fc.constant(UPLOAD),
  fc.constantFrom('x', '..', '%2e%2e', UPLOAD.toUpperCase()),
);

export const oddText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '\t',
    '\0',
    'a\r\nb',
    '"',
    "'",
    '\\',
    '%',
    '%00',
    '%ff',
    '%zz',
    '_',
    'None',
    'null',
    'in:',
    'in:a,"b',
    'like:%',
    '__proto__',
    'constructor',
    'toString',
    '😀',
    '\ud800',
    '\ufeffx',
    'ß',
    'x'.repeat(256),
    'é'.repeat(70_000),
    '${jndi}',
    "' OR 1=1 -- ",
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

export const text = mostly(
  fc.constantFrom('image 1', 'os', 'linux', 'Größe', 'anna', 'raw', 'bare', 'active'),
  oddText,
  6,
);

export const number = fc.oneof(
  fc.integer({ min: -2, max: 30 }).map(String),
  fc.constantFrom(
    '',
    '-0',
    '+1',
    '007',
    '1.5',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    '2147483648',
    '9007199254740993',
    '18446744073709551616',
    '9'.repeat(400),
    '١',
    ' 5 ',
  ),
);

export const time = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(
    '2026-11-27',
    '20261127',
    '2026-11',
    '2026-02-30',
    '2026-11-27T25:00:00',
    '2026-11-27T10:00:00.123456789+14:00',
    '0000-00-00T00:00:00Z',
    '9999-12-31T23:59:59.999999-12:00',
    '0001-01-01T00:00:00+23:59',
    'now',
  ),
);

export const truth = fc.constantFrom('True', 'False', 'true', '1', '0', 'yes', 'None', '', 'maybe');

/** A value of any kind, for a JSON body. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, 2 ** 63, [], {}, [[]], { __proto__: null }),
);

/** Returns a token, as in the name of a header. */
export const token = fc.string({
  unit: fc.constantFrom(..."aZ09!#$%&'*+-.^_`|~"),
  minLength: 1,
  maxLength: 8,
});

/** Writes text as part of a path: mostly escaped, sometimes unchanged. */
export function inPath(part: string): string {
  return encodeURIComponent(part.replace(/[\ud800-\udfff]/g, '?'));
}

/** Pairs as a query, in any order and number. */
export function query(pair: fc.Arbitrary<readonly [string, string]>): fc.Arbitrary<string> {
  return mostly(
    fc.array(pair, { maxLength: 4 }).map((pairs) => {
      if (pairs.length === 0) return '';
      return `?${pairs.map(([name, value]) => `${inPath(name)}=${inPath(value)}`).join('&')}`;
    }),
    fc.constantFrom('?', '?&&', '?=', '?limit', '?limit=1&limit=2', '?a=%', '?%ff=1', '?limit=%EF%BC%91'),
  );
}

export const METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
];
export const method = fc.constantFrom(...METHODS);
