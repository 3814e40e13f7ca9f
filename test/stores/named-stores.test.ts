import { mkdtempSync, rmSync } from 'node:fs';
import { readdir, readFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createImage, errorOf, putData, run } from '../support/client.js';
import { onEachDatabase, startGateway, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf } from '../support/image-state.js';
import { graphqlWithFile } from '../support/multipart.js';
import { sql } from '../support/sql.js';
import { eventually } from '../support/poll.js';
import { meta, v1, v1Image } from '../support/v1-client.js';
import { file, rawWeb, web, type Web } from '../support/web.js';

const root = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
afterAll(() => rmSync(root, { recursive: true }));

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const IN_STORE = gql(`mutation ($id: ID!, $data: Upload!, $store: String) {
  uploadImage(id: $id, data: $data, store: $store) { id status size checksum }
}`);

onEachDatabase('several stores', (start, place) => {
  const slow = join(root, place.engine);
  let gateway: TestGateway;
  let source: Web;
  beforeAll(async () => {
    source = await web({ '/': file('import') });
    gateway = await start({
      STORES: 'fast:file,slow-one:file',
      STORE_SLOW_ONE_FOLDER: slow,
      HTTP_SOURCE_HOSTS: '127.0.0.1',
      HTTP_SOURCE_PRIVATE: '127.0.0.1',
    });
  });
  afterAll(() => source.close());

  /** Where an image's data is, by its location's metadata, and the data. */
  async function whereabouts(id: string) {
    const rows = await sql<{ value: string; meta_data: string }>(
      place,
      `SELECT value, meta_data FROM image_locations WHERE image_id = '${id}'`,
    );
    const data = await fetch(`${gateway.url}/data/${id}`).then((answer) => answer.text());
    return { url: rows[0]?.value, store: JSON.parse(rows[0]?.meta_data ?? '{}').store, data };
  }

  test('are listed with what they can do, the default one first among them', async () => {
    expect(await run(gateway, gql('{ stores { name kind isDefault isWritable } }'))).toEqual({
      stores: [
        { name: 'fast', kind: 'file', isDefault: true, isWritable: true },
        { name: 'slow-one', kind: 'file', isDefault: false, isWritable: true },
        { name: 'http', kind: 'http', isDefault: false, isWritable: false },
      ],
    });
  });

  test('are chosen by name on every face; the location records the name as Glance does', async () => {
    const byRoad = await createImage(gateway, FORMATS);
    await putData(gateway, byRoad, 'road', { 'x-image-meta-store': 'slow-one' });
    const byGraphql = await createImage(gateway, FORMATS);
    const uploaded = await graphqlWithFile(
      gateway,
      IN_STORE,
      { id: byGraphql, store: 'slow-one' },
      new Blob(['graphql']),
    );
    expect(uploaded.errors).toBeUndefined();
    const created = await graphqlWithFile(
      gateway,
      gql(
        'mutation ($input: CreateImageInput!, $data: Upload!, $store: String) { createImage(input: $input, data: $data, store: $store) { id } }',
      ),
      { input: FORMATS, store: 'slow-one' },
      new Blob(['created']),
    );
    const imported = await createImage(gateway, FORMATS);
    const begin = gql(
      'mutation ($id: ID!, $url: String!) { importImage(id: $id, url: $url, store: "slow-one") { id } }',
    );
    await run(gateway, begin, { id: imported, url: `${source.url}/` });
    await eventually(async () => (await stateOf(gateway, imported)).status === 'active');
    const byV1 = await v1Image(gateway, { store: 'slow-one' }, 'v1');
    for (const [id, data] of [
      [byRoad, 'road'],
      [byGraphql, 'graphql'],
      [created.data!.createImage.id, 'created'],
      [imported, 'import'],
      [byV1.id, 'v1'],
    ]) {
      expect(await whereabouts(id)).toEqual({ url: `file://${slow}/${id}`, store: 'slow-one', data });
      expect(await readFile(join(slow, id), 'utf8')).toBe(data);
    }
  });

  test('are told of each image: of one whose data stays on the web too, and none without data', async () => {
    const stores = async (id: string) =>
      (await run(gateway, gql('query ($id: ID!) { image(id: $id) { stores } }'), { id })).image!.stores;
    const queued = await createImage(gateway, FORMATS);
    expect(await stores(queued)).toEqual([]);
    const [slowOne, plain] = [
      await v1Image(gateway, { store: 'slow-one' }, 'data'),
      await v1Image(gateway, {}, 'data'),
    ];
    expect([await stores(slowOne.id), await stores(plain.id)]).toEqual([['slow-one'], ['fast']]);
    const { id } = await v1Image(gateway, {
      location: `${source.url}/`,
      disk_format: 'raw',
      container_format: 'bare',
    });
    expect(await stores(id)).toEqual(['http']);
    const copied =
      `INSERT INTO image_locations (image_id, value, meta_data, status, deleted, created_at) VALUES ` +
      `('${id}', 'file://${slow}/${id}', '{}', 'active', 0, '2026-01-01 00:00:00'), ` +
      `('${id}', 'rbd://fs/images/${id}', '{"store": "ceph"}', 'active', 0, '2026-01-01 00:00:00'), ` +
      `('${id}', 'file://${slow}/${id}', '{}', 'deleted', 1, '2026-01-01 00:00:00')`;
    await sql(place, copied);
    expect(await stores(id)).toEqual(['http', 'slow-one', 'ceph']);
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id: plain.id });
    const deleted = gql('{ images(includeDeleted: true) { edges { node { id stores } } } }');
    const nodes = (await run(gateway, deleted)).images.edges.map(({ node }) => node);
    expect(nodes).toContainEqual({ id: plain.id, stores: [] });
  });

  test('leave data to the default store when none, or only a scheme, is named (C9.2)', async () => {
    const plain = await v1Image(gateway, {}, 'plain');
    const byScheme = await v1Image(gateway, { store: 'filesystem' }, 'scheme');
    for (const { id } of [plain, byScheme]) expect((await whereabouts(id)).store).toBe('fast');
  });

  test('that do not exist are refused with the names of the existing ones, and the image stays queued', async () => {
    const id = await createImage(gateway, FORMATS);
    const answer = await putData(gateway, id, 'data', { 'x-image-meta-store': 'lost' });
    const problem = 'must be one of fast, slow-one';
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'BAD_USER_INPUT', field: 'store', constraints: [problem] }),
    ]);
    const uploaded = await graphqlWithFile(gateway, IN_STORE, { id, store: 'lost' }, new Blob(['data']));
    expect(uploaded.errors![0].extensions).toMatchObject({ field: 'store', constraints: [problem] });
    expect((await stateOf(gateway, id)).status).toBe('queued');
    const refused = await v1(gateway, 'POST', '/v1/images', meta({ store: 'lost' }));
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining('Required store lost is invalid'),
    ]);
  });

  test('are not named before data comes', async () => {
    const error = await errorOf(gateway, gql('mutation { createImage(input: {}, store: "fast") { id } }'));
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', field: 'store' });
  });

  test('remove the data of a deleted image, each its own', async () => {
    const { id } = await v1Image(gateway, { store: 'slow-one' }, 'data');
    expect(await readdir(slow)).toContain(id);
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id });
    expect(await readdir(slow)).not.toContain(id);
  });

  test('return the data of an image in two stores from the one that still has it', async () => {
    const { id } = await v1Image(gateway, { store: 'slow-one' }, 'twice');
    const second = join(gateway.folder, 'images', id);
    await rename(join(slow, id), second);
    await sql(
      place,
      'INSERT INTO image_locations (image_id, value, status, deleted, created_at, updated_at) SELECT image_id, ' +
        `'file://${second}', status, 0, created_at, updated_at FROM image_locations WHERE image_id = '${id}'`,
    );
    expect((await whereabouts(id)).data).toBe('twice');
  });
});

