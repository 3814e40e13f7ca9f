import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { run as command } from '../../src/command-line.js';
import { createActiveImage, run } from '../support/client.js';
import { onServer, startGateway, type TestGateway } from '../support/gateway.js';
import { hasGlance, startGlance, type Glance } from '../support/glance-server.js';
import { gql } from '../support/gql.js';

const METADATA_ENCRYPTION_KEY = '0123456789abcdef01234567';

describe.skipIf(!hasGlance || inject('mysqlServer') === '')(
  'beside a Glance that encrypts locations (C24.5)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
    let glance: Glance;
    let gateway: TestGateway;
    beforeAll(async () => {
      glance = await startGlance([], METADATA_ENCRYPTION_KEY);
      const options = {
        DATA_DIR: folder,
        DATABASE_URL: `${inject('mysqlServer')}/${glance.database}`,
        FILESYSTEM_STORE_DATADIR: glance.stores.file,
        METADATA_ENCRYPTION_KEY,
      };
      expect(await command(['migrate', '--gateway-tables'], options)).toBe(0);
      expect(await command(['check', '--json'], options)).toBe(0);
      gateway = await startGateway(options);
    });
    afterAll(async () => {
      await gateway?.close();
      await glance?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const isStored = (id: string) => existsSync(join(glance.stores.file, id));
    const written = async (id: string) =>
      (await onServer(`SELECT value FROM image_locations WHERE image_id = '${id}'`, glance.database))[0]
        .value;

    test('each returns and removes the data of the other', async () => {
      const made = await glance.request('POST', '/images', { disk_format: 'raw', container_format: 'bare' });
      const theirs = made.json.id;
      expect((await glance.request('PUT', `/images/${theirs}/file`, 'of Glance')).status).toBe(204);
      const ours = await createActiveImage(gateway, 'of the gateway');
      for (const id of [theirs, ours]) expect(await written(id)).toMatch(/^[\w-]+=*$/);

      expect(await (await fetch(`${gateway.url}/data/${theirs}`)).text()).toBe('of Glance');
      const given = await glance.request('GET', `/images/${ours}/file`);
      expect([given.status, given.bytes.toString()]).toEqual([200, 'of the gateway']);

      expect([theirs, ours].map(isStored)).toEqual([true, true]);
      await run(gateway, gql('mutation ($theirs: ID!) { deleteImage(id: $theirs) { id } }'), { theirs });
      expect((await glance.request('DELETE', `/images/${ours}`)).status).toBe(204);
      expect([theirs, ours].map(isStored)).toEqual([false, false]);
    });
  },
);
