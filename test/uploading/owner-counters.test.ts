import { randomInt } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { createImage, graphql, putData, run } from '../support/client.js';
import { onEachDatabase, onMysql, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { countedAndSummed } from '../support/owner-counters.js';
import { eventually } from '../support/poll.js';
import { numbers } from '../support/random.js';
import { startRegistry, type TestRegistry } from '../support/registry-client.js';
import { sql } from '../support/sql.js';
import { statementsDuring } from '../support/statements.js';
import { v1 } from '../support/v1-client.js';
import { run as runCommand } from '../../src/command-line.js';

const STEPS = Number(process.env.COUNTER_STEPS ?? 150);
const SEED = Number(process.env.COUNTER_SEED ?? randomInt(2 ** 31));
const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const OWN = gql(
  'mutation ($id: ID!, $owner: String) { updateImage(id: $id, input: { owner: $owner }) { id } }',
);
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
const DEACTIVATE = gql('mutation ($id: ID!) { deactivateImage(id: $id) { id } }');
const QUOTA = gql('{ viewer { quota { storage { used limit } images { used } uploads { used } } } }');
const WRONG = 'the counters of what an owner uses were wrong, and are set right';

onMysql('viewer.quota, on MySQL', (start) => {
  test('reads one row of counters, and of the images only those with a running upload', async () => {
    const gateway = await start();
    // The first sweep reads too, until it is over.
    const asked = () => statementsDuring(() => run(gateway, QUOTA));
    const statements = await eventually(asked, ({ length }) => length === 2);
    expect(statements.map((each) => /FROM (\w+)/.exec(each)?.[1]).sort()).toEqual([
      'gateway_owner_use',
      'gateway_uploads',
    ]);
  });
});

onEachDatabase('the counters of what owners use', (start, place) => {
  let registry: TestRegistry;
  let gateway: TestGateway;
  let delaying: TestGateway;
  const ids: string[] = [];
  beforeAll(async () => {
    registry = await startRegistry(start);
    gateway = registry.gateway;
    delaying = await start({ DELAYED_DELETE: 'true', SCRUB_TIME: '0' });
  });

  test(
    'equal the sums over the images after every step of a random sequence, by whatever road',
    async () => {
      const random = numbers(SEED);
      const owners = [null, '', 'a', 'b', 'ä'];
      const one = () => ids[random(ids.length)];
      const data = () => 'x'.repeat(random(50));
      const rpc = (command: string, kwargs: object) => registry.ask('POST', '/rpc', [{ command, kwargs }]);
      const record = () => ({
        status: ['queued', 'active', 'killed', 'deleted', 'pending_delete', 'saving'][random(6)],
        size: random(3) ? random(1000) : null,
        owner: owners[random(owners.length)],
        ...(random(4) ? {} : { deleted: true }),
        location_data: Array.from({ length: random(3) }, (_, n) => ({
          url: `http://source/${n}`,
          metadata: {},
          status: ['active', 'deleted', 'pending_delete'][random(3)],
        })),
      });
      const steps: [name: string, step: () => Promise<unknown>][] = [
        [
          'create',
          async () => ids.push(await createImage(gateway, { ...FORMATS, owner: owners[random(5)] })),
        ],
        ['upload', () => putData(gateway, one(), data())],
        [
          'upload with a wrong digest',
          () => putData(gateway, one(), data(), { 'content-md5': 'AAAAAAAAAAAAAAAAAAAAAA==' }),
        ],
        ['change the owner', () => graphql(gateway, OWN, { id: one(), owner: owners[random(5)] })],
        ['delete', () => graphql(gateway, DELETE, { id: one() })],
        ['delete with delay', () => graphql(delaying, DELETE, { id: one() })],
        ['scrub', () => runCommand(['scrub'], { ...place.options, SCRUB_TIME: '0' })],
        ['deactivate', () => graphql(gateway, DEACTIVATE, { id: one() })],
        [
          'upload by version 1',
          async () => {
            const headers = { 'x-image-meta-disk_format': 'raw', 'x-image-meta-container_format': 'bare' };
            const type = {
              'content-type': 'application/octet-stream',
              'x-image-meta-size': String(random(60)),
            };
            const answer = await v1(gateway, 'POST', '/v1/images', { ...headers, ...type }, data());
            if (answer.status === 201) ids.push(answer.json().image.id);
          },
        ],
        [
          'create by version 1',
          async () => {
            const headers = { 'x-image-meta-deleted': 'True', 'x-image-meta-size': String(random(90)) };
            const answer = await v1(gateway, 'POST', '/v1/images', random(2) ? headers : {});
            if (answer.status === 201) ids.push(answer.json().image.id);
          },
        ],
        [
          'change the size by version 1',
          () => v1(gateway, 'PUT', `/v1/images/${one()}`, { 'x-image-meta-size': String(random(90)) }),
        ],
        [
          'make a record',
          async () => {
            const answer = await registry.ask('POST', '/images', { image: record() });
            if (answer.status === 200) ids.push(answer.json().image.id);
          },
        ],
        ['change a record', () => registry.ask('PUT', `/images/${one()}`, { image: record() })],
        ['delete a record', () => registry.ask('DELETE', `/images/${one()}`)],
        [
          'add a location',
          () =>
            rpc('image_location_add', {
              image_id: one(),
              location: { url: 'http://source/x', metadata: {}, status: 'active' },
            }),
        ],
        [
          'remove a location',
          async () => {
            const id = one();
            const found = await registry.ask('GET', `/images/${id}`);
            if (found.status !== 200) return;
            for (const { id: location_id } of found.json().image.location_data.slice(0, 1))
              await rpc('image_location_delete', { image_id: id, location_id, status: 'deleted' });
          },
        ],
      ];
      ids.push(await createImage(gateway, FORMATS));
      for (let count = 0; count < STEPS; count += 1) {
        const [name, step] = steps[random(steps.length)];
        await step();
        const [counted, summed] = await countedAndSummed(place);
        expect(counted, `step ${count} of COUNTER_SEED=${SEED}: ${name}`).toEqual(summed);
      }
      expect([gateway, delaying].flatMap(({ log }) => log).filter(({ msg }) => msg === WRONG)).toEqual([]);
    },
    60_000 + STEPS * 500,
  );

  test('equal the sums when many change the images of one owner at once', async () => {
    const work = Array.from({ length: 20 }, async (_, n) => {
      const id = await createImage(gateway, { ...FORMATS, owner: 'crowd' });
      await putData(n % 2 ? gateway : delaying, id, 'x'.repeat(n));
      if (n % 3 === 0) await graphql(gateway, OWN, { id, owner: 'others' });
      if (n % 5 === 0) await graphql(n % 2 ? delaying : gateway, DELETE, { id });
    });
    await Promise.all(work);
    const [counted, summed] = await countedAndSummed(place);
    expect(counted).toEqual(summed);
    expect(counted.join()).toContain('"crowd": ');
  });

  test('are set right by the sweep, which tells so, and the owner of each', async () => {
    const [, before] = await countedAndSummed(place);
    await sql(place, "UPDATE gateway_owner_use SET images = images + 7, bytes = 5 WHERE owner = 'crowd'");
    await sql(place, "DELETE FROM gateway_owner_use WHERE owner = 'others'");
    await sql(
      place,
      "INSERT INTO gateway_owner_use (owner, has_owner, images, bytes) VALUES ('zz', 1, 3, 4)",
    );
    expect(await runCommand(['sweep'], place.options)).toBe(0);
    expect(await countedAndSummed(place)).toEqual([before, before]);
  });

  test('tell sums beyond 2^53 bytes, and a quota takes them into account', async () => {
    for (const name of ['a', 'b']) {
      const location_data = [{ url: `http://source/${name}`, metadata: {}, status: 'active' }];
      await registry.make({ name, status: 'active', size: 7_000_000_000_000_000, location_data });
    }
    const { viewer } = await run(gateway, QUOTA);
    expect(viewer.quota.storage.used).toBeGreaterThanOrEqual(14_000_000_000_000_000);
    expect(viewer.quota.storage.limit).toBeNull();
    const limited = await start({ USER_STORAGE_QUOTA: '12000TB' });
    const refused = await putData(limited, await createImage(limited, FORMATS), 'x');
    expect(refused.status).toBe(413);
  });

  test('are filled by the migration that makes them', async () => {
    const [, before] = await countedAndSummed(place);
    await sql(place, 'DROP TABLE gateway_owner_use');
    await sql(place, "DELETE FROM gateway_migrations WHERE name LIKE 'OwnerUse%'");
    await start({ MIGRATE_ON_START: 'true' });
    expect(await countedAndSummed(place)).toEqual([before, before]);
  });
});
