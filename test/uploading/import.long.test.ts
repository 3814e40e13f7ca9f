import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { createImage, run } from '../support/client.js';
import { onServer } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway, type RunningGateway } from '../support/process.js';
import { sql } from '../support/sql.js';
import { web, type Web } from '../support/web.js';

const GIVEN_UP = 'The gateway that was receiving the data stopped before it had arrived.';
const IMPORT = gql('mutation ($id: ID!, $url: String!) { importImage(id: $id, url: $url) { status } }');

describe('an import whose gateway is killed', () => {
  const database = `test_${randomUUID().replaceAll('-', '')}`;
  const hasMysql = inject('mysqlServer') !== '';
  const folders: string[] = [];
  let source: Web;
  let held: ServerResponse | undefined;

  beforeAll(async () => {
    source = await web({
      '/held': (_, response) => {
        held = response.writeHead(200, { 'content-length': 8 });
        held.write('half');
      },
    });
    if (hasMysql) await onServer(`CREATE DATABASE ${database}`);
  });
  afterEach(endAll);
  afterAll(async () => {
    await source.close();
    if (hasMysql) await onServer(`DROP DATABASE ${database}`);
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  function options(more: Record<string, string> = {}): Record<string, string> {
    const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
    folders.push(folder);
    const sources = { HTTP_SOURCE_HOSTS: '127.0.0.1', HTTP_SOURCE_PRIVATE: '127.0.0.1' };
    return { DATA_DIR: folder, UPLOAD_LEASE: '2', SWEEP_INTERVAL: '1', ...sources, ...more };
  }

  async function halfImported(gateway: RunningGateway): Promise<string> {
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    held = undefined;
    await run(gateway, IMPORT, { id, url: `${source.url}/held` });
    await eventually(() => held !== undefined);
    return id;
  }

  /** The image is killed, which is said, and nothing else is left. */
  async function isGivenUp(id: string, gateway: RunningGateway, place: { options: Record<string, string> }) {
    const state = await eventually(
      () => stateOf(gateway, id),
      ({ status }) => status !== 'saving',
    );
    expect(state).toMatchObject({ status: 'killed', statusReason: GIVEN_UP });
    for (const table of ['gateway_uploads', 'gateway_imports'])
      await eventually(async () => (await sql(place, `SELECT * FROM ${table}`)).length === 0);
    expect(await storedFiles(place.options.DATA_DIR)).toEqual([]);
    expect(held!.destroyed).toBe(true);
  }

  test.skipIf(!hasMysql)('is settled by another gateway on the same database', async () => {
    const shared = options({ DATABASE_URL: `${inject('mysqlServer')}/${database}` });
    const [one, other] = await Promise.all([spawnGateway(shared), spawnGateway(shared)]);
    const id = await halfImported(one);
    one.kill('SIGKILL');
    await one.ended;
    await isGivenUp(id, other, { options: shared });
  });

  test('is settled by the same gateway after its restart', async () => {
    const own = options();
    const first = await spawnGateway(own);
    const id = await halfImported(first);
    first.kill('SIGKILL');
    await first.ended;
    await isGivenUp(id, await spawnGateway(own), { options: own });
  });

  test('is settled when it is cancelled before any gateway has noticed', async () => {
    const own = options({ UPLOAD_LEASE: '10' });
    const first = await spawnGateway(own);
    const id = await halfImported(first);
    first.kill('SIGKILL');
    await first.ended;
    const second = await spawnGateway(own);
    const cancel = gql('mutation ($id: ID!) { cancelImport(id: $id) { status statusReason } }');
    const statusReason = 'The import was cancelled.';
    expect((await run(second, cancel, { id })).cancelImport).toEqual({ status: 'killed', statusReason });
    await sql({ options: own }, "UPDATE gateway_uploads SET deadline = '2020-01-01 00:00:00'");
    // The sweep watches the lease for longer than a lease.
    await eventually(async () => (await storedFiles(own.DATA_DIR)).length === 0, undefined, 60);
  });
});
