import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { run as command } from '../../src/command-line.js';
import { createActiveImage, run } from '../support/client.js';
import { onServer, startGateway, type TestGateway } from '../support/gateway.js';
import { hasGlance, startGlance, type Glance } from '../support/glance-server.js';
import { gql } from '../support/gql.js';
import { v1 } from '../support/v1-client.js';

describe.skipIf(!hasGlance || inject('mysqlServer') === '')('beside a Glance with several stores', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let glance: Glance;
  let gateway: TestGateway;
  let fast: string;
  let slow: string;

  beforeAll(async () => {
    glance = await startGlance(['fast', 'slow']);
    ({ fast, slow } = glance.stores);
    const options = {
      DATA_DIR: folder,
      DATABASE_URL: `${inject('mysqlServer')}/${glance.database}`,
      FILESYSTEM_STORE_DATADIR: fast,
      FILE_LOCATION_ROOTS: slow,
    };
    expect(await command(['migrate', '--gateway-tables'], options)).toBe(0);
    gateway = await startGateway(options);
  });
  afterAll(async () => {
    await gateway.close();
    await glance.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const formats = { disk_format: 'raw', container_format: 'bare' };

  async function glanceImage(data: string, store: string): Promise<string> {
    const { id } = (await glance.request('POST', '/images', formats)).json;
    const sent = await glance.request('PUT', `/images/${id}/file`, data, { 'x-image-meta-store': store });
    expect(sent.status).toBe(204);
    return id;
  }

  /** A row as Glance writes one when it copies an image into another store. */
  async function addLocation(id: string, url: string, metadata: object): Promise<void> {
    await onServer(
      'INSERT INTO image_locations (image_id, value, meta_data, status, deleted, created_at, updated_at) ' +
        `VALUES ('${id}', '${url}', '${JSON.stringify(metadata)}', 'active', 0, UTC_TIMESTAMP(), UTC_TIMESTAMP())`,
      glance.database,
    );
  }

  const download = async (id: string) => {
    const response = await fetch(`${gateway.url}/data/${id}`);
    return [response.status, await response.text()];
  };

  test('data in any of its stores is given, and removed with the image', async () => {
    for (const [store, root] of [
      ['fast', fast],
      ['slow', slow],
    ]) {
      const id = await glanceImage(`data in ${store}`, store);
      expect(await download(id)).toEqual([200, `data in ${store}`]);
      expect((await v1(gateway, 'GET', `/v1/images/${id}`)).text).toBe(`data in ${store}`);
      expect((await v1(gateway, 'DELETE', `/v1/images/${id}`)).status).toBe(200);
      expect(existsSync(join(root, id))).toBe(false);
    }
  });

  test('what we put into the folder of a store is that store to Glance', async () => {
    const id = await createActiveImage(gateway, 'data of ours');
    expect((await glance.request('GET', `/images/${id}`)).json).toMatchObject({
      status: 'active',
      stores: 'fast',
    });
    expect((await glance.request('GET', `/images/${id}/file`)).bytes.toString()).toBe('data of ours');
    expect(await download(id)).toEqual([200, 'data of ours']);
    expect((await glance.request('DELETE', `/images/${id}`)).status).toBe(204);
    expect(existsSync(join(fast, id))).toBe(false);
  });

  test('of several locations the first that holds the data whole is read, and deleting removes all', async () => {
    const id = await glanceImage('the data', 'fast');
    writeFileSync(join(slow, id), 'the data');
    await addLocation(id, `file://${slow}/${id}`, { store: 'slow' });
    expect((await glance.request('GET', `/images/${id}`)).json.stores).toBe('fast,slow');
    truncateSync(join(fast, id), 3);
    expect(await download(id)).toEqual([200, 'the data']);
    rmSync(join(fast, id));
    expect(await download(id)).toEqual([200, 'the data']);
    expect((await v1(gateway, 'GET', `/v1/images/${id}`)).text).toBe('the data');
    writeFileSync(join(fast, id), 'the data');
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id });
    expect([fast, slow].map((root) => existsSync(join(root, id)))).toEqual([false, false]);
  });

  test('a location outside the folders, or through a link out of them, is not found (C10.5)', async () => {
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'the data');
    symlinkSync(secret, join(slow, 'link'));
    for (const url of [`file://${secret}`, `file://${slow}/link`, `file://${slow}/../${secret}`]) {
      const id = await glanceImage('the data', 'fast');
      await onServer(`UPDATE image_locations SET value = '${url}' WHERE image_id = '${id}'`, glance.database);
      expect((await download(id))[0]).toBe(404);
      expect((await v1(gateway, 'GET', `/v1/images/${id}`)).status).toBe(404);
      expect((await v1(gateway, 'DELETE', `/v1/images/${id}`)).status).toBe(200);
      expect(readFileSync(secret, 'utf8')).toBe('the data');
    }
  });

  test('a location in a store that is not ours is unavailable, and its metadata is kept (C10.5)', async () => {
    const id = await glanceImage('the data', 'fast');
    await onServer(
      `UPDATE image_locations SET value = 'rbd://fsid/images/${id}/snap' WHERE image_id = '${id}'`,
      glance.database,
    );
    expect((await download(id))[0]).toBe(503);
    expect((await v1(gateway, 'GET', `/v1/images/${id}`)).status).toBe(503);
    expect((await v1(gateway, 'HEAD', `/v1/images/${id}`)).status).toBe(200);
    expect((await v1(gateway, 'PUT', `/v1/images/${id}`, { 'x-image-meta-name': 'named' })).status).toBe(200);
    const rows = await onServer(
      `SELECT meta_data FROM image_locations WHERE image_id = '${id}'`,
      glance.database,
    );
    expect(rows).toEqual([{ meta_data: '{"store": "fast"}' }]);
  });

  test('statuses, visibilities and formats that version 1 never knew are shown as they are', async () => {
    const made = await glance.request('POST', '/images', {
      name: 'new',
      disk_format: 'ploop',
      container_format: 'compressed',
      visibility: 'community',
    });
    const { id } = made.json;
    // Data that waits to be imported.
    expect((await glance.request('PUT', `/images/${id}/stage`, 'staged')).status).toBe(204);
    for (const status of ['uploading', 'importing', 'brand-new']) {
      if (status !== 'uploading')
        await onServer(`UPDATE images SET status = '${status}' WHERE id = '${id}'`, glance.database);
      const query = gql(
        'query ($id: ID!) { image(id: $id) { status visibility diskFormat containerFormat } }',
      );
      expect((await run(gateway, query, { id })).image).toEqual({
        status,
        visibility: 'COMMUNITY',
        diskFormat: 'ploop',
        containerFormat: 'compressed',
      });
      expect((await v1(gateway, 'HEAD', `/v1/images/${id}`)).headers).toMatchObject({
        'X-Image-Meta-Status': status,
        'X-Image-Meta-Is_public': 'False',
        'X-Image-Meta-Container_format': 'compressed',
      });
      const { images } = (await v1(gateway, 'GET', '/v1/images/detail?is_public=None&name=new')).json();
      expect(images).toMatchObject([{ id, status, disk_format: 'ploop', is_public: false }]);
      expect((await v1(gateway, 'GET', `/v1/images/${id}`)).status).toBe(404);
      expect((await download(id))[0]).toBe(404);
      const data = { 'content-type': 'application/octet-stream' };
      expect((await v1(gateway, 'PUT', `/v1/images/${id}`, data, 'data')).status).toBe(409);
      const changed = await v1(gateway, 'PUT', `/v1/images/${id}`, { 'x-image-meta-min_ram': '5' });
      expect([changed.status, changed.json().image.container_format]).toEqual([200, 'compressed']);
    }
    expect((await v1(gateway, 'DELETE', `/v1/images/${id}`)).status).toBe(200);
    expect((await glance.request('GET', `/images/${id}`)).status).toBe(404);
    expect(
      (await run(gateway, gql('query ($id: ID!) { image(id: $id) { status } }'), { id })).image!.status,
    ).toBe('deleted');
  });
});
