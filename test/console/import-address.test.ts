import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressFault, guessFromAddress, sentAddress } from '../../src/console/page/import/address.js';
import { ssrfGuard } from '../../src/store/ssrf-guard.js';

const BOTH = ['https', 'http'];

describe('an image from a URL is guessed from its address', () => {
  test.each([
    ['https://host/images/debian-13-generic-amd64.qcow2', 'debian-13-generic-amd64', 'qcow2'],
    ['https://host/a/b.iso?X-Signature=abc.raw#part', 'b', 'iso'],
    ['https://host/my%20disk%2Bmore.vhdx', 'my disk+more', 'vhdx'],
    ['  https://host/DISK.VMDK  ', 'DISK', 'vmdk'],
    ['https://host/%C3%A4rger.vdi', 'ärger', 'vdi'],
    ['https://host/%ff.raw', '%ff', 'raw'],
    ['https://host/..%2f..%2fpasswd.qcow2', 'passwd', 'qcow2'],
  ])('%s is %j as %s', (address, name, diskFormat) => {
    const guess = { name, diskFormat, containerFormat: 'bare', isFormatTold: true };
    expect(guessFromAddress(address)).toMatchObject(guess);
  });

  test('an archive has a disk and a container', () => {
    expect(guessFromAddress('https://host/appliance.ova')).toMatchObject({
      name: 'appliance',
      diskFormat: 'vmdk',
      containerFormat: 'ova',
    });
  });

  test.each(['https://host/ubuntu.img', 'https://host/download', 'https://host/'])(
    '%s does not tell the format',
    (address) => {
      expect(guessFromAddress(address)).toMatchObject({ diskFormat: 'raw', isFormatTold: false });
    },
  );

  test.each(['https://host', 'https://host/', 'https://host/folder/', '', 'nonsense', 'https://'])(
    '%j names no image',
    (address) => {
      expect(guessFromAddress(address)).toMatchObject({ name: '', fileName: '' });
    },
  );

  test('what is compressed stays so', () => {
    const guess = guessFromAddress('https://host/debian-13-arm64.raw.xz');
    expect(guess).toMatchObject({ name: 'debian-13-arm64', diskFormat: 'raw', compression: 'xz' });
    expect(guess.properties).toContainEqual({ name: 'architecture', value: 'aarch64' });
  });

  test('never fails, whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl({ withQueryParameters: true })),
        (typed) => {
          expect([...guessFromAddress(typed).name].length).toBeLessThanOrEqual(255);
        },
      ),
    );
  });
});

describe('the address of an import', () => {
  test.each(['', ' ', 'h', 'HTTP', 'https:', 'https://'])('%j is unfinished', (typed) => {
    expect(addressFault(typed, BOTH)).toBe('unfinished');
  });

  test.each([
    ['ftp://host/x', BOTH, 'scheme'],
    ['file:///etc/passwd', BOTH, 'scheme'],
    ['javascript:alert(1)', BOTH, 'scheme'],
    ['data:,x', BOTH, 'scheme'],
    ['http://host/x', ['https'], 'scheme'],
    ['https://user:password@host/x', BOTH, 'credentials'],
    ['https://user@host/x', BOTH, 'credentials'],
    ['https://:password@host/x', BOTH, 'credentials'],
    ['host/x', BOTH, 'malformed'],
    ['example.org:8080/x', BOTH, 'malformed'],
    ['//host/x', BOTH, 'malformed'],
    ['https:host/x', BOTH, 'malformed'],
    ['https:///x', BOTH, 'malformed'],
    ['https://good\\@evil/x', BOTH, 'malformed'],
    ['https:\\\\host\\x', BOTH, 'malformed'],
    ['https://ho\tst/x', BOTH, 'malformed'],
    ['https://host/\nx', BOTH, 'malformed'],
    ['https://a b/x', BOTH, 'malformed'],
    ['https://[::1/x', BOTH, 'malformed'],
  ])('%j, where %j are allowed, is refused: %s', (typed, schemes, fault) => {
    expect(addressFault(typed, schemes)).toBe(fault);
  });

  test.each([
    [' https://host/x ', 'https://host/x'],
    ['HTTPS://Host/ä b.img?c=d', 'https://host/%C3%A4%20b.img?c=d'],
    ['http://127.0.0.1:8080/x', 'http://127.0.0.1:8080/x'],
    ['http://[::1]/x', 'http://[::1]/x'],
  ])('%j is sent as %s', (typed, sent) => {
    expect(addressFault(typed, BOTH)).toBeUndefined();
    expect(sentAddress(typed)).toBe(sent);
  });

  test('that has no fault is one that the gateway reads as the page does', () => {
    const guard = ssrfGuard({ hosts: ['*'], schemes: BOTH, privateNetworks: [] });
    const piece = fc.constantFrom(
      'http',
      's',
      '://',
      ':',
      '/',
      '\\',
      '@',
      '#',
      '?',
      '.',
      'a',
      ' ',
      '\t',
      'ä',
      '%',
      '[::1]',
    );
    const typed = fc.oneof(fc.string({ unit: piece, maxLength: 20 }), fc.webUrl());
    fc.assert(
      fc.property(typed, (text) => {
        if (addressFault(text, BOTH)) return;
        expect(guard.refusal(sentAddress(text))).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });
});
