import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { as, run } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { hasGlance, startGlance, type Glance } from '../support/glance-server.js';
import { gql } from '../support/gql.js';

/** The files of Debian's package. */
const METADEFS = '/usr/share/glance-common/metadefs';
const DEFINITIONS = gql(
  '{ propertyDefinitions { name title help type values minimum maximum default group } }',
);

describe.skipIf(!hasGlance || inject('mysqlServer') === '')(
  'definitions of properties in a real Glance',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
    let glance: Glance;
    let [beside, alone]: TestGateway[] = [];

    beforeAll(async () => {
      glance = await startGlance();
      for (const name of readdirSync(METADEFS).filter((each) => each.endsWith('.json')))
        await add({
          owner: 'operators',
          ...(JSON.parse(readFileSync(join(METADEFS, name), 'utf8')) as object),
        });
      await add({
        ...{ namespace: 'Own', display_name: 'Own', visibility: 'private', owner: 'blue' },
        resource_type_associations: [{ name: 'OS::Glance::Image', prefix: 'own_' }],
        properties: { place: { title: 'Place', type: 'string' } },
      });
      const options = { AUTH: 'trusted', DATA_DIR: join(folder, 'beside') };
      beside = await startGateway({
        ...options,
        DATABASE_URL: `${inject('mysqlServer')}/${glance.database}`,
      });
      alone = await startGateway({
        AUTH: 'trusted',
        DATA_DIR: join(folder, 'alone'),
        METADEFS_DIR: METADEFS,
      });
    });
    afterAll(async () => {
      await Promise.all([beside?.close(), alone?.close()]);
      await glance.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const add = async (namespace: object) => {
      const { status, bytes } = await glance.request('POST', '/metadefs/namespaces', namespace);
      expect(status, String(bytes)).toBe(201);
    };
    const definitions = async (gateway: TestGateway, who: Record<string, string>) =>
      (await run(gateway, DEFINITIONS, {}, who)).propertyDefinitions;

    test('are those of the files that it has read', async () => {
      const ofFiles = await definitions(alone, as('green'));
      expect(ofFiles.length).toBeGreaterThan(100);
      expect(await definitions(beside, as('green'))).toEqual(ofFiles);
    });

    test('are seen by their owner and administrators where they are private', async () => {
      const seen = async (who: Record<string, string>) =>
        (await definitions(beside, who)).filter(({ name }) => name === 'own_place');
      expect(await seen(as('green'))).toEqual([]);
      expect(await seen(as('blue'))).toMatchObject([{ title: 'Place', group: 'Own', type: 'STRING' }]);
      expect(await seen(as('green', 'admin'))).toHaveLength(1);
    });
  },
);
