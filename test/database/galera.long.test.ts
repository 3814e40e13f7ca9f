import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { migrations } from '../../src/database/migrations/index.js';
import { glanceStatements } from '../beside-glance/glance-layout.js';
import { inPieces } from '../support/body.js';
import { as, createImage, graphql, putData, run, type GraphqlAnswer } from '../support/client.js';
import { hasFaketime, hasGalera, PATIENCE, startGalera, type Galera } from '../support/galera.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { endAll, runCommand, spawnCommand, spawnGateway, type RunningGateway } from '../support/process.js';
import { rawRequest } from '../support/raw-request.js';

const ROUNDS = Number(process.env.GALERA_ROUNDS ?? 10);
const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
/** Seconds by which the clock of the second node is ahead. */
const AHEAD = 120;
const QUOTAS = {
  IMAGE_COUNT_QUOTA: '5',
  UPLOAD_COUNT_QUOTA: '3',
  USER_STORAGE_QUOTA: '100',
  IMAGE_MEMBER_QUOTA: '3',
  IMAGE_TAG_QUOTA: '3',
};
const start = (options: Record<string, string>) => spawnGateway(options, 60);
/** Two of them fit into the quota. */
const FORTY_BYTES = Buffer.alloc(40, 'x');

const CREATE = gql('mutation { createImage(input: {}) { id } }');
const ADD_MEMBER = gql(
  'mutation ($id: ID!, $tenant: ID!) { addImageMember(imageId: $id, input: { memberId: $tenant }) { memberId } }',
);
const ADD_TAG = gql('mutation ($id: ID!, $tag: String!) { addImageTag(imageId: $id, tag: $tag) { tags } }');
const FIND = gql('query ($id: ID!) { image(id: $id) { id } }');

