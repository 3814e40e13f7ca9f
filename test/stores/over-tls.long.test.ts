import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActiveImage, createImage, putData, run, statusAndCode } from '../support/client.js';
import { gql } from '../support/gql.js';
import { stateOf } from '../support/image-state.js';
import { hasNginx, startNginx, type Nginx } from '../support/nginx-server.js';
import { eventually } from '../support/poll.js';
import { endAll, spawnGateway, type RunningGateway } from '../support/process.js';
import { hasSwift, PATIENCE, startSwift, storesAt, type SwiftServer } from '../support/swift-server.js';
import { v1Image } from '../support/v1-client.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const IMPORT = gql('mutation ($id: ID!, $url: String!) { importImage(id: $id, url: $url) { status } }');

describe.skipIf(!hasSwift || !hasNginx)('stores and sources that speak HTTPS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const data = randomBytes(40_000_000);
  let swift: SwiftServer;
  let nginx: Nginx;
  let gateway: RunningGateway;
  /** Does not know who has signed the certificate. */
  let distrustful: RunningGateway;

  beforeAll(async () => {
    swift = await startSwift();
    nginx = await startNginx({ isSecure: true, behind: swift.url });
    writeFileSync(join(nginx.files, 'image'), data);
    const options = {
      DATA_DIR: folder,
      ...storesAt(nginx.proxied),
      STORES: 'cloud:s3',
      HTTP_SOURCE_HOSTS: '127.0.0.1',
      HTTP_SOURCE_PRIVATE: '127.0.0.1',
      HTTP_SOURCE_SCHEMES: 'https',
    };
    gateway = await spawnGateway({ ...options, NODE_EXTRA_CA_CERTS: nginx.certificate });
    distrustful = await spawnGateway(options);
  }, PATIENCE);
  afterAll(async () => {
    await endAll();
    await nginx?.stop();
    await swift?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const imported = async (by: RunningGateway) => {
    const id = await createImage(by, FORMATS);
    await run(by, IMPORT, { id, url: `${nginx.url}/image` });
    const state = await eventually(
      () => stateOf(by, id),
      ({ status }) => status !== 'saving',
    );
    return { id, state };
  };
  const download = async (id: string, headers: Record<string, string> = {}) =>
    Buffer.from(await (await fetch(`${gateway.url}/data/${id}`, { headers })).arrayBuffer());

  test('an image is imported from one and kept in the other', async () => {
    const { id, state } = await imported(gateway);
    expect(state).toMatchObject({ status: 'active', size: data.length });
    expect((await download(id)).equals(data)).toBe(true);
  });

  test('an attached image is read whole and in ranges', async () => {
    const { id } = await v1Image(gateway, {
      name: 'elsewhere',
      disk_format: 'raw',
      container_format: 'bare',
      location: `${nginx.url}/image`,
    });
    expect((await download(id)).equals(data)).toBe(true);
    const part = await download(id, { range: 'bytes=30000000-30000999' });
    expect(part.equals(data.subarray(30_000_000, 30_001_000))).toBe(true);
  });

  test('with an untrusted certificate are refused like unavailable ones', async () => {
    const { state } = await imported(distrustful);
    expect(state).toMatchObject({ status: 'killed', statusReason: 'The source cannot be used.' });
    const id = await createActiveImage(gateway, 'data');
    const answer = await fetch(`${distrustful.url}/data/${id}`);
    expect(await statusAndCode(answer)).toEqual([503, 'STORE_UNAVAILABLE']);
    const unsent = await createImage(distrustful, FORMATS);
    expect((await putData(distrustful, unsent, 'data')).status).toBe(503);
  });
});
