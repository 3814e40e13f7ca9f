import { describe, expect, test } from 'vitest';
import { compared } from '../../src/console/page/image/digests.js';
import { moved } from '../../src/console/page/list/grid-keys.js';
import { shownAge, shownSize, shownTime } from '../../src/console/page/parts/format.js';

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const OTHER = SHA256.replace('e3b0', 'ffff');

describe('the console shows', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.977 KiB'],
    [1024, '1.00 KiB'],
    [1_048_575, '1.00 MiB'],
    [5_368_709_120, '5.00 GiB'],
    [Number.MAX_SAFE_INTEGER, '8.00 PiB'],
  ])('%i bytes as %s', (bytes, shown) => {
    expect(shownSize(bytes)).toBe(shown);
  });

  test.each([
    ['2026-11-28T09:03:38.756067Z', '2026-11-28 09:03:38 UTC'],
    ['2026-11-28T10:03:38+01:00', '2026-11-28 09:03:38 UTC'],
  ])('the time %s as %s', (time, shown) => {
    expect(shownTime(time, 'utc')).toBe(shown);
  });

  test.each([
    ['2026-11-28T11:59:50Z', '10 seconds ago'],
    ['2026-11-28T09:00:00Z', '3 hours ago'],
    ['2026-11-27T12:00:00Z', 'yesterday'],
    ['2026-11-20T12:00:00Z', '2026-11-20'],
  ])('the age of %s at noon as %s', (time, shown) => {
    expect(shownAge(time, Date.parse('2026-11-28T12:00:00Z'), 'utc')).toBe(shown);
  });
});

describe('a digest that is compared', () => {
  const known = { md5: MD5, hash: SHA256 };

  test.each([
    ['the same MD5', MD5, 'same'],
    ['the second digest in capitals, with blanks', `  ${SHA256.toUpperCase()}\n`, 'same'],
    ['another one', OTHER, 'different'],
    ['a file of sums with the name', `${OTHER}  other.img\n${SHA256} *debian.img\n`, 'same'],
    [
      'a file of sums where another name has the digest',
      `${SHA256}  other.img\n${OTHER}  debian.img\n`,
      'different',
    ],
    [
      'a file of sums with a longer name that ends so',
      `${SHA256}  old-debian.img\n${OTHER}  debian.img\n`,
      'different',
    ],
    ['the sums of BSD', `SHA256 (debian.img) = ${SHA256}\n`, 'same'],
    ['a file of sums without the name', `${OTHER}  a.img\n${SHA256}  b.img\n`, 'same'],
    ['no digest', 'hello', undefined],
    ['a digest of a kind that is not known', MD5.slice(0, 31), undefined],
    ['digits that are part of more', `${SHA256}aa`, undefined],
  ])('%s', (_, text, outcome) => {
    expect(compared(text, known, 'debian.img')).toBe(outcome);
  });
});

describe('a key in the table', () => {
  const bounds = { rows: 100, columns: 8, page: 10 };
  const plain = { ctrlKey: false, metaKey: false, altKey: false };

  test.each([
    ['ArrowDown', { row: 6, column: 3 }],
    ['k', { row: 4, column: 3 }],
    ['PageDown', { row: 15, column: 3 }],
    ['PageUp', { row: 0, column: 3 }],
    ['Home', { row: 5, column: 0 }],
    ['End', { row: 5, column: 7 }],
    ['ArrowLeft', { row: 5, column: 2 }],
    ['a', undefined],
  ])('%s moves from cell to cell', (key, place) => {
    expect(moved({ key, ...plain }, { row: 5, column: 3 }, bounds)).toEqual(place);
  });

  test.each([
    ['Home', { row: 0, column: 0 }],
    ['End', { row: 99, column: 7 }],
    ['ArrowDown', undefined],
  ])('Control and %s move to the ends', (key, place) => {
    expect(moved({ key, ...plain, ctrlKey: true }, { row: 5, column: 3 }, bounds)).toEqual(place);
  });

  test('moves nothing in an empty table', () => {
    expect(
      moved({ key: 'ArrowDown', ...plain }, { row: 0, column: 0 }, { ...bounds, rows: 0 }),
    ).toBeUndefined();
  });
});
