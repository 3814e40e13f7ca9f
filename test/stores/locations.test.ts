import { expect, test } from 'vitest';
import { s3Store } from '../../src/store/s3-store.js';
import { imageStores } from '../../src/store/configured-stores.js';
import { swiftStore } from '../../src/store/swift-store.js';

const common = { segmentSize: 1024 * 1024, timeout: 10 };
const swift = (credentialsInLocation: boolean) =>
  swiftStore(
    {
      ...common,
      authUrl: 'https://keystone.example.org:5000/v3',
      authVersion: '3',
      user: 'service:glance',
      key: 'p:a@s/s',
      userDomainName: 'Default',
      projectDomainName: 'Default',
      endpointType: 'public',
      container: 'glance',
      reference: 'ref1',
      credentialsInLocation,
    },
    'archive',
  );
const s3 = (credentialsInLocation: boolean, endpoint?: string) =>
  s3Store(
    {
      ...common,
      endpoint,
      region: 'eu-west-1',
      bucket: 'glance',
      accessKey: 'AKIA',
      secretKey: 'se/cret',
      isPathStyle: endpoint !== undefined,
      credentialsInLocation,
    },
    'cloud',
  );

test('credentials are in locations only if an option asks for it', () => {
  expect(swift(false).locationOf('id')).toBe('swift+config://ref1/glance/id');
  expect(swift(true).locationOf('id')).toBe(
    'swift+https://service%3Aglance:p%3Aa%40s%2Fs@keystone.example.org:5000/v3/glance/id',
  );
  expect(s3(false, 'https://s3.example.org').locationOf('id')).toBe('s3+https://s3.example.org/glance/id');
  expect(s3(true, 'http://s3.example.org:8080').locationOf('id')).toBe(
    's3://AKIA:se/cret@s3.example.org:8080/glance/id',
  );
  expect(s3(false).locationOf('id')).toBe('s3+https://s3.eu-west-1.amazonaws.com/glance/id');
});

test.each([
  ['swift+config://ref1/glance/id', true],
  ['swift+config://ref2/glance/id', false],
  ['swift+https://service%3Aglance:old-key@keystone.example.org:5000/v3/glance/id', true],
  ['swift://service:glance:old-key@keystone.example.org:5000/v3/glance/id', true],
  ['swift+https://service%3Aglance:key@keystone.example.org:5000/glance/id', true],
  ['swift+https://service%3Aglance:key@keystone.example.org:5000/v3/glance_ab/id', true],
  ['swift+https://service%3Aglance:key@keystone.example.org:5000/v3/private/id', false],
  ['swift+https://other%3Aglance:key@keystone.example.org:5000/v3/glance/id', false],
  ['swift+https://service%3Aglance:key@elsewhere.example.org/v3/glance/id', false],
  ['swift+https://%zz:key@keystone.example.org:5000/v3/glance/id', false],
  ['swift+https://service:key@http://keystone.example.org:5000/v3/glance/id', false],
])('Swift: %s is its own: %s, whatever the key in it', (location, isOwn) => {
  expect(swift(false).holds(location)).toBe(isOwn);
  expect(swift(true).holds(location)).toBe(isOwn);
});

test('Swift: a location that has only colons is read within half a second', () => {
  const start = performance.now();
  expect(swift(false).holds(`swift://${':'.repeat(60_000)}`)).toBe(false);
  expect(performance.now() - start).toBeLessThan(500);
});

test.each([
  ['s3+https://AKIA:old/secret@s3.example.org/glance/id', 'https://s3.example.org', true],
  ['s3://s3.example.org/glance/id', 'https://s3.example.org/', true],
  ['s3://AKIA:s@s3.example.org/private/id', 'https://s3.example.org', false],
  ['s3://AKIA:s@elsewhere.example.org/glance/id', 'https://s3.example.org', false],
  ['s3+https://AKIA:s@s3.amazonaws.com/glance/id', undefined, true],
  ['s3+https://AKIA:s@s3-eu-west-1.amazonaws.com/glance/id', undefined, true],
  ['s3+https://AKIA:s@s3.evil.example.org/glance/id', undefined, false],
])('S3: %s at %s is its own: %s', (location, endpoint, isOwn) => {
  expect(s3(false, endpoint).holds(location)).toBe(isOwn);
});

test.each([
  ['swift+config://ref1/glance/one', 'one', true],
  ['swift+config://ref1/glance/one', 'other', false],
  ['swift+config://ref1/glance_ab/one', 'other', false],
  ['swift+https://service%3Aglance:key@keystone.example.org:5000/v3/glance/one-upload-00001', 'one', false],
  ['s3+https://AKIA:s@s3.example.org/glance/one', 'one', true],
  ['s3+https://AKIA:s@s3.example.org/glance/one', 'other', false],
])('the location %s names the data of the image %s: %s', (location, imageId, isOwn) => {
  const stores = imageStores([swift(false), s3(false, 'https://s3.example.org')], 'archive');
  expect(stores.of(location, imageId) !== undefined).toBe(isOwn);
  expect(stores.ofAnother(location, imageId) !== undefined).toBe(!isOwn);
});

test('the place of a store shows no secret', () => {
  for (const { place } of [swift(true), s3(true), s3(true, 'https://s3.example.org')]) {
    expect(place).not.toMatch(/p:a|se\/cret|AKIA/);
  }
});
