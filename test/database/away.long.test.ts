import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createActiveImage, createImage, graphql, putData, statusAndCode } from '../support/client.js';
import { gql } from '../support/gql.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { freePort, startMysqlServer } from '../support/mysql-server.js';
import { eventually } from '../support/poll.js';
import { endAll, runCommand, spawnGateway, type RunningGateway } from '../support/process.js';
import { rawRequest } from '../support/raw-request.js';
import { onMysqlServer } from '../support/sql.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };

describe.skipIf(inject('mysqlServer') === '')('while its database, on MySQL, is away', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let server: Awaited<ReturnType<typeof startMysqlServer>>;
  let gateway: RunningGateway;

  beforeAll(async () => {
    server = await startMysqlServer();
    await onMysqlServer(server.url, 'CREATE DATABASE images');
    gateway = await spawnGateway({ DATA_DIR: folder, DATABASE_URL: `${server.url}/images` });
  });
  afterAll(async () => {
    await endAll();
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  const status = async (path: string) => (await fetch(`${gateway.url}${path}`)).status;

  test('a gateway reports it, keeps running, and recovers by itself', async () => {
    const id = await createActiveImage(gateway, 'data');
    await server.kill();
    const { errors } = await graphql(gateway, gql('{ images { edges { node { id } } } }'));
    expect(errors?.[0].extensions.code).toBe('DATABASE_UNAVAILABLE');
    const change = await graphql(gateway, gql('mutation { createImage(input: {}) { id } }'));
    expect(change.errors?.[0].extensions.code).toBe('DATABASE_UNAVAILABLE');
    const download = await fetch(`${gateway.url}/data/${id}`);
    expect(await statusAndCode(download)).toEqual([503, 'DATABASE_UNAVAILABLE']);
    const upload = await putData(gateway, id, 'data');
    expect(await statusAndCode(upload)).toEqual([503, 'DATABASE_UNAVAILABLE']);
    expect([await status('/ready'), await status('/healthcheck')]).toEqual([503, 200]);
    await server.restart();
    await eventually(
      () => status('/ready'),
      (found) => found === 200,
    );
    expect((await stateOf(gateway, id)).status).toBe('active');
    await createActiveImage(gateway, 'data');
  });

  test('an upload continues, and completes when the database is back', async () => {
    const id = await createImage(gateway, FORMATS);
    const request = await rawRequest(gateway.url, 'PUT', `/data/${id}`, { 'content-length': 8 });
    await request.send('half');
    await eventually(async () => (await stateOf(gateway, id)).status === 'saving');
    await server.kill();
    await request.send('full');
    await eventually(
      () => storedFiles(folder),
      (files) => files.includes(id),
    );
    await server.restart();
    expect((await request.answer()).json()).toMatchObject({ status: 'active', size: 8 });
    expect((await stateOf(gateway, id)).status).toBe('active');
    expect((await storedFiles(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('a gateway stops on request', async () => {
    const another = await spawnGateway({ DATA_DIR: folder, DATABASE_URL: `${server.url}/images` });
    await server.kill();
    another.kill('SIGTERM');
    expect((await another.ended).code).toBe(0);
    await server.restart();
  });

  test('a gateway does not start: one line, exit status 1', async () => {
    const url = `mysql://root:hunter2@127.0.0.1:${await freePort()}/images`;
    for (const command of ['serve', 'migrate']) {
      const { code, stderr } = await runCommand([command], { DATA_DIR: folder, DATABASE_URL: url });
      expect(code).toBe(1);
      expect(stderr).toMatch(/^glance-graphql: The database cannot be reached\. .*\n$/);
      expect(stderr).not.toContain('hunter2');
    }
  });
});
