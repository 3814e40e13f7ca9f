import { beforeAll, describe, expect, test } from 'vitest';
import { onEachDatabase, onSqlite } from '../../support/gateway.js';
import { startRegistry, type TestRegistry } from '../../support/registry-client.js';

const GOOD = { status: 'queued', disk_format: 'raw', container_format: 'bare' };
const without = (key: keyof typeof GOOD) =>
  Object.fromEntries(Object.entries(GOOD).filter(([name]) => name !== key));

onEachDatabase('a strict registry (contract C27)', (start) => {
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry(start, { REGISTRY_STRICT: 'true' });
  });
  const refused = async (method: string, path: string, image: object) => {
    const { status, text } = await registry.ask(method, path, { image });
    return [status, text];
  };

  test.each([
    GOOD,
    { ...GOOD, status: 'active', disk_format: 'ami', container_format: 'ami' },
    { ...GOOD, id: '7C5D1B6E-1111-4222-8333-444455556666' },
    { ...GOOD, container_format: 'ovf', disk_format: 'vhd' },
  ])('makes what is said whole: %j', async (image) => {
    expect(await registry.make(image)).toMatchObject(image);
  });

  test.each<[object, string]>([
    [without('status'), 'Image status is required.'],
    [{ ...GOOD, status: null }, 'Image status is required.'],
    [{ ...GOOD, status: '' }, 'Image status is required.'],
    [{ ...GOOD, status: 'available' }, "Invalid image status 'available' for image."],
    [without('disk_format'), 'Image disk format is required.'],
    [{ ...GOOD, disk_format: '' }, 'Image disk format is required.'],
    [{ ...GOOD, disk_format: null }, 'Image disk format is required.'],
    [{ ...GOOD, disk_format: 'zip' }, "Invalid disk format 'zip' for image."],
    [without('container_format'), 'Image container format is required.'],
    [{ ...GOOD, container_format: '' }, 'Image container format is required.'],
    [{ ...GOOD, container_format: 'box' }, "Invalid container format 'box' for image."],
    [{ ...GOOD, disk_format: 'aki' }, 'Invalid mix of disk and container formats'],
    [{ ...GOOD, container_format: 'ari' }, 'Invalid mix of disk and container formats'],
    [{ ...GOOD, disk_format: 'aki', container_format: 'ami' }, 'Invalid mix of disk and container formats'],
    [{ ...GOOD, id: '7' }, 'Invalid image id format'],
    [{ ...GOOD, id: '' }, 'Invalid image id format'],
  ])('refuses %j', async (image, text) => {
    expect(await refused('POST', '/images', image)).toEqual([400, expect.stringContaining(text)]);
  });

  describe('changes', () => {
    let path: string;
    beforeAll(async () => {
      path = `/images/${(await registry.make(GOOD)).id}`;
    });

    test.each<[object, string]>([
      [{ status: '' }, 'Image status is required.'],
      [{ status: 'available' }, "Invalid image status 'available' for image."],
      [{ disk_format: null }, 'Image disk format is required.'],
      [{ disk_format: 'zip' }, "Invalid disk format 'zip' for image."],
      [{ container_format: 'box' }, "Invalid container format 'box' for image."],
      [{ container_format: 'ami' }, 'Invalid mix of disk and container formats'],
    ])('nothing by %j', async (image, text) => {
      expect(await refused('PUT', path, image)).toEqual([400, expect.stringContaining(text)]);
      expect((await registry.ask('GET', path)).json().image).toMatchObject(GOOD);
    });

    test('what is whole with what is there, and what an upload says', async () => {
      for (const image of [
        { disk_format: 'qcow2' },
        { status: 'saving' },
        { size: 5, checksum: 'c'.repeat(32) },
      ]) {
        const answer = await registry.ask('PUT', path, { image });
        expect([answer.status, answer.json().image]).toMatchObject([200, image]);
      }
    });
  });
});

onSqlite('a registry for the first clients (LEGACY_PATHS, contract C27)', (start) => {
  test('takes `available` for active, and properties as a list', async () => {
    const registry = await startRegistry(start, { LEGACY_PATHS: 'true' });
    const properties = [
      { name: 'os', value: 'linux' },
      { key: 'arch', value: 64 },
    ];
    const made = await registry.make({ status: 'available', properties });
    expect(made).toMatchObject({ status: 'active', properties: { os: 'linux', arch: '64' } });
    const change = { image: { status: 'available', properties: [] } };
    expect((await registry.ask('PUT', `/images/${made.id}`, change)).json().image.status).toBe('active');
    for (const entry of [1, null, {}, { name: 1, value: 'x' }]) {
      const answer = await registry.ask('POST', '/images', { image: { properties: [entry] } });
      expect([answer.status, answer.text]).toEqual([
        400,
        expect.stringContaining("An entry of 'properties'"),
      ]);
    }
  });

  test('is one only when asked to: a list, and `available`, are refused otherwise', async () => {
    const registry = await startRegistry(start);
    for (const image of [{ properties: [] }, { status: 'available' }])
      expect((await registry.ask('POST', '/images', { image })).status).toBe(400);
  });
});
