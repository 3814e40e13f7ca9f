import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { createActiveImage, createImage, putData, statusAndCode } from '../support/client.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { answers, hangs, interpose } from '../support/interposed.js';
import { startMysqlServer } from '../support/mysql-server.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway } from '../support/process.js';
import { rawRequest, type RawRequest } from '../support/raw-request.js';
import { onMysqlServer } from '../support/sql.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const folders: string[] = [];
afterAll(async () => {
  await endAll();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

async function gatewayOn(options: Record<string, string> = {}, folder = newFolder()) {
  return { folder, gateway: await spawnGateway({ DATA_DIR: folder, ...options }) };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  folders.push(folder);
  return folder;
}

/** An upload of which half has arrived. */
async function halfSent(gateway: { url: string }): Promise<{ id: string; request: RawRequest }> {
  const id = await createImage(gateway, FORMATS);
  const request = await rawRequest(gateway.url, 'PUT', `/data/${id}`, { 'content-length': 8 });
  await request.send('half');
  await eventually(async () => (await stateOf(gateway, id)).status === 'saving');
  return { id, request };
}

const ready = async (gateway: { url: string }) => (await fetch(`${gateway.url}/ready`)).status;

test('a running upload completes after SIGTERM, while the gateway is not ready for new ones', async () => {
  const { gateway, folder } = await gatewayOn();
  expect(await ready(gateway)).toBe(200);
  const { id, request } = await halfSent(gateway);
  const other = await createImage(gateway, FORMATS);
  gateway.kill('SIGTERM');
  await eventually(
    () => ready(gateway),
    (status) => status === 503,
  );
  expect((await fetch(`${gateway.url}/healthcheck`)).status).toBe(200);
  const refused = await putData(gateway, other, 'data');
  expect(await statusAndCode(refused)).toEqual([503, 'SHUTTING_DOWN']);
  await request.send('full');
  expect((await request.answer()).json()).toMatchObject({ id, status: 'active', size: 8 });
  expect(await gateway.ended).toMatchObject({ code: 0 });
  const again = await gatewayOn({}, folder);
  expect((await stateOf(again.gateway, id)).status).toBe('active');
  expect((await stateOf(again.gateway, other)).status).toBe('queued');
});

test.each(['0', '1'])('an upload longer than DRAIN_TIMEOUT=%s is cut off and settled', async (seconds) => {
  const { gateway, folder } = await gatewayOn({ DRAIN_TIMEOUT: seconds });
  const { id, request } = await halfSent(gateway);
  gateway.kill('SIGTERM');
  const answer = await request.answer();
  expect([answer.status, answer.json().code]).toEqual([503, 'SHUTTING_DOWN']);
  expect(await gateway.ended).toMatchObject({ code: 0 });
  expect(await storedFiles(folder)).toEqual([]);
  const again = await gatewayOn({}, folder);
  expect(await stateOf(again.gateway, id)).toMatchObject({
    status: 'killed',
    statusReason: 'The gateway is shutting down; try again.',
  });
});

test('a sender that does not read the answer does not delay the end', async () => {
  const { gateway } = await gatewayOn({ DRAIN_TIMEOUT: '0' });
  await halfSent(gateway);
  gateway.kill('SIGTERM');
  expect(await gateway.ended).toMatchObject({ code: 0 });
});

test('a connection without a request does not delay the end', async () => {
  const { gateway } = await gatewayOn({ DRAIN_TIMEOUT: '0' });
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  await once(socket, 'connect');
  await ready(gateway);
  gateway.kill('SIGTERM');
  expect(await gateway.ended).toMatchObject({ code: 0 });
  socket.destroy();
});

test('a client that stopped reading its download does not delay the end', async () => {
  const { gateway } = await gatewayOn({ DRAIN_TIMEOUT: '0' });
  const id = await createActiveImage(gateway, Buffer.alloc(50_000_000));
  const request = await rawRequest(gateway.url, 'GET', `/data/${id}`, {}, { deaf: true });
  await ready(gateway);
  gateway.kill('SIGTERM');
  expect(await gateway.ended).toMatchObject({ code: 0 });
  request.leave();
});

test('a running download ends after SIGTERM, when its reader is slow, and then the gateway stops', async () => {
  const { gateway } = await gatewayOn({ DRAIN_TIMEOUT: '3600' });
  const id = await createActiveImage(gateway, Buffer.alloc(50_000_000));
  const request = await rawRequest(gateway.url, 'GET', `/data/${id}`, {}, { deaf: true });
  await ready(gateway);
  gateway.kill('SIGTERM');
  // Longer than other requests have.
  const past = Date.now() + 6000;
  await eventually(() => Date.now() > past);
  expect((await request.answer()).body.length).toBe(50_000_000);
  expect(await gateway.ended).toMatchObject({ code: 0 });
});

test('a store that falls silent does not delay the end, and the sweep removes what is left of the upload', async () => {
  const store = await interpose('');
  store.conduct = answers(404, '');
  const { gateway } = await gatewayOn({
    DRAIN_TIMEOUT: '0',
    STORES: 's3:s3',
    STORE_S3_ENDPOINT: store.url,
    STORE_S3_ACCESS_KEY: 'access',
    STORE_S3_SECRET_KEY: 'secret',
    STORE_S3_TIMEOUT: '3600',
  });
  await halfSent(gateway);
  store.conduct = hangs;
  gateway.kill('SIGTERM');
  const { code, stderr } = await gateway.ended;
  expect(code).toBe(0);
  expect(stderr).toContain(
    'a store or the database does not answer; a later sweep settles the remaining uploads',
  );
  await store.stop();
}, 60_000);

describe('for SHUTDOWN_DELAY seconds after SIGTERM', () => {
  test('a gateway takes requests and new uploads while /ready fails, until a second SIGTERM', async () => {
    const { gateway, folder } = await gatewayOn({ SHUTDOWN_DELAY: '3600' });
    gateway.kill('SIGTERM');
    await eventually(
      () => ready(gateway),
      (status) => status === 503,
    );
    const id = await createActiveImage(gateway, 'data');
    expect((await fetch(`${gateway.url}/healthcheck`)).status).toBe(200);
    const uploading = await halfSent(gateway);
    gateway.kill('SIGTERM');
    await eventually(() => gateway.stderr().includes('waiting for running uploads'));
    await uploading.request.send('full');
    expect((await uploading.request.answer()).json()).toMatchObject({ status: 'active', size: 8 });
    const { code, stderr } = await gateway.ended;
    expect(code).toBe(0);
    expect(stderr).toContain('shutting down in 3600 s; /ready fails from now on\n');
    const again = await gatewayOn({}, folder);
    expect((await stateOf(again.gateway, id)).status).toBe('active');
  });

  test('a gateway without uploads goes on, and then stops by itself', async () => {
    const { gateway } = await gatewayOn({ SHUTDOWN_DELAY: '2' });
    gateway.kill('SIGTERM');
    await eventually(
      () => ready(gateway),
      (status) => status === 503,
    );
    await createImage(gateway);
    expect((await gateway.ended).code).toBe(0);
  });
});

test('a second signal ends a gateway that waits for uploads, in one line, and the sweep settles them', async () => {
  const { gateway, folder } = await gatewayOn({ DRAIN_TIMEOUT: '3600', UPLOAD_LEASE: '1' });
  const { id } = await halfSent(gateway);
  gateway.kill('SIGTERM');
  await eventually(() => gateway.stderr().includes('waiting for running uploads'));
  gateway.kill('SIGTERM');
  const { code, stderr } = await gateway.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /uploads\nstopped by a further signal; a later sweep settles the remaining uploads\n$/,
  );
  const again = await gatewayOn({ UPLOAD_LEASE: '1', SWEEP_INTERVAL: '1' }, folder);
  await eventually(async () => (await stateOf(again.gateway, id)).status === 'killed');
});

describe.skipIf(inject('mysqlServer') === '')('while the database, on MySQL, does not answer', () => {
  test.each([
    ['with nothing uploading', false],
    ['with an upload under way', true],
  ])(
    'SIGTERM ends the gateway in plain lines, %s',
    async (_, isUploading) => {
      const server = await startMysqlServer();
      try {
        await onMysqlServer(server.url, 'CREATE DATABASE images');
        const { gateway } = await gatewayOn({
          DATABASE_URL: `${server.url}/images`,
          DRAIN_TIMEOUT: '1',
          SHUTDOWN_DELAY: '1',
          SWEEP_INTERVAL: '1',
        });
        if (isUploading) await halfSent(gateway);
        else await ready(gateway);
        server.pause();
        gateway.kill('SIGTERM');
        const { code, stderr } = await gateway.ended;
        expect(code).toBe(0);
        expect(stderr).not.toMatch(/^ +at /m);
        expect(stderr).toContain('shutting down; waiting for running uploads\n');
      } finally {
        server.resume();
        await server.stop();
      }
    },
    60_000,
  );
});

test('SIGINT ends the gateway too', async () => {
  const { gateway } = await gatewayOn();
  gateway.kill('SIGINT');
  const { code, stderr } = await gateway.ended;
  expect(code).toBe(0);
  expect(stderr).toContain('shutting down');
});
