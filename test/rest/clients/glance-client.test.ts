import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { field, hasClients, runClient } from '../../support/openstack-clients.js';

/** Clients of OpenStack as Debian has them, which know nothing of this gateway. */
describe.skipIf(!hasClients)('the clients of OpenStack', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-clients-'));
  const data = 'the data of an image\n'.repeat(10_000);
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ DATA_DIR: join(folder, 'gateway') });
    writeFileSync(join(folder, 'data'), data);
  });
  afterAll(async () => {
    await gateway.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (command: string) => runClient(command, folder);
  const glance = (command: string) =>
    run(`glance --os-image-api-version 1 --os-auth-token TOKEN --os-image-url ${gateway.url} ${command}`);
  const openstack = (command: string) =>
    run(
      'openstack --os-image-api-version 1 --os-auth-type admin_token --os-token TOKEN ' +
        `--os-endpoint ${gateway.url}/v1 image ${command}`,
    );

  test('make, show, change, list, share, download and delete images', { timeout: 120_000 }, async () => {
    const made = await glance(
      'image-create --name cirros --disk-format raw --container-format bare --is-public True ' +
        "--file data --property os='Größe'",
    );
    const id = field(made.output, 'id')!;
    expect(made).toMatchObject({ code: 0, output: expect.stringContaining('active') });

    const shown = await glance('image-show cirros');
    expect([field(shown.output, 'id'), field(shown.output, 'size')]).toEqual([id, String(data.length)]);

    expect((await glance(`image-update ${id} --min-ram 64 --property k=v`)).code).toBe(0);
    const changed = await glance(`image-show ${id}`);
    expect([field(changed.output, 'min_ram'), field(changed.output, "Property 'k'")]).toEqual(['64', 'v']);

    expect((await glance('image-list --property-filter k=v')).output).toContain(id);
    expect((await openstack('list')).output).toContain('cirros');

    expect((await glance(`member-create --can-share ${id} tenant`)).code).toBe(0);
    expect((await glance(`member-list --image-id ${id}`)).output).toMatch(/tenant +\| True/);

    expect((await glance(`image-download ${id} --file fetched`)).code).toBe(0);
    expect(readFileSync(join(folder, 'fetched'), 'utf8')).toBe(data);

    expect((await glance(`image-delete ${id}`)).code).toBe(0);
    expect((await glance('image-list')).output).not.toContain(id);
  });
});
