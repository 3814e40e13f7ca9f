import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createImage } from '../support/client.js';
import { stateOf } from '../support/image-state.js';
import { startMysqlServer, type MysqlServer } from '../support/mysql-server.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway, type RunningGateway } from '../support/process.js';
import { rawRequest } from '../support/raw-request.js';
import { onMysqlServer, sql } from '../support/sql.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const LEASE_SECONDS = 2;
/** On each gateway. */
const UPLOADS = 8;

describe.skipIf(inject('mysqlServer') === '')('a database that is away for longer than a lease', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const place: { options: Record<string, string> } = { options: {} };
  let server: MysqlServer;
  let gateways: RunningGateway[];

  beforeAll(async () => {
    server = await startMysqlServer();
    await onMysqlServer(server.url, 'CREATE DATABASE images');
    place.options = {
      DATA_DIR: folder,
      DATABASE_URL: `${server.url}/images`,
      UPLOAD_LEASE: `${LEASE_SECONDS}`,
      SWEEP_INTERVAL: '1',
    };
    gateways = [await spawnGateway(place.options), await spawnGateway(place.options)];
  });
  afterAll(async () => {
    await endAll();
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  test(
    'harms no upload: the gateways renew their leases before anybody settles them',
    { timeout: 120_000 },
    async () => {
      const uploads = await Promise.all(
        gateways.flatMap((gateway) => Array.from({ length: UPLOADS }, () => halfSent(gateway))),
      );
      for (const outage of [1, 2]) {
        await server.kill();
        const back = Date.now() + outage * 2 * LEASE_SECONDS * 1000;
        await eventually(() => Date.now() > back);
        await server.restart();
        // In this time a sweep would take over every lease that is not renewed.
        const enough = Date.now() + 3 * LEASE_SECONDS * 1000;
        await eventually(() => Date.now() > enough);
      }
      for (const { request } of uploads) await request.send('full');
      const answers = await Promise.all(uploads.map(({ request }) => request.answer()));
      for (const answer of answers) expect(answer.json()).toMatchObject({ status: 'active', size: 8 });
      expect(await sql(place, 'SELECT id FROM gateway_uploads')).toEqual([]);
    },
  );

  async function halfSent(gateway: RunningGateway) {
    const id = await createImage(gateway, FORMATS);
    const request = await rawRequest(gateway.url, 'PUT', `/data/${id}`, { 'content-length': 8 });
    await request.send('half');
    await eventually(async () => (await stateOf(gateway, id)).status === 'saving');
    return { request };
  }
});
