import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run, statusAndCode } from '../../support/client.js';
import { onSqlite, type TestGateway } from '../../support/gateway.js';
import { gql } from '../../support/gql.js';
import { startRegistry, type TestRegistry } from '../../support/registry-client.js';
import { v1, v1Image } from '../../support/v1-client.js';

onSqlite('a location that a peer of the registry records for an image', (start) => {
  let gateway: TestGateway;
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry(start);
    ({ gateway } = registry);
  });
  afterAll(() => gateway.close());

  const folder = () => join(gateway.folder, 'images');
  const uploaded = async (data: string) => String((await v1Image(gateway, {}, data)).id);
  const located = (...urls: string[]) =>
    registry.make({
      name: 'another',
      ...{ status: 'active', size: 6, disk_format: 'raw', container_format: 'bare' },
      location_data: urls.map((url) => ({ url, metadata: {}, status: 'active' })),
    });
  const v1Data = (id: string) => v1(gateway, 'GET', `/v1/images/${id}`);

  /** Ways to write the location of a file. */
  const FORMS: [string, (id: string) => string][] = [
    ['as Glance writes it', (id) => `file://${folder()}/${id}`],
    ['with its old scheme', (id) => `filesystem://${folder()}/${id}`],
    ['with an extra folder', (id) => `file://${folder()}/./${id}`],
    ['encoded', (id) => `file://${folder()}/${encodeURIComponent(id).replaceAll('-', '%2d')}`],
  ];

  test.each(FORMS)('never returns the data of another image, %s', async (_, urlOf) => {
    const victim = await uploaded('secret');
    const { id } = await located(urlOf(victim));
    const data = await fetch(`${gateway.url}/data/${id}`);
    expect(await statusAndCode(data)).toEqual([404, 'DATA_MISSING']);
    const old = await v1Data(id);
    expect([old.status, old.text]).toEqual([404, expect.not.stringContaining('secret')]);
  });

  test.each(FORMS)('never deletes the data of another image with its image, %s', async (_, urlOf) => {
    const victim = await uploaded('secret');
    const images = [await located(urlOf(victim)), await located(urlOf(victim))];
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id: images[0].id });
    expect((await v1(gateway, 'DELETE', `/v1/images/${images[1].id}`)).status).toBe(200);
    expect(await readdir(folder())).toContain(victim);
    expect((await v1Data(victim)).text).toBe('secret');
  });

  test('never returns a file of the store that belongs to no image', async () => {
    await writeFile(join(folder(), 'notes.txt'), 'secret');
    const { id } = await located(`file://${folder()}/notes.txt`);
    expect((await v1Data(id)).status).toBe(404);
    await v1(gateway, 'DELETE', `/v1/images/${id}`);
    expect(await readdir(folder())).toContain('notes.txt');
  });

  test('returns the image’s own data beside a location of another image’s data, and deletes only its own', async () => {
    const [victim, own] = [await uploaded('secret'), await uploaded('my own')];
    const url = (id: string) => `file://${folder()}/${id}`;
    const location_data = [victim, own].map((id) => ({ url: url(id), metadata: {}, status: 'active' }));
    expect((await registry.ask('PUT', `/images/${own}`, { image: { location_data } })).status).toBe(200);
    expect((await v1Data(own)).text).toBe('my own');
    await v1(gateway, 'DELETE', `/v1/images/${own}`);
    expect(await readdir(folder())).toContain(victim);
    expect(await readdir(folder())).not.toContain(own);
  });

  test('is shown unchanged: nothing is hidden from the peer', async () => {
    const victim = await uploaded('secret');
    const url = `file://${folder()}/${victim}`;
    const { id } = await located(url);
    expect((await registry.ask('GET', `/images/${id}`)).json().image.location).toBe(url);
  });
});