describe.skipIf(!hasGalera || !hasFaketime)('three gateways on a Galera cluster of three nodes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let galera: Galera;
  beforeAll(async () => {
    galera = await startGalera([0, AHEAD, 0]);
  }, PATIENCE);
  afterAll(async () => {
    await endAll();
    await galera?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const optionsOn = (database: string, more: Record<string, string> = {}) =>
    galera.nodes.map(({ url }) => ({
      DATA_DIR: join(folder, database),
      DATABASE_URL: `${url}/${database}`,
      AUTH: 'trusted',
      SWEEP_INTERVAL: '1',
      ...QUOTAS,
      ...more,
    }));
  describe.each([
    ['on its own tables', 'test_own', () => galera.create('test_own')],
    [
      "on a Glance's tables",
      'test_glance',
      async () => {
        await galera.nodes[0].sql('CREATE DATABASE test_glance CHARACTER SET utf8mb3');
        for (const statement of glanceStatements([])) await galera.nodes[0].sql(statement, 'test_glance');
        await runCommand(['migrate', '--gateway-tables'], optionsOn('test_glance')[0]);
      },
    ],
  ] as const)('%s', (_, database, makeDatabase) => {
    let gateways: RunningGateway[];
    beforeAll(async () => {
      await makeDatabase();
      gateways = await Promise.all(optionsOn(database).map(start));
    }, PATIENCE);
    afterAll(endAll);

    const time = { timeout: 60_000 + ROUNDS * 10_000 };
    const rounds = async (round: (headers: Record<string, string>) => Promise<void>) => {
      for (let count = 0; count < ROUNDS; count += 1) await round(as(randomUUID()));
    };
    /** Runs work at once, spread over the gateways. */
    const atOnce = <T>(count: number, work: (gateway: RunningGateway, index: number) => Promise<T>) =>
      Promise.all(Array.from({ length: count }, (_each, index) => work(gateways[index % 3], index)));
    const codes = (answers: readonly GraphqlAnswer[]) =>
      answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions.code) ?? []);
    const images = (count: number, headers: Record<string, string>) =>
      atOnce(count, () => createImage(gateways[0], FORMATS, headers));
    /** Waits until every node of the cluster has the images. */
    const visibleEverywhere = async (ids: readonly string[], headers: Record<string, string>) => {
      for (const gateway of gateways)
        for (const id of ids) await eventually(async () => (await run(gateway, FIND, { id }, headers)).image);
    };
    const statuses = async (sent: readonly Promise<Response>[]) =>
      (await Promise.all(sent)).map(({ status }) => status).sort();

    test('create as many images as the quota allows, of twelve at once', time, () =>
      rounds(async (headers) => {
        const answers = await atOnce(12, (gateway) => graphql(gateway, CREATE, {}, headers));
        expect(codes(answers)).toEqual(Array.from({ length: 7 }, () => 'IMAGE_QUOTA_EXCEEDED'));
      }),
    );

    test('receive as many uploads at once as the quota allows', time, () =>
      rounds(async (headers) => {
        const ids = await images(5, headers);
        await visibleEverywhere(ids, headers);
        const requests = await atOnce(5, (gateway, index) =>
          rawRequest(gateway.url, 'PUT', `/data/${ids[index]}`, { ...headers, 'content-length': 8 }),
        );
        await Promise.all(requests.map((request) => request.send('half')));
        await eventually(
          () => requests.filter((request) => request.received().length > 0).length,
          (refused) => refused === 2,
        );
        await Promise.all(
          requests
            .filter((request) => request.received().length === 0)
            .map((request) => request.send('full')),
        );
        const answers = await Promise.all(requests.map((request) => request.answer()));
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 413, 413]);
      }),
    );

    test('store as many bytes as the quota allows, of bytes declared at once', time, () =>
      rounds(async (headers) => {
        const ids = await images(5, headers);
        await visibleEverywhere(ids, headers);
        const sent = ids.map((id, index) => putData(gateways[index % 3], id, FORTY_BYTES, headers));
        expect((await statuses(sent)).filter((status) => status === 200)).toHaveLength(2);
      }),
    );

    test('store as many bytes as the quota allows, of bytes in chunks at once', time, () =>
      rounds(async (headers) => {
        const ids = await images(3, headers);
        await visibleEverywhere(ids, headers);
        const sent = ids.map((id, index) =>
          putData(
            gateways[index % 3],
            id,
            inPieces(FORTY_BYTES.subarray(0, 20), FORTY_BYTES.subarray(20)),
            headers,
          ),
        );
        expect(await statuses(sent)).toEqual([200, 200, 413]);
      }),
    );

    test('add as many members and tags to an image as the quotas allow, of six each at once', time, () =>
      rounds(async (headers) => {
        const [id] = await images(1, headers);
        await visibleEverywhere([id], headers);
        const members = atOnce(6, (gateway, index) =>
          graphql(gateway, ADD_MEMBER, { id, tenant: `tenant${index}` }, headers),
        );
        const tags = atOnce(6, (gateway, index) =>
          graphql(gateway, ADD_TAG, { id, tag: `tag${index}` }, headers),
        );
        expect(codes(await members)).toEqual(Array.from({ length: 3 }, () => 'MEMBER_QUOTA_EXCEEDED'));
        expect(codes(await tags)).toEqual(Array.from({ length: 3 }, () => 'TAG_QUOTA_EXCEEDED'));
      }),
    );

    test('make one membership of a tenant that is added three times at once', time, () =>
      rounds(async (headers) => {
        const [id] = await images(1, headers);
        await visibleEverywhere([id], headers);
        const answers = await atOnce(3, (gateway) =>
          graphql(gateway, ADD_MEMBER, { id, tenant: 'one' }, headers),
        );
        expect(codes(answers)).toEqual([]);
        // GraphQL shows a repeated member once.
        const rows = await galera.nodes[0].sql(
          `SELECT id FROM image_members WHERE image_id = '${id}'`,
          database,
        );
        expect(rows).toHaveLength(1);
      }),
    );

    test('let one of two uploads of one image win, whose data it then has', time, () =>
      rounds(async (headers) => {
        const [id] = await images(1, headers);
        await visibleEverywhere([id], headers);
        const answers = await atOnce(2, (gateway, index) => putData(gateway, id, `data ${index}`, headers));
        expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
        const winner = answers.findIndex(({ status }) => status === 200);
        const read = () =>
          fetch(`${gateways[2].url}/data/${id}`, { headers }).then((answer) => answer.text());
        await eventually(read, (text) => text === `data ${winner}`);
      }),
    );
  });

  describe('on an empty database', () => {
    const time = { timeout: 60_000 + ROUNDS * 20_000 };
    afterEach(endAll);

    test('start together, and make the tables once', time, async () => {
      for (let count = 0; count < Math.ceil(ROUNDS / 3); count += 1) {
        const database = `test_empty_${count}`;
        await galera.create(database);
        await Promise.all(optionsOn(database).map(start));
        const rows = await galera.nodes[0].sql('SELECT name FROM gateway_migrations', database);
        expect(rows).toHaveLength(migrations.length);
        await endAll();
      }
    });

    test('start although the first one dies while it makes the tables', time, async () => {
      await galera.create('test_dying');
      const [first, ...others] = optionsOn('test_dying');
      const dying = spawnCommand([], { PORT: '0', ...first });
      await eventually(
        () => galera.nodes[1].sql('SHOW TABLES', 'test_dying'),
        (tables) => tables.length > 2,
      );
      dying.kill('SIGKILL');
      await dying.ended;
      expect(dying.stderr()).toBe('');
      await Promise.all(others.map(start));
      await createImage(await start(first), FORMATS, as('tenant'));
    });
  });

  test(
    'do not harm the uploads of each other, although the clock of one node is ahead',
    { timeout: 120_000 },
    async () => {
      await galera.create('test_clocks');
      const lease = 2;
      const gateways = await Promise.all(
        optionsOn('test_clocks', { UPLOAD_LEASE: `${lease}`, UPLOAD_COUNT_QUOTA: '-1' }).map(start),
      );
      const headers = as('tenant');
      const uploads = await Promise.all(
        gateways.map(async (gateway) => {
          const id = await createImage(gateway, FORMATS, headers);
          const request = await rawRequest(gateway.url, 'PUT', `/data/${id}`, {
            ...headers,
            'content-length': 8,
          });
          await request.send('half');
          return request;
        }),
      );
      const enough = Date.now() + 5 * lease * 1000;
      await eventually(() => Date.now() > enough);
      for (const upload of uploads) await upload.send('full');
      const answers = await Promise.all(uploads.map((upload) => upload.answer()));
      for (const answer of answers) expect(answer.json()).toMatchObject({ status: 'active' });
    },
  );
});
