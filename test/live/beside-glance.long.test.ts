import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { as, graphql } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { hasGlance, startGlance, type Glance } from '../support/glance-server.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { numbers } from '../support/random.js';
import { differences, follower, type Follower } from './follower.js';

const CHANGES_IN_ALL = Number(process.env.GLANCE_CHANGES ?? 200);
const LONGEST_MS = 600_000 + CHANGES_IN_ALL * 500;
const AT_ONCE = 5;
const SEED = Number(process.env.CHANGES_SEED ?? Date.now() % 2 ** 31);
const ACCEPT = gql('mutation ($id: ID!) { acceptImage(id: $id) { memberId } }');
const RENAME = gql(
  'mutation ($id: ID!, $name: String!) { updateImage(id: $id, input: { name: $name }) { id } }',
);

const SUBSCRIBERS = {
  'an administrator': as('operators', 'admin'),
  'an owner': as('owner'),
  'a member': as('guest'),
  'a stranger': as('stranger'),
};

describe.skipIf(!hasGlance || inject('mysqlServer') === '')(
  `after ${CHANGES_IN_ALL} random changes by a live Glance and a gateway (CHANGES_SEED=${SEED})`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
    const below = numbers(SEED);
    const pick = <T>(from: readonly T[]): T => from[below(from.length)];
    let glance: Glance;
    let gateways: TestGateway[];
    let followers: Follower[];
    const images: string[] = [];

    beforeAll(async () => {
      glance = await startGlance();
      const options = {
        AUTH: 'trusted',
        DATA_DIR: folder,
        DATABASE_URL: `${inject('mysqlServer')}/${glance.database}`,
        FILESYSTEM_STORE_DATADIR: glance.stores.file,
      };
      gateways = [await startGateway(options), await startGateway(options)];
      const choose = () => ({ gateway: pick(gateways), transport: pick(['websocket', 'sse'] as const) });
      followers = Object.entries(SUBSCRIBERS).map(([name, who]) => follower(name, who, undefined, choose));
      for (const each of followers) await each.connect();
      for (let done = 0; done < CHANGES_IN_ALL; done += AT_ONCE) {
        await changes();
        if (done % 40 !== 0) continue;
        const broken = followers.filter(() => below(10) < 3);
        for (const each of broken) each.break();
        await changes();
        for (const each of broken) await each.connect();
      }
    }, LONGEST_MS);
    afterAll(async () => {
      followers.forEach((each) => each.break());
      await Promise.all(gateways.map((each) => each.close()));
      await glance.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    test.each(Object.keys(SUBSCRIBERS))('the picture of %s is the list as it is now', async (name) => {
      const client = followers.find((each) => each.name === name)!;
      const wanted = await client.list();
      await eventually(
        () => differences(client.picture, wanted),
        (different) => different === 0,
      ).catch(() => undefined);
      expect(client.failure).toBeUndefined();
      expect(Object.fromEntries(client.picture)).toEqual(Object.fromEntries(wanted));
      if (name === 'an administrator') expect(client.expired).toBe(0);
    });

    test('a stranger heard of no image that was never public', () => {
      expect([...followers.at(-1)!.heard].filter((id) => !everPublic.has(id))).toEqual([]);
    });

    const everPublic = new Set<string>();

    async function changes(): Promise<void> {
      await Promise.all(Array.from({ length: AT_ONCE }, change));
    }

    async function change(): Promise<void> {
      const dice = below(100);
      const id = pick(images);
      if (!id || dice < 20) {
        const visibility = pick(['public', 'shared', 'private']);
        const fields = { name: `n${images.length}`, owner: pick(['owner', 'rival']), visibility };
        const { json } = await glance.request('POST', '/images', fields);
        images.push(json.id);
        if (visibility === 'public') everPublic.add(json.id);
      } else if (dice < 40) await patch(id, 'replace', '/name', `n${below(1000)}`);
      else if (dice < 55) {
        const visibility = pick(['public', 'shared', 'private']);
        if (visibility === 'public') everPublic.add(id);
        await patch(id, 'replace', '/visibility', visibility);
      } else if (dice < 65) await glance.request('PUT', `/images/${id}/tags/t${below(9)}`);
      else if (dice < 75) await glance.request('POST', `/images/${id}/members`, { member: 'guest' });
      else if (dice < 82) await graphql(pick(gateways), ACCEPT, { id }, as('guest'));
      else if (dice < 88) await glance.request('DELETE', `/images/${id}/members/guest`);
      else if (dice < 94)
        await graphql(pick(gateways), RENAME, { id, name: `g${below(1000)}` }, as('operators', 'admin'));
      else await glance.request('DELETE', `/images/${id}`);
    }

    function patch(id: string, op: string, path: string, value: string) {
      return glance.request('PATCH', `/images/${id}`, JSON.stringify([{ op, path, value }]), {
        'content-type': 'application/openstack-images-v2.1-json-patch',
      });
    }
  },
);
