import { beforeAll, expect, test } from 'vitest';
import { onSqlite, type TestGateway } from '../../support/gateway.js';
import { meta, v1, v1Image } from '../../support/v1-client.js';

onSqlite('with LEGACY_PATHS version 1 (contract C27)', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ LEGACY_PATHS: 'true' });
  });

  test('is found without its name, and a slash behind the collection does no harm', async () => {
    const made = await v1(gateway, 'POST', '/images/', meta({ id: '7', name: 'old', is_public: 'on' }));
    expect([made.status, made.headers.Location]).toEqual([200, `${gateway.url}/images/7`]);
    expect((await v1(gateway, 'HEAD', '/images/7')).headers['X-Image-Meta-Name']).toBe('old');
    const [entry] = (await v1(gateway, 'GET', '/images/')).json().images;
    expect(entry).toMatchObject({ id: '7', uri: `${gateway.url}/images/7` });
    expect((await v1(gateway, 'GET', '/v1/images/detail')).json().images[0].uri).toBe(
      `${gateway.url}/v1/images/7`,
    );
  });

  test('takes a type for the formats that it meant', async () => {
    const image = await v1Image(gateway, { type: 'kernel', is_public: 'on' });
    expect(image).toMatchObject({
      disk_format: 'aki',
      container_format: 'aki',
      properties: { type: 'kernel' },
    });
    expect((await v1(gateway, 'GET', `/images?property-type=kernel`)).json().images[0].type).toBe('kernel');
  });

  test('keeps a type that it does not know', async () => {
    const image = await v1Image(gateway, { type: 'constructor', is_public: 'on' });
    expect(image).toMatchObject({ disk_format: null, properties: { type: 'constructor' } });
  });

  test('says which store has the data, in details and headers', async () => {
    const { id } = await v1Image(gateway, { store: 'file', is_public: 'on' }, 'data');
    const waiting = await v1Image(gateway, { is_public: 'on' });
    for (const method of ['HEAD', 'GET'])
      expect((await v1(gateway, method, `/images/${id}`)).headers['X-Image-Meta-Store']).toBe('file');
    const ofList = async (path: string) => {
      const { images } = (await v1(gateway, 'GET', path)).json();
      return Object.fromEntries(images.map((image) => [image.id, image.store]));
    };
    expect(await ofList('/images/detail')).toMatchObject({ [id]: 'file', [waiting.id]: undefined });
    expect(await ofList('/images')).toMatchObject({ [id]: undefined });
  });

  test('still answers other paths with the versions', async () => {
    for (const path of ['/', '/foo', '/v3']) expect((await v1(gateway, 'GET', path)).status).toBe(300);
  });
});
