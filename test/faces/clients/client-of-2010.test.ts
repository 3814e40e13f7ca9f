import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { onEachDatabase } from '../../support/gateway.js';
import { freePort } from '../../support/mysql-server.js';
import { PYTHON, pythonCalls, type PythonCall } from '../../support/python-calls.js';
import { hasPrograms } from '../../support/real-clients.js';
import { v1, type V1Record } from '../../support/v1-client.js';

const PROGRAM = fileURLToPath(new URL('client-of-2010.py', import.meta.url));
const hasPython = hasPrograms('the client of 2010', [PYTHON]);

describe.skipIf(!hasPython)('with LEGACY_PATHS the client of Glance 0.1.7 (contract C27)', () => {
  onEachDatabase('works', (start) => {
    let url: string;
    let registry: string;
    beforeAll(async () => {
      const port = String(await freePort());
      ({ url } = await start({ LEGACY_PATHS: 'true', REGISTRY_PORT: port }));
      registry = `http://127.0.0.1:${port}`;
    });

    const call = <Results extends unknown[]>(place: string, ...calls: PythonCall[]) =>
      pythonCalls<Results>(PROGRAM, place, calls);

    const MACHINE = {
      ...{ id: 2, name: 'a machine', type: 'machine', is_public: true },
      properties: { Kernel_Id: '7', 'ramdisk-id': "it's 8" },
    };

    test('adds an image with properties and data, and reads all of it back', async () => {
      const [added, meta, [whole, data]] = await call<[object, object, [object, string]]>(
        url,
        ['add_image', MACHINE, 'the data'],
        ['get_image_meta', 2],
        ['get_image', 2],
      );
      const uri = `${url}/images/2`;
      const properties = { type: 'machine', kernel_id: '7', ramdisk_id: "it's 8" };
      expect(added).toMatchObject({ id: '2', status: 'active', size: 8, uri, type: 'machine', properties });
      const shown = { id: '2', name: 'a machine', type: 'machine', uri, store: 'file', is_public: 'True' };
      expect(meta).toMatchObject({ ...shown, size: '8', status: 'active', properties });
      expect(whole).toMatchObject({ ...shown, properties });
      expect(data).toBe('the data');
    });

    test('reserves an image that has properties alone', async () => {
      const [{ id, ...added }] = await call<[V1Record]>(url, [
        'add_image',
        { name: 'later', properties: { a: 1 } },
      ]);
      expect(added).toMatchObject({ name: 'later', status: 'queued', size: 0, properties: { a: '1' } });
      expect(added.uri).toBe(`${url}/images/${id}`);
    });

    test('lists all public images, more than a page of version 1, each with its type and URI', async () => {
      const many = Array.from({ length: 30 }, (_, at): [string, object] => [
        'add_image',
        { name: `n${at}`, type: 'raw', is_public: true, id: 100 + at },
      ]);
      await call(url, ...many);
      const [brief, detailed] = await call<[V1Record[], V1Record[]]>(
        url,
        ['get_images'],
        ['get_images_detailed'],
      );
      for (const list of [brief, detailed]) {
        expect(list.length).toBeGreaterThanOrEqual(30);
        expect(list.find(({ id }) => id === '129')).toMatchObject({
          ...{ name: 'n29', type: 'raw', uri: `${url}/images/129` },
        });
      }
    });

    test('deletes, and gets errors for a missing image, a used id and a malformed request', async () => {
      const of = (id: number) => ({ id, name: 'short', type: 'kernel' });
      const answers = await call(
        url,
        ['add_image', of(3)],
        ['add_image', of(3)],
        ['delete_image', 3],
        ['get_image', 3],
        ['get_image_meta', 4],
        ['delete_image', 4],
        ['add_image', { ...of(5), container_format: 'zip' }],
      );
      expect(answers.slice(1)).toEqual([
        ...['Duplicate', true, 'NotFound', 'NotFound', 'NotFound', 'BadInputError'],
      ]);
    });

    test('names an image without formats or a type by the formats that it got elsewhere', async () => {
      const headers = { 'x-image-meta-id': '9', 'x-image-meta-disk_format': 'ari' };
      const made = await v1({ url }, 'POST', '/v1/images', headers);
      // Clients that know versions are answered as version 1 answers.
      expect([made.status, made.headers.Location]).toEqual([201, `${url}/v1/images/9`]);
      expect((await call(url, ['get_image_meta', 9]))[0]).toMatchObject({ type: 'ramdisk' });
    });

    test('pages on after an image whose id is a number', async () => {
      await call(url, ['add_image', { id: 50, is_public: true }], ['add_image', { id: 51, is_public: true }]);
      const page = await v1({ url }, 'GET', '/images?sort_key=id&sort_dir=asc&limit=1&marker=50');
      expect(page.json().images).toMatchObject([{ id: '51' }]);
    });

    test('keeps records under numbers in the registry', async () => {
      const [added, found, changed] = await call(
        registry,
        ['add_record', { id: 70, name: 'r', status: 'available', is_public: true, properties: { a: '1' } }],
        ['get_record', 70],
        ['update_record', 70, { name: 'other', properties: { b: '2' } }],
      );
      expect(added).toMatchObject({ id: '70', status: 'active', properties: { a: '1' } });
      expect(found).toEqual(added);
      expect(changed).toMatchObject({ name: 'other', properties: { a: '1', b: '2' } });
      expect(await call(registry, ['add_record', { id: 70 }], ['add_record', { id: 'a/b' }])).toEqual([
        'Duplicate',
        'BadInputError',
      ]);
    });
  });
});
