import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { hasKeystone, passwordOf, startKeystone, type Keystone } from '../support/keystone-server.js';
import { field, hasPrograms, runClient } from '../support/real-clients.js';
import { graphqlRequest } from './http-request.js';

const hasClients = hasPrograms('clients that log in to Keystone', ['glance', 'openstack', 'script']);

/** The clients know where Keystone is, a name and a password; all else they find by themselves. */
describe.skipIf(!hasKeystone || !hasClients)('the clients of OpenStack', () => {
  let keystone: Keystone;
  beforeAll(async () => {
    keystone = await startKeystone();
  }, 120_000);
  afterAll(() => keystone?.stop());

  onSqlite('that log in to Keystone', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start({
        AUTH: 'keystone',
        KEYSTONE_AUTH_URL: keystone.url,
        KEYSTONE_USERNAME: 'gateway',
        KEYSTONE_PASSWORD: passwordOf('gateway'),
        KEYSTONE_TOKEN_CACHE_TIME: '0',
      });
      const { body } = await keystone.request('POST', '/services', { service: { type: 'image' } });
      const endpoint = { service_id: body.service.id, interface: 'public', url: gateway.url };
      await keystone.request('POST', '/endpoints', { endpoint });
    });

    const runAs = (user: string, project: string, command: string) =>
      runClient(command, gateway.folder, {
        OS_AUTH_URL: `${keystone.url}/v3`,
        OS_IDENTITY_API_VERSION: '3',
        OS_USERNAME: user,
        OS_PASSWORD: passwordOf(user),
        OS_USER_DOMAIN_ID: 'default',
        OS_PROJECT_NAME: project,
        OS_PROJECT_DOMAIN_ID: 'default',
        OS_IMAGE_API_VERSION: '1',
      });

    test(
      'find the gateway in the catalogue of Keystone, and have the identity of their token',
      { timeout: 180_000 },
      async () => {
        writeFileSync(join(gateway.folder, 'data'), 'hello');
        const made = await runAs(
          'alice',
          'demo',
          'glance image-create --name cirros --disk-format raw --container-format bare --file data',
        );
        expect(made).toMatchObject({ code: 0, output: expect.stringContaining('active') });
        expect(field(made.output, 'owner')).toBe(keystone.projects.demo);
        const id = field(made.output, 'id')!;

        const [own, others, fetched, issued] = await Promise.all([
          runAs('alice', 'demo', 'openstack image list'),
          runAs('bob', 'other', 'openstack image list'),
          runAs('alice', 'demo', `glance image-download ${id} --file fetched`),
          runAs('alice', 'demo', 'openstack token issue -f value -c id'),
        ]);
        expect([own.code, others.code, fetched.code, issued.code]).toEqual([0, 0, 0, 0]);
        expect(own.output).toContain(id);
        expect(others.output.trim()).toBe('');
        expect(readFileSync(join(gateway.folder, 'fetched'), 'utf8')).toBe('hello');

        const token = issued.output.trim();
        const { image } = await run(
          gateway,
          gql('query ($id: ID!) { image(id: $id) { name } }'),
          { id },
          { 'x-auth-token': token },
        );
        expect(image!.name).toBe('cirros');
        expect((await runAs('alice', 'demo', `openstack token revoke ${token}`)).code).toBe(0);
        expect(
          (await graphqlRequest(gateway, gql('{ viewer { user } }'), [['x-auth-token', token]])).status,
        ).toBe(401);
      },
    );
  });
});
