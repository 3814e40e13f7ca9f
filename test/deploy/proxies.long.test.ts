import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { as, createActiveImage, createImage, graphql, putData } from '../support/client.js';
import { onServer } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf } from '../support/image-state.js';
import { CHANGES, subscribeTo } from '../support/live.js';
import { lowPort } from '../support/low-port.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway, type RunningGateway } from '../support/process.js';
import { rawRequest } from '../support/raw-request.js';
import { SHIPPED_PROXIES, type ShippedProxy } from '../support/shipped-proxies.js';
import { sendWithClient } from '../support/tus.js';
import { meta, v1, v1Image } from '../support/v1-client.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const LARGE = Buffer.alloc(20_000_000, 'x');
const LIST = gql('{ images(first: 5) { edges { node { id } } } }');

describe.skipIf(inject('mysqlServer') === '').each(SHIPPED_PROXIES)(
  'two gateways behind the $name of deploy/',
  ({ isThere, start }) => {
    describe.skipIf(!isThere)('that is on this machine', () => {
      const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
      const database = `test_${randomUUID().replaceAll('-', '')}`;
      const images = join(folder, 'images');
      let front: ShippedProxy;
      let trusting: ShippedProxy;
      /** Those behind `front`. */
      let gateways: RunningGateway[];

      beforeAll(async () => {
        await onServer(`CREATE DATABASE ${database}`);
        const shared = {
          DATA_DIR: join(folder, 'data'),
          FILESYSTEM_STORE_DATADIR: images,
          DATABASE_URL: `${inject('mysqlServer')}/${database}`,
          ENABLE_PROXY_HEADERS_PARSING: 'true',
        };
        mkdirSync(join(folder, 'trusting'));
        trusting = await behind(join(folder, 'trusting'), { ...shared, AUTH: 'trusted' });
        front = await behind(folder, shared);
      });
      afterAll(async () => {
        await Promise.all([front.stop(), trusting.stop()]);
        await endAll();
        await onServer(`DROP DATABASE ${database}`);
        rmSync(folder, { recursive: true });
      });

      async function behind(own: string, options: Record<string, string>): Promise<ShippedProxy> {
        const ports = [await lowPort(), await lowPort()] as const;
        gateways = await Promise.all(ports.map((port) => spawnGateway({ ...options, PORT: `${port}` })));
        return start(own, ports);
      }

      test('data passes in both directions, and so do uploads in parts', async () => {
        const id = await createImage(front, FORMATS);
        expect((await putData(front, id, LARGE)).status).toBe(200);
        const answer = await fetch(`${front.url}/data/${id}`);
        expect(Buffer.from(await answer.arrayBuffer()).equals(LARGE)).toBe(true);
        const part = await fetch(`${front.url}/data/${id}`, { headers: { range: 'bytes=5-9' } });
        expect([part.status, await part.text()]).toEqual([206, 'xxxxx']);
        const other = await createImage(front, FORMATS);
        await sendWithClient(front, other, LARGE, { chunkSize: 4_000_000 });
        expect(await stateOf(front, other)).toMatchObject({ status: 'active', size: LARGE.length });
      });

      test('the gateway receives the first bytes of an upload before the last ones are sent', async () => {
        const id = await createImage(front, FORMATS);
        const request = await rawRequest(front.url, 'PUT', `/data/${id}`, { 'content-length': 8 });
        await request.send('half');
        await eventually(async () => (await stateOf(front, id)).status === 'saving');
        await request.send('full');
        expect((await request.answer()).json()).toMatchObject({ status: 'active', size: 8 });
      });

      test.each(['websocket', 'sse'] as const)('changes come over %s as they happen', async (transport) => {
        const subscription = subscribeTo(front, CHANGES, { transport });
        const seen = async () => {
          await createImage(front);
          return subscription.results.length > 1;
        };
        await eventually(seen);
        subscription.end();
        expect(subscription.errors).toEqual([]);
      });

      test('an image with the most properties passes in the headers of version 1, with dots and underscores', async () => {
        const names = Array.from({ length: 128 }, (_, index) => `property-os.type_${index}`);
        const { id } = await v1Image(
          front,
          Object.fromEntries(names.map((name) => [name, 'y'.repeat(40)])),
          'data',
        );
        const { status, headers } = await v1(front, 'HEAD', `/v1/images/${id}`);
        expect(status).toBe(200);
        const received = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
        );
        for (const name of Object.keys(meta(Object.fromEntries(names.map((each) => [each, '']))))) {
          expect(received[name]).toBe('y'.repeat(40));
        }
      });

      test('the URLs of version 1 name the proxy, whatever a client invents', async () => {
        const { host } = new URL(front.url);
        const invented = {
          host,
          forwarded: 'host=evil.example.org;proto=https',
          'x-forwarded-host': 'evil.example.org',
          'x-forwarded-proto': 'https',
          'x-forwarded-prefix': '/evil',
        };
        const answer = await v1(front, 'GET', '/versions', invented);
        expect(answer.json().versions[0].links[0].href).toMatch(new RegExp(`^http://${host}/v1/?$`));
      });

      test('a client cannot say who it is in the headers of a trusted proxy', async () => {
        const listed = await fetch(`${trusting.url}/v1/images`, { headers: as('admin', 'admin') });
        expect(listed.status).toBe(401);
      });

      test('while no gateway is ready, the gateways still answer', async () => {
        const id = await createActiveImage(front, 'data');
        renameSync(images, `${images}-away`);
        await eventually(async () => (await fetch(`${front.url}/ready`)).status === 503);
        // In this time both have been found not to be ready.
        const past = Date.now() + 2000;
        await eventually(async () => {
          expect((await graphql(front, LIST)).errors).toBeUndefined();
          return Date.now() > past;
        });
        expect((await fetch(`${front.url}/data/${id}`)).headers.get('content-type')).toContain('json');
        renameSync(`${images}-away`, images);
        await eventually(async () => (await fetch(`${front.url}/ready`)).status === 200);
      });

      test('lists go on when a gateway is killed', async () => {
        gateways[0].kill('SIGKILL');
        await gateways[0].ended;
        for (let count = 0; count < 20; count += 1)
          expect((await fetch(`${front.url}/v1/images`)).status).toBe(200);
      });
    });
  },
);
