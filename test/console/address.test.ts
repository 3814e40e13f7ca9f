import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  COLUMNS,
  isFiltered,
  readAddress,
  SCOPES,
  SORT_KEYS,
  withoutFilters,
  writeAddress,
  type ListAddress,
} from '../../src/console/page/list/address.js';
import { queryOf } from '../../src/console/page/list/filter.js';

const can = { create: true, publish: false, makeCommunity: false, setOwner: false, import: false };
const USER = { user: 'alice', tenant: 'red', owner: 'red', isAdmin: false, readOnly: false, can };
const ADMIN = { ...USER, tenant: null, owner: null, isAdmin: true };

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,10}$/);
const words = fc.uniqueArray(word, { maxLength: 3 });
const addresses: fc.Arbitrary<ListAddress> = fc.record({
  search: fc.oneof(fc.constant(''), text),
  status: words,
  visibility: words,
  format: words,
  container: words,
  tag: fc.uniqueArray(text, { maxLength: 3 }),
  property: fc.array(fc.record({ name: text, value: fc.string({ unit: 'grapheme' }) }), { maxLength: 2 }),
  owner: fc.oneof(fc.constant(''), text),
  hidden: fc.boolean(),
  scope: fc.option(fc.constantFrom(...SCOPES), { nil: undefined }),
  sort: fc.record({ key: fc.constantFrom(...SORT_KEYS), isDescending: fc.boolean() }),
  columns: fc.option(fc.uniqueArray(fc.constantFrom(...COLUMNS), { minLength: 1 }), { nil: undefined }),
});

describe('the address of a list in the console', () => {
  test('says the whole list: what is written is read again', () => {
    fc.assert(
      fc.property(addresses, (address) => {
        expect(readAddress(writeAddress(address))).toEqual(address);
      }),
      { numRuns: 1000 },
    );
  });

  test('is empty for the list that everybody sees first', () => {
    expect(writeAddress(readAddress(''))).toBe('');
  });

  test('leaves out what it does not know, whatever somebody typed', () => {
    expect(readAddress('?sort=-nothing&scope=theirs&cols=name,x&prop=&prop=%25:1&hidden=maybe')).toEqual(
      readAddress('?cols=name'),
    );
    fc.assert(fc.property(fc.string(), (query) => void readAddress(query)));
  });

  test('has no filters left once they are cleared', () => {
    fc.assert(
      fc.property(addresses, (address) => {
        expect(isFiltered(withoutFilters(address))).toBe(false);
      }),
    );
  });

  test.each([
    ['', USER, { and: [{ owner: { eq: 'red' } }] }],
    ['', ADMIN, {}],
    ['?scope=shared', USER, { and: [{ visibility: { eq: 'SHARED' }, owner: { ne: 'red' } }] }],
    ['?scope=all&status=active,queued', USER, { status: { in: ['active', 'queued'] } }],
    ['?format=raw&tag=a&tag=b', ADMIN, { diskFormat: { in: ['raw'] }, tags: { all: ['a', 'b'] } }],
    [
      '?prop=os:debian&hidden=true',
      ADMIN,
      { properties: [{ name: 'os', value: { eq: 'debian' } }], hidden: { eq: true } },
    ],
  ])('asks for the images of %j', (address, viewer, filter) => {
    expect(queryOf(readAddress(address), viewer).filter).toEqual(filter);
  });
});
