import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { swiftStore, type SwiftStoreSettings } from '../../src/store/swift-store.js';
import { hasKeystone, passwordOf, startKeystone, type Keystone } from '../support/keystone-server.js';
import { hasSwift, PATIENCE, startSwift, type SwiftServer } from '../support/swift-server.js';
import { readAll, stored } from './conformance.js';

describe.skipIf(!hasSwift || !hasKeystone)('Swift with logins of Keystone', () => {
  let keystone: Keystone;
  let swift: SwiftServer;
  let settings: SwiftStoreSettings;
  beforeAll(async () => {
    keystone = await startKeystone();
    swift = await startSwift(keystone);
    const { body } = await keystone.request('POST', '/services', { service: { type: 'object-store' } });
    for (const [region, url] of [
      ['elsewhere', 'http://127.0.0.1:9/v1/AUTH_%(project_id)s'],
      ['here', `${swift.url}/v1/AUTH_%(project_id)s`],
    ]) {
      await keystone.request('PUT', `/regions/${region}`, { region: {} });
      const endpoint = { interface: 'public', region_id: region, url, service_id: body.service.id };
      await keystone.request('POST', '/endpoints', { endpoint });
    }
    settings = {
      authUrl: `${keystone.url}/v3/`,
      authVersion: '3',
      user: 'demo:alice',
      key: passwordOf('alice'),
      userDomainName: 'Default',
      projectDomainName: 'Default',
      region: 'here',
      endpointType: 'public',
      container: 'glance',
      reference: 'archive',
      credentialsInLocation: false,
      segmentSize: 1024 * 1024,
      timeout: 10,
    };
  }, PATIENCE);
  afterAll(async () => {
    await swift?.stop();
    await keystone?.stop();
  });

  test('keeps large data in the account of the project, found by its region in the catalogue', async () => {
    const store = swiftStore(settings, 'archive');
    const data = randomBytes(1_500_000);
    const location = await stored(store, randomUUID(), data);
    expect((await readAll(store, location)).equals(data)).toBe(true);
    await store.remove(location);
    await expect(store.open(location)).rejects.toMatchObject({ fault: 'missing' });
  });

  test('logs in again when its token is not taken any more', async () => {
    const store = swiftStore(settings, 'archive');
    const location = await stored(store, randomUUID(), Buffer.from('data'));
    // Keystone tells whose tokens are no good any more by the time of a change of the password.
    const { alice } = keystone.users;
    await keystone.request('PATCH', `/users/${alice}`, { user: { password: passwordOf('alice') } });
    expect((await readAll(store, location)).toString()).toBe('data');
  });

  test.each([
    ['a wrong password', { key: 'a-secret' }, 'the login was answered with status 401'],
    ['a region without Swift', { region: 'nowhere' }, "Keystone's catalogue has no such object-store"],
  ])('with %s says what is wrong, without the password', async (_, wrong, detail) => {
    const failure = await swiftStore({ ...settings, ...wrong }, 'archive')
      .prepare()
      .catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({
      fault: 'unavailable',
      message: `The store failed (unavailable: ${detail})`,
    });
    expect(String((failure as Error).stack)).not.toContain('a-secret');
  });
});
