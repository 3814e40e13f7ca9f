import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createActiveImage, createImage, graphql, putData } from '../support/client.js';
import { gql } from '../support/gql.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { startMysqlServer, type MysqlServer } from '../support/mysql-server.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway, type RunningGateway } from '../support/process.js';
import { rawRequest } from '../support/raw-request.js';
import { stallingProxy, type StallingProxy } from '../support/stalling-proxy.js';
import { meta, v1 } from '../support/v1-client.js';
import { onMysqlServer } from '../support/sql.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const QUERY_TIMEOUT = 2;
const MOST_SECONDS = QUERY_TIMEOUT + 5;

describe.skipIf(inject('mysqlServer') === '')('a database server that is silent, on MySQL', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let server: MysqlServer;
  let proxy: StallingProxy;
  let gateway: RunningGateway;
  let id: string;
  beforeAll(async () => {
    server = await startMysqlServer();
    proxy = await stallingProxy(server.port);
    await onMysqlServer(server.url, 'CREATE DATABASE images');
    gateway = await spawnGateway({
      DATA_DIR: folder,
      DATABASE_URL: `mysql://root@127.0.0.1:${proxy.port}/images`,
      DATABASE_POOL_SIZE: '4',
      QUERY_TIMEOUT: String(QUERY_TIMEOUT),
      UPLOAD_LEASE: '6',
      SWEEP_INTERVAL: '1',
    });
    id = await createActiveImage(gateway, 'data');
  });
  afterAll(async () => {
    await endAll();
    await proxy?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  const faults: [name: string, begin: () => void, end: () => void][] = [
    ['is stopped', () => server.pause(), () => server.resume()],
    ['loses its packets', () => proxy.pause(), () => proxy.resume()],
  ];

  const REQUESTS: Record<string, () => Promise<unknown>> = {
    list: async () => codeOf('{ images(first: 2) { edges { node { id } } } }'),
    change: async () => codeOf('mutation { createImage(input: {}) { id } }'),
    'three changes in a row': async () =>
      codeOf(
        'mutation { a: createImage(input: {}) { id } b: createImage(input: {}) { id } c: createImage(input: {}) { id } }',
      ),
    'two lists': async () => codeOf('{ a: images { totalCount } b: images { edges { node { id } } } }'),
    download: async () => codeOfAnswer(await fetch(`${gateway.url}/data/${id}`)),
    upload: async () => codeOfAnswer(await putData(gateway, id, 'data')),
    'list of version 1': async () => (await v1(gateway, 'GET', '/v1/images/detail')).status,
    'upload of version 1': async () =>
      (
        await v1(
          gateway,
          'POST',
          '/v1/images',
          meta({ name: 'a', disk_format: 'raw', container_format: 'bare' }),
          'data',
        )
      ).status,
    'deletion of version 1': async () => (await v1(gateway, 'DELETE', `/v1/images/${id}`)).status,
    readiness: async () => (await fetch(`${gateway.url}/ready`)).status,
  };

  async function codeOfAnswer(answer: Response): Promise<unknown> {
    const text = await answer.text();
    return text.startsWith('{') ? (JSON.parse(text) as { code?: unknown }).code : undefined;
  }

  async function codeOf(query: string): Promise<unknown> {
    const answer = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { errors } = (await answer.json()) as { errors?: { extensions: { code: string } }[] };
    return errors?.[0].extensions.code;
  }

  /** Sends every kind of request several times at once. Returns the outcome of each kind, and the slowest answer. */
  async function sendAll(
    times: number,
  ): Promise<{ outcomes: Record<string, readonly unknown[]>; seconds: number }> {
    const begun = performance.now();
    const outcomes = await Promise.all(
      Object.entries(REQUESTS).map(async ([kind, send]) => {
        const found = await Promise.all(Array.from({ length: times }, send));
        return [kind, [...new Set(found)]] as const;
      }),
    );
    return { outcomes: Object.fromEntries(outcomes), seconds: (performance.now() - begun) / 1000 };
  }

  const AWAY = Object.fromEntries(
    Object.keys(REQUESTS).map((kind) => [
      kind,
      [kind.includes('version 1') || kind === 'readiness' ? 503 : 'DATABASE_UNAVAILABLE'],
    ]),
  );

  test.each(faults)(
    'that %s has every request answered in time, and the next ones work',
    async (_, begin, end) => {
      await sendAll(1);
      begin();
      try {
        const first = await sendAll(3);
        expect(first.outcomes).toEqual(AWAY);
        expect(first.seconds).toBeLessThan(MOST_SECONDS);
        const later = await sendAll(1);
        expect(later.outcomes).toEqual(AWAY);
        expect(later.seconds).toBeLessThan(MOST_SECONDS);
      } finally {
        end();
      }
      await eventually(async () => (await fetch(`${gateway.url}/ready`)).status === 200, Boolean, 3);
      const { errors } = await graphql(gateway, gql('{ images(first: 2) { edges { node { id } } } }'));
      expect(errors).toBeUndefined();
      await createActiveImage(gateway, 'data');
    },
  );

  test.each(faults)(
    'that %s as an upload ends, for longer than a lease, does not cost the upload',
    async (_, begin, end) => {
      const upload = await endingUpload(begin);
      const until = performance.now() + 9000;
      await eventually(() => performance.now() > until);
      end();
      await upload.becomesActive();
    },
  );

  test('whose table is locked as an upload ends does not cost the upload', async () => {
    const locker = await createConnection(`${server.url}/images`);
    const upload = await endingUpload(() => locker.query('LOCK TABLES images WRITE, gateway_uploads WRITE'));
    const until = performance.now() + 3 * QUERY_TIMEOUT * 1000;
    await eventually(() => performance.now() > until);
    await locker.query('UNLOCK TABLES');
    await upload.becomesActive();
    await locker.end();
  });

  /** Begins an upload, and sends the rest of its data once the fault has begun. */
  async function endingUpload(begin: () => unknown): Promise<{ becomesActive(): Promise<void> }> {
    const imageId = await createImage(gateway, FORMATS);
    const request = await rawRequest(gateway.url, 'PUT', `/data/${imageId}`, { 'content-length': 8 });
    await request.send('half');
    await eventually(async () => (await stateOf(gateway, imageId)).status === 'saving');
    await begin();
    await request.send('full');
    await eventually(
      () => storedFiles(folder),
      (files) => files.includes(imageId),
    );
    return {
      async becomesActive() {
        expect((await request.answer()).json()).toMatchObject({ status: 'active', size: 8 });
        expect((await stateOf(gateway, imageId)).status).toBe('active');
        expect((await storedFiles(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
      },
    };
  }
});
