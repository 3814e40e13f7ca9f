import { describe, expect, test } from 'vitest';
import { isHostEntry, ssrfGuard } from '../../src/store/ssrf-guard.js';

const limits = {
  hosts: ['images.example.org:443', 'images.example.org:80'],
  schemes: ['https', 'http'],
  privateNetworks: [],
};
const anyHost = ssrfGuard({ ...limits, hosts: ['*'] });

describe('an address that a connection may be opened to', () => {
  test.each(['93.184.216.34', '1.1.1.1', '2606:4700:4700::1111', '::ffff:93.184.216.34'])('%s', (address) => {
    expect(anyHost.mayConnect(address)).toBe(true);
  });
});

describe('an address that no connection is opened to', () => {
  test.each([
    ['loopback', '127.0.0.1'],
    ['loopback, not the usual one', '127.8.9.10'],
    ['loopback', '::1'],
    ['unspecified', '0.0.0.0'],
    ['this network', '0.1.2.3'],
    ['unspecified', '::'],
    ['private', '10.1.2.3'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['the metadata of a cloud', '169.254.169.254'],
    ['the metadata of a cloud', 'fd00:ec2::254'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['unique local', 'fc00::1'],
    ['site-local', 'fec0::1'],
    ['multicast', '224.0.0.1'],
    ['multicast', 'ff02::1'],
    ['broadcast', '255.255.255.255'],
    ['carrier-grade NAT', '100.64.0.1'],
    ['benchmarks', '198.18.0.1'],
    ['documentation', '192.0.2.1'],
    ['documentation', '2001:db8::1'],
    ['reserved', '240.0.0.1'],
    ['IPv4 mapped', '::ffff:127.0.0.1'],
    ['IPv4 mapped, in hexadecimal', '::ffff:7f00:1'],
    ['IPv4 mapped', '::ffff:169.254.169.254'],
    ['IPv4 compatible', '::127.0.0.1'],
    ['IPv4 compatible, public', '::5db8:d822'],
    ['IPv4 translated (NAT64)', '64:ff9b::7f00:1'],
    ['IPv4 translated (SIIT)', '::ffff:0:127.0.0.1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001:0:7f00:1::'],
    ['never assigned', '4000::1'],
    ['no address', 'localhost'],
    ['no address', ''],
  ])('%s: %s', (_, address) => {
    expect(anyHost.mayConnect(address)).toBe(false);
  });
});

test('only the private networks that the operator names may be connected to', () => {
  const named = ssrfGuard({ ...limits, privateNetworks: ['10.0.0.0/8', '127.0.0.1', 'fd00::/8'] });
  const addresses = [
    '10.1.1.1',
    '127.0.0.1',
    '::ffff:127.0.0.1',
    'fd00::1',
    '127.0.0.2',
    '192.168.1.1',
    '::1',
  ];
  expect(addresses.filter((address) => named.mayConnect(address))).toEqual(addresses.slice(0, 4));
});

describe('with images.example.org allowed', () => {
  const addresses = ssrfGuard(limits);

  test.each([
    'https://images.example.org/a.img',
    'http://images.example.org/a.img?x=1',
    'https://IMAGES.example.org/',
    'HTTP://images.example.org/',
    'https://images.example.org:443/',
    'http://images.example.org:80/',
    'https://images.example.org./',
  ])('%s is allowed', (url) => {
    expect(addresses.allowed(url)).toBeDefined();
  });

  test.each([
    ['another host', 'https://example.org/'],
    ['a host that ends alike', 'https://evil-images.example.org/'],
    ['a host that begins alike', 'https://images.example.org.evil.net/'],
    ['another port', 'https://images.example.org:8443/'],
    ['a user', 'https://user@images.example.org/'],
    ['a user and a password', 'https://user:password@images.example.org/'],
    ['a host in the place of a user', 'https://images.example.org@evil.net/'],
    ['another scheme', 'ftp://images.example.org/'],
    ['a file', 'file:///etc/passwd'],
    ['no host', 'http://'],
    ['no host but a path', 'http:///images.example.org'],
    ['backslashes', 'https:\\\\images.example.org\\'],
    ['a backslash that parsers turn around', 'https://evil.net\\@images.example.org/'],
    ['a line break that parsers drop', 'https://images.example.org/\r\nHost: x'],
    ['a tab that parsers drop', 'https://ima\tges.example.org/'],
    ['a space', 'https://images.example.org/a b'],
    ['a null', 'https://images.example.org/\0'],
    ['letters that look alike', 'https://images.exаmple.org/'],
    ['a relative address', '/a.img'],
    ['no address', ''],
  ])('%s is refused: %s', (_, url) => {
    expect(addresses.allowed(url)).toBeUndefined();
  });
});

test.each([
  ['127.0.0.1', 'http://127.0.0.1:81/', true],
  ['127.0.0.1:80', 'http://127.0.0.1:81/', false],
  ['127.0.0.1:81', 'http://127.0.0.1:81/', true],
  ['127.0.0.1', 'http://0x7f.1:81/', true],
  ['127.0.0.1', 'http://2130706433/', true],
  ['[::1]:81', 'http://[::1]:81/', true],
  ['::1', 'http://[::1]/', true],
  ['*', 'https://anything.example/', true],
  ['*:443', 'https://anything.example/', true],
  ['*:443', 'https://anything.example:8443/', false],
])('with %s allowed, %s is allowed: %s', (host, url, expected) => {
  const addresses = ssrfGuard({ ...limits, hosts: [host] });
  expect(addresses.allowed(url) !== undefined).toBe(expected);
});

test('odd spellings of an address are that address, and are refused unless it is named', () => {
  for (const host of ['0x7f.1', '2130706433', '127.1', '0177.0.0.1', '127.0.0.1.', '%31%32%37.0.0.1']) {
    const url = anyHost.allowed(`http://${host}/`);
    expect([host, url?.hostname.replace(/\.$/, '')]).toEqual([host, '127.0.0.1']);
  }
});

test('no scheme is supported while no host is configured', () => {
  expect(ssrfGuard({ ...limits, hosts: [] }).hasScheme('http://images.example.org/')).toBe(false);
  expect(ssrfGuard(limits).hasScheme('HTTP://x')).toBe(true);
  expect(ssrfGuard({ ...limits, schemes: ['https'] }).hasScheme('http://x')).toBe(false);
});

test.each([
  ['images.example.org', true],
  ['images.example.org:8443', true],
  ['10.0.0.5:8080', true],
  ['10.0.0.5:*', false],
  ['[fd00::5]:80', true],
  ['fd00::5', true],
  ['*', true],
  ['*:443', true],
  ['*.example.org', false],
  ['https://images.example.org', false],
  ['images.example.org/path', false],
  ['images.example.org:http', false],
  ['user@images.example.org', false],
  ['images.example.org:99999', false],
  ['', false],
])('HTTP_SOURCE_HOSTS takes %s: %s', (text, expected) => {
  expect(isHostEntry(text)).toBe(expected);
});