test.each([
  ['a,b', 'STORES=a,b: expected name:kind'],
  ['a:tape', 'STORES=a:tape: expected name:kind'],
  ['http:file', 'STORES=http:file: expected name:kind'],
  ['a:file,a:file', 'STORES: two stores are called a; expected different names'],
  ['a-b:file,A_B:file', 'STORES: a-b and A_B have the same options STORE_A_B_…; rename one'],
])('STORES=%s stops the start with one line', async (STORES, line) => {
  await expect(startGateway({ DATA_DIR: join(root, 'none'), STORES })).rejects.toThrow(line);
});

test('two stores in one folder stop the start', async () => {
  const options = { DATA_DIR: join(root, 'none'), STORES: 'a:file,b:file' };
  await expect(startGateway(options)).rejects.toThrow(
    `STORES: a and b are both at ${root}/none/images; expected a place of its own for each`,
  );
});

test.each(['swift', 's3'])('two stores of kind %s at one place stop the start', async (kind) => {
  const swift = (name: string) => ({
    [`STORE_${name}_AUTH_URL`]: 'http://127.0.0.1:1/auth/v1.0',
    [`STORE_${name}_AUTH_VERSION`]: '1',
    [`STORE_${name}_USER`]: 'account:user',
    [`STORE_${name}_KEY`]: 'key',
  });
  const s3 = (name: string) => ({ [`STORE_${name}_ENDPOINT`]: 'http://127.0.0.1:1' });
  const own = kind === 'swift' ? { ...swift('A'), ...swift('B') } : { ...s3('A'), ...s3('B') };
  const started = startGateway({ DATA_DIR: join(root, 'none'), STORES: `a:${kind},b:${kind}`, ...own });
  await expect(started).rejects.toThrow(/^STORES: a and b are both at /);
});

test('an unknown default store stops the start', async () => {
  const options = { DATA_DIR: join(root, 'none'), DEFAULT_STORE: 'lost' };
  await expect(startGateway(options)).rejects.toThrow('DEFAULT_STORE=lost: expected one of file');
});

test('an unavailable remote store does not delay the start, and is logged', async () => {
  const gateway = await startGateway({ DATA_DIR: join(root, 'away'), ...s3At('http://127.0.0.1:1') });
  expect(await run(gateway, gql('{ images { edges { node { id } } } }'))).toEqual({ images: { edges: [] } });
  const told = () => gateway.log.some(({ msg }) => msg === 'the store far cannot be used yet');
  await eventually(async () => told());
  await gateway.close();
});

test('a remote store that accepts connections and stays silent does not delay the start', async () => {
  const silent = await rawWeb(() => undefined);
  const gateway = await startGateway({ DATA_DIR: join(root, 'silent'), ...s3At(silent.url) });
  expect(await run(gateway, gql('{ images { edges { node { id } } } }'))).toEqual({ images: { edges: [] } });
  await gateway.close();
  await silent.close();
});

function s3At(endpoint: string): Record<string, string> {
  return {
    STORES: 'far:s3',
    STORE_FAR_ENDPOINT: endpoint,
    STORE_FAR_ACCESS_KEY: 'access',
    STORE_FAR_SECRET_KEY: 'secret',
    STORE_FAR_TIMEOUT: '3600',
  };
}
