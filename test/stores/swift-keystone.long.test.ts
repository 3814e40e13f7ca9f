import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStores } from '../../src/gateway/stores.js';
import { readConfig } from '../../src/config/read-config.js';
import type { Store } from '../../src/store/store.js';
import { hasKeystone, passwordOf, startKeystone, type Keystone } from '../support/keystone-server.js';
import { hasSwift, PATIENCE, startSwift, type SwiftServer } from '../support/swift-server.js';
import { readAll, stored } from './conformance.js';

describe.skipIf(!hasSwift || !hasKeystone)('Swift with logins of Keystone', () => {
  let keystone: Keystone;
  let swift: SwiftServer;
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let options: Record<string, string>;
  beforeAll(async () => {
    keystone = await startKeystone();
    swift = await startSwift(keystone);
    const { body } = await keystone.request('POST', '/services', { service: { type: 'object-store' } });
    for (const region of ['elsewhere', 'here'])
      await keystone.request('PUT', `/regions/${region}`, { region: {} });
    for (const [type, region, url] of [
      ['public', 'elsewhere', NOBODY],
      ['public', 'here', swift.url],
      ['internal', 'here', NOBODY],
      ['admin', 'elsewhere', swift.url],
    ]) {
      const place = { region_id: region, url: `${url}/v1/AUTH_%(project_id)s`, service_id: body.service.id };
      await keystone.request('POST', '/endpoints', { endpoint: { interface: type, ...place } });
    }
    options = {
      DATA_DIR: folder,
      STORES: 'archive:swift',
      STORE_ARCHIVE_AUTH_URL: `${keystone.url}/v3/`,
      STORE_ARCHIVE_USER: 'demo:alice',
      STORE_ARCHIVE_KEY: passwordOf('alice'),
      STORE_ARCHIVE_REGION: 'here',
      STORE_ARCHIVE_SEGMENT_SIZE: '1',
    };
  }, PATIENCE);
  afterAll(async () => {
    await swift?.stop();
    await keystone?.stop();
    rmSync(folder, { recursive: true });
  });

  async function configured(own: Record<string, string> = {}): Promise<Store> {
    const stores = await openStores(readConfig({ ...options, ...own }), () => undefined);
    return stores.default;
  }

  test('keeps large data in the account of the project, found by its region in the catalogue', async () => {
    const store = await configured();
    const data = randomBytes(1_500_000);
    const location = await stored(store, randomUUID(), data);
    expect((await readAll(store, location)).equals(data)).toBe(true);
    await store.remove(location);
    await expect(store.open(location)).rejects.toMatchObject({ fault: 'missing' });
  });

  test('logs in again when its token is refused', async () => {
    const store = await configured();
    const location = await stored(store, randomUUID(), Buffer.from('data'));
    // Keystone tells whose tokens are no good any more by the time of a change of the password.
    const { alice } = keystone.users;
    await keystone.request('PATCH', `/users/${alice}`, { user: { password: passwordOf('alice') } });
    expect((await readAll(store, location)).toString()).toBe('data');
  });

  test('logs in as a user of one domain in a project of another', async () => {
    const domain = async (name: string) =>
      (await keystone.request('POST', '/domains', { domain: { name } })).body.domain.id;
    const { body: made } = await keystone.request('POST', '/projects', {
      project: { name: 'demo', domain_id: await domain('works') },
    });
    const { body } = await keystone.request('POST', '/users', {
      user: { name: 'alice', password: 'another', domain_id: await domain('people') },
    });
    const { body: found } = await keystone.request('GET', '/roles?name=member');
    const assignment = `/projects/${made.project.id}/users/${body.user.id}/roles/${found.roles[0].id}`;
    await keystone.request('PUT', assignment);
    const store = await configured({
      STORE_ARCHIVE_KEY: 'another',
      STORE_ARCHIVE_USER_DOMAIN_NAME: 'people',
      STORE_ARCHIVE_PROJECT_DOMAIN_NAME: 'works',
    });
    const location = await stored(store, randomUUID(), Buffer.from('data'));
    expect((await readAll(store, location)).toString()).toBe('data');
    await expect((await configured()).open(location)).rejects.toMatchObject({ fault: 'missing' });
  });

  test('is found at another endpoint of the catalogue when that is asked for', async () => {
    const own = { STORE_ARCHIVE_ENDPOINT_TYPE: 'admin', STORE_ARCHIVE_REGION: 'elsewhere' };
    const store = await configured(own);
    const location = await stored(store, randomUUID(), Buffer.from('data'));
    expect((await readAll(store, location)).toString()).toBe('data');
  });

  test.each([
    ['a wrong password', { KEY: 'a-secret' }, 'the login was answered with status 401'],
    ['a region without Swift', { REGION: 'nowhere' }, "Keystone's catalogue has no such object-store"],
    ['an endpoint where nobody is', { ENDPOINT_TYPE: 'internal' }, 'ECONNREFUSED'],
  ])('with %s says what is wrong, without the password', async (_, wrong, detail) => {
    const own = Object.fromEntries(
      Object.entries(wrong).map(([name, value]) => [`STORE_ARCHIVE_${name}`, value]),
    );
    const store = await configured(own);
    const failure = await store.prepare().catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({
      fault: 'unavailable',
      message: `The store failed (unavailable: ${detail})`,
    });
    expect(String((failure as Error).stack)).not.toContain('a-secret');
  });
});

/** No server listens there. */
const NOBODY = 'http://127.0.0.1:9';
