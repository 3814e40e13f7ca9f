import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compared } from '../../src/console/page/image/digests.js';
import { digestsIn } from '../../src/console/page/parts/sums.js';
import { expectedDigest } from '../../src/console/page/upload/files/sums.js';
import { hasProgram, run } from '../support/image-programs.js';
import { folderOfTests } from '../support/temporary-folder.js';

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const OTHER = SHA256.replace('e3b0', 'ffff');
const SHA384 = 'ab'.repeat(48);
const SHA512 = 'cd'.repeat(64);

describe('the digest that is expected of debian.img', () => {
  const expected = (text: string, name = 'debian.img') => expectedDigest(text, name);

  test.each([
    ['md5', MD5],
    ['sha256', SHA256],
    ['sha384', SHA384],
    ['sha512', SHA512],
  ])('is a pasted one, %s by its length', (algorithm, value) => {
    expect(expected(`  ${value.toUpperCase()}\n`)).toEqual({ algorithm, value });
  });

  test.each<[string, string]>([
    ['is on its line', `${OTHER}  other.img\n${SHA256}  debian.img\n`],
    ['is on its line, read as binary', `${SHA256} *debian.img\r\n${OTHER} *other.img\r\n`],
    ['is on its line of BSD', `SHA256 (other.img) = ${OTHER}\nSHA256 (debian.img) = ${SHA256}\n`],
    ['is on its line of OpenSSL', `SHA2-256(debian.img)= ${SHA256}\n`],
    ['is beside its name in a folder', `${SHA256}  ./images/debian.img\n`],
    ['is behind its algorithm', `sha256:${SHA256}`],
    ['is the stronger of two', `${MD5}  debian.img\n${SHA256}  debian.img\n`],
    ['is the stronger of two that are alone', `${SHA256} ${MD5}`],
    ['is told twice', `${SHA256}  debian.img\n${SHA256.toUpperCase()}  debian.img`],
    ['follows the byte order mark of an editor', `\ufeff${SHA256}  debian.img\n${OTHER}  other.img`],
    [
      'is on its line of a signed file',
      `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n# debian.img: 5 bytes\nSHA256 (debian.img) = ${SHA256}\n`,
    ],
  ])('%s', (_, text) => {
    expect(expected(text)).toEqual({ algorithm: 'sha256', value: SHA256 });
  });

  test.each<[string, string]>([
    ['there is none', 'hello'],
    ['a digest is cut', MD5.slice(1)],
    ['the lines are about other files', `${OTHER}  other.img\n`],
    ['a line is about a longer name that ends so', `${SHA256}  old-debian.img\n`],
    ['a line is about a name in another letter case', `${SHA256}  Debian.img\n`],
    ['two digests contradict each other', `${SHA256}  a/debian.img\n${OTHER}  b/debian.img\n`],
    ['two digests alone contradict each other', `${SHA256}\n${OTHER}\n`],
    ['it is one of BLAKE2', `BLAKE2b (debian.img) = ${SHA512}\n`],
    ['it is one of SHA-3', `SHA3-256 (debian.img) = ${SHA256}\n`],
    ['it is one of a shortened SHA-512', `SHA512/256 (debian.img) = ${SHA256}\n`],
  ])('is unknown when %s', (_, text) => {
    expect(expected(text)).toBeUndefined();
  });

  test('may be that of a file whose name has brackets, blanks or a digest', () => {
    for (const name of ['a (1).img', `${SHA512}.img`, 'x) = (y.img', '*.img']) {
      expect(expected(`${SHA256}  ${name}\n`, name)).toMatchObject({ value: SHA256 });
      expect(expected(`SHA256 (${name}) = ${SHA256}\n`, name)).toMatchObject({ value: SHA256 });
    }
  });

  test('is found for a file that was chosen with its folder', () => {
    expect(expected(`${SHA256}  debian.img`, 'images/debian.img')).toMatchObject({ value: SHA256 });
  });

  test('is found among the lines of many files', () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9 ._()=-]{0,20}\.img$/);
    const value = fc.stringMatching(/^[0-9a-f]{64}$/);
    const files = fc.uniqueArray(fc.record({ name, value }), { selector: (file) => file.name, minLength: 1 });
    const forms = fc.constantFrom<(file: { name: string; value: string }) => string>(
      (file) => `${file.value}  ${file.name}`,
      (file) => `${file.value} *${file.name}`,
      (file) => `SHA256 (${file.name}) = ${file.value}`,
    );
    fc.assert(
      fc.property(files, forms, (all, form) => {
        const text = all.map(form).join('\n');
        for (const file of all) expect(expectedDigest(text, file.name)?.value).toBe(file.value);
      }),
    );
  });
});

describe('a file of sums is read as written by', () => {
  const folder = folderOfTests();
  writeFileSync(join(folder, 'debian (1).img'), '');

  test.skipIf(!hasProgram('sha256sum', 'coreutils')).each([[], ['--binary'], ['--tag']])(
    'sha256sum %s',
    (...options) => {
      const text = run('sha256sum', [...options, join(folder, 'debian (1).img')]).toString();
      expect(digestsIn(text)).toEqual([{ algorithm: 'sha256', value: SHA256, name: 'debian (1).img' }]);
    },
  );
});

describe('a long line', () => {
  test.each([
    ['blanks', `${SHA256}${' '.repeat(500_000)}x\u2028y`],
    ['brackets', `SHA256 (${')= a'.repeat(150_000)}!`],
    ['digits', 'a'.repeat(500_000)],
  ])('of %s is read without delay', (_, text) => {
    expect(digestsIn(text).filter(({ name }) => name !== undefined)).toEqual([]);
  });
});

describe('an image that is compared', () => {
  test('is not different because its line has the digest of another algorithm', () => {
    const text = `SHA3-256 (debian.img) = ${OTHER}\nSHA256 (debian.img) = ${SHA256}\n`;
    expect(compared(text, { md5: null, hash: SHA256 }, 'debian.img')).toBe('same');
  });

  test('is the same when one of two digests in a line is its own', () => {
    expect(compared(`${MD5} ${SHA256}`, { md5: null, hash: SHA256 }, null)).toBe('same');
  });
});
