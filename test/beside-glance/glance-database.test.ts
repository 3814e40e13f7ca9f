import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { run as runCommand } from '../../src/command-line.js';
import { as, createImage, errorOf, putData, run, statusAndCode } from '../support/client.js';
import { called } from '../support/command.js';
import { onServer, startGateway, type TestGateway } from '../support/gateway.js';
import { addGlanceImage, makeGlanceDatabase } from '../support/glance-database.js';
import { gql } from '../support/gql.js';
import { stateOf } from '../support/image-state.js';
import type { ImageFilterInput, StringFilter } from '../support/operations.js';
import { eventually } from '../support/poll.js';
import { file, web } from '../support/web.js';

const SOURCES = { HTTP_SOURCE_HOSTS: '127.0.0.1', HTTP_SOURCE_PRIVATE: '127.0.0.1' };

describe.skipIf(inject('mysqlServer') === '')("on a live Glance's database, on MySQL", () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let database: string;
  let options: Record<string, string>;
  let gateway: TestGateway;

  beforeAll(async () => {
    database = await makeGlanceDatabase();
    options = { DATA_DIR: folder, DATABASE_URL: `${inject('mysqlServer')}/${database}` };
    gateway = await startGateway(options);
  });

  afterAll(async () => {
    await gateway.close();
    await onServer(`DROP DATABASE ${database}`);
    rmSync(folder, { recursive: true, force: true });
  });

  const tables = async () =>
    (await onServer('SHOW TABLES', database)).map((row) => Object.values(row)[0]).sort();

  test('nothing is created or altered by serving', async () => {
    expect(await tables()).toEqual([
      'alembic_version',
      'image_locations',
      'image_members',
      'image_properties',
      'image_tags',
      'images',
    ]);
  });

  test("Glance's images are served, with six digits of fraction in their times (C6.4)", async () => {
    const id = await addGlanceImage(database, { name: 'by glance' });
    const { image } = await run(
      gateway,
      gql('query ($id: ID!) { image(id: $id) { name createdAt isPublic } }'),
      { id },
    );
    expect(image).toEqual({ name: 'by glance', createdAt: '2026-01-02T03:04:05.000000Z', isPublic: true });
  });

  test('nodes are found, images and memberships alike, whatever the collation equates', async () => {
    const ids = [
      await addGlanceImage(database, { name: 'one' }),
      await addGlanceImage(database, { name: 'two' }),
    ];
    const add = gql(
      'mutation ($id: ID!, $m: ID!) { addImageMember(imageId: $id, input: { memberId: $m }) { id } }',
    );
    for (const m of ['tenant', 'TENANT']) await run(gateway, add, { id: ids[0], m });
    const { nodes } = await run(gateway, gql('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }'), {
      ids: [ids[1].toUpperCase(), `${ids[0]}:tenant`, `${ids[0]}:Tenant`, ids[0], `${ids[0]}:TENANT`, '😀'],
    });
    expect(nodes.map((node) => node?.id)).toEqual([
      ids[1],
      `${ids[0]}:tenant`,
      undefined,
      ids[0],
      `${ids[0]}:TENANT`,
      undefined,
    ]);
  });

  test('several images change at once, tags with four-byte characters among them', async () => {
    const ids = [await addGlanceImage(database, {}), await addGlanceImage(database, {})];
    const change = gql(`mutation ($ids: [ID!]!, $add: [String!], $remove: [String!]) {
      updateImages(ids: $ids, addTags: $add, removeTags: $remove) { image { tags } error { code } }
    }`);
    const tagged = await run(gateway, change, { ids, add: ['Web', 'web'], remove: ['💿'] });
    const image = { tags: expect.arrayContaining(['Web', 'web']) as string[] };
    expect(tagged.updateImages).toEqual(ids.map(() => ({ image, error: null })));
    const left = await run(gateway, change, { ids, remove: ['WEB', 'web'] });
    expect(left.updateImages).toEqual(ids.map(() => ({ image: { tags: ['Web'] }, error: null })));
  });

  test('the gateway says that it takes no resumable uploads and imports while it has no tables of its own', async () => {
    const facts = gql('{ gateway { resumable { expirySeconds } import { schemes } } }');
    const importing = await startGateway({ ...options, HTTP_SOURCE_HOSTS: 'images.example.org' });
    try {
      expect((await run(importing, facts)).gateway).toEqual({ resumable: null, import: null });
    } finally {
      await importing.close();
    }
  });

  test('images are listed newest first through an index', async () => {
    for (const day of ['01', '02', '03'])
      await addGlanceImage(database, { name: 'listed', created_at: `2025-01-${day}` });
    const query = gql('{ images(filter: { name: { eq: "listed" } }) { edges { node { createdAt } } } }');
    const { images } = await run(gateway, query);
    expect(images.edges.map((edge) => edge.node.createdAt.slice(0, 10))).toEqual([
      '2025-01-03',
      '2025-01-02',
      '2025-01-01',
    ]);
  });

  test('metadata can be written, in whole seconds that are never in the future', async () => {
    const id = await createImage(gateway, { name: 'ours', properties: [{ name: 'os', value: 'linux' }] });
    const [row] = await onServer(
      `SELECT visibility, created_at <= UTC_TIMESTAMP() AS past FROM images WHERE id = '${id}'`,
      database,
    );
    expect(row).toEqual({ visibility: 'shared', past: 1 });
  });

  test("a property is the same in another letter case, as Glance's collation has it", async () => {
    const id = await createImage(gateway, { properties: [{ name: 'Os', value: 'a' }] });
    const query =
      gql(`mutation ($id: ID!) { updateImage(id: $id, input: { properties: { set: [{ name: "os", value: "b" }] } }) {
      properties { name value } } }`);
    expect((await run(gateway, query, { id })).updateImage.properties).toEqual([{ name: 'Os', value: 'b' }]);
  });

  test.each<[StringFilter, string[]]>([
    [{ contains: 'bun' }, ['Debun', 'debun', 'debun ']],
    [{ contains: 'bÜn' }, []],
    [{ contains: 'bün' }, ['debün']],
    [{ startsWith: 'De' }, ['De%un', 'Debun']],
    [{ startsWith: 'de' }, ['debun', 'debun ', 'debün']],
    [{ endsWith: ' ' }, ['debun ']],
    [{ endsWith: 'bun' }, ['Debun', 'debun']],
    [{ contains: '%' }, ['De%un']],
  ])(
    'part of a text is looked for to the letter, although the collation would not: %j',
    async (name, found) => {
      const names = ['Debun', 'debun', 'debun ', 'debün', 'De%un'];
      const mark = randomUUID();
      for (const each of names)
        await createImage(gateway, { name: each, properties: [{ name: mark, value: each }] });
      const list = async (filter: ImageFilterInput) => {
        const query = gql('query ($f: ImageFilterInput) { images(filter: $f) { edges { node { name } } } }');
        const { images } = await run(gateway, query, { f: filter });
        return images.edges.map((edge) => edge.node.name).sort();
      };
      const marked = { name: mark, exists: true };
      expect(await list({ name, properties: [marked] })).toEqual(found);
      expect(await list({ properties: [{ name: mark, value: name }] })).toEqual(found);
      const others = names.filter((each) => !found.includes(each)).sort();
      expect(await list({ not: { name }, properties: [marked] })).toEqual(others);
    },
  );

  test('owners in a filter are compared to the letter', async () => {
    for (const owner of ['Finder', 'finder', 'fínder']) await createImage(gateway, { name: 'owned', owner });
    const owners = async (owner: object) => {
      const query = gql(
        'query ($o: StringFilter) { images(filter: { name: { eq: "owned" }, owner: $o }) { edges { node { owner } } } }',
      );
      const { images } = await run(gateway, query, { o: owner });
      return images.edges.map((edge) => edge.node.owner).sort();
    };
    expect(await owners({ eq: 'finder' })).toEqual(['finder']);
    expect(await owners({ in: ['finder', 'Finder'] })).toEqual(['Finder', 'finder']);
    expect(await owners({ ne: 'finder' })).toEqual(['Finder', 'fínder']);
    expect(await owners({ notIn: ['finder', 'Finder'] })).toEqual(['fínder']);
  });

  test('an owner is compared to the letter, although the collation would not', async () => {
    const id = await addGlanceImage(database, { owner: 'Tenant', visibility: 'private' });
    const trusted = await startGateway({ ...options, AUTH: 'trusted' });
    const query = gql(
      'query ($id: ID!) { image(id: $id) { id } images(filter: { id: { eq: $id } }) { edges { node { id } } } }',
    );
    expect(await run(trusted, query, { id }, as('tenant'))).toEqual({ image: null, images: { edges: [] } });
    expect((await run(trusted, query, { id }, as('Tenant'))).images.edges).toHaveLength(1);
    await trusted.close();
  });

  test('an id in another letter case leads to the row, whose own id is used', async () => {
    const id = await addGlanceImage(database, { name: 'by id' });
    const query = gql('mutation ($id: ID!) { updateImage(id: $id, input: { name: "changed" }) { id name } }');
    expect((await run(gateway, query, { id: id.toUpperCase() })).updateImage).toEqual({
      id,
      name: 'changed',
    });
  });

  test('an image can be deleted', async () => {
    const id = await addGlanceImage(database, { owner: 'x' });
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { status } }'), { id });
    const [row] = await onServer(`SELECT status, deleted FROM images WHERE id = '${id}'`, database);
    expect(row).toEqual({ status: 'deleted', deleted: 1 });
    expect(
      await errorOf(gateway, gql('mutation ($id: ID!) { createImage(input: { id: $id }) { id } }'), { id }),
    ).toMatchObject({
      code: 'IMAGE_ID_TAKEN',
    });
  });

  test('uploads are refused until our own tables are added, and work then', async () => {
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    const refused = await putData(gateway, id, 'data');
    expect(await statusAndCode(refused)).toEqual([503, 'UPLOADS_UNAVAILABLE']);

    expect(await runCommand(['migrate', '--gateway-tables'], options)).toBe(0);
    expect((await tables()).filter((name) => String(name).startsWith('gateway_'))).toEqual([
      'gateway_failures',
      'gateway_formats',
      'gateway_imports',
      'gateway_locks',
      'gateway_owners',
      'gateway_progress',
      'gateway_removals',
      'gateway_reservations',
      'gateway_sources',
      'gateway_uploads',
    ]);
    const again = await startGateway(options);
    expect((await putData(again, id, 'data')).status).toBe(200);
    const [row] = await onServer(`SELECT os_hash_algo, size FROM images WHERE id = '${id}'`, database);
    expect(row).toEqual({ os_hash_algo: 'sha512', size: 4 });
    await again.close();
  });

  test('without the table of formats uploads work, and detectedFormat stays null', async () => {
    await runCommand(['migrate', '--gateway-tables'], options);
    await onServer('DROP TABLE gateway_formats', database);
    const older = await startGateway(options);
    const id = await createImage(older, { diskFormat: 'raw', containerFormat: 'bare' });
    expect((await putData(older, id, 'data')).status).toBe(200);
    const query = gql('query ($id: ID!) { image(id: $id) { detectedFormat virtualSize } }');
    expect((await run(older, query, { id })).image).toEqual({ detectedFormat: null, virtualSize: 4 });
    const { code, stdout } = await called(['check'], options);
    expect([code, stdout]).toEqual([0, expect.stringContaining('detectedFormat stays null')]);
    await older.close();
  });

  test('without the table of progress uploads work, and other gateways tell no progress', async () => {
    await runCommand(['migrate', '--gateway-tables'], options);
    await onServer('DROP TABLE gateway_progress', database);
    const older = await startGateway(options);
    const id = await createImage(older, { diskFormat: 'raw', containerFormat: 'bare' });
    expect((await putData(older, id, 'data')).status).toBe(200);
    const query = gql('query ($id: ID!) { image(id: $id) { uploadProgress { bytesReceived } } }');
    expect((await run(older, query, { id })).image).toEqual({ uploadProgress: null });
    const { code, stdout } = await called(['check'], options);
    expect([code, stdout]).toEqual([0, expect.stringContaining('The table gateway_progress does not stand')]);
    await older.close();
  });

  test('without the table of sources data is imported, and importSource stays null', async () => {
    const source = await web({ '/': file('data') });
    await runCommand(['migrate', '--gateway-tables'], options);
    await onServer('DROP TABLE gateway_sources', database);
    const older = await startGateway({ ...options, ...SOURCES });
    const id = await createImage(older, { diskFormat: 'raw', containerFormat: 'bare' });
    const begin = gql(
      'mutation ($id: ID!, $url: String!) { importImage(id: $id, url: $url) { importSource } }',
    );
    expect((await run(older, begin, { id, url: source.url })).importImage).toEqual({ importSource: null });
    await eventually(async () => (await stateOf(older, id)).status === 'active');
    await older.close();
    await source.close();
  });

  test('data is imported once our own tables are there', async () => {
    const source = await web({
      '/': (_, response) => void response.writeHead(200, { 'content-length': 8 }).write('half'),
    });
    const importing = await startGateway({ ...options, ...SOURCES });
    const id = await createImage(importing, { diskFormat: 'raw', containerFormat: 'bare' });
    const begin = gql('mutation ($id: ID!, $url: String!) { importImage(id: $id, url: $url) { id } }');
    await run(importing, begin, { id, url: `${source.url}/` });
    const ask = gql('query ($id: ID!) { image(id: $id) { importProgress { bytesReceived size } } }');
    const progress = async () => (await run(importing, ask, { id })).image!.importProgress!;
    expect(await eventually(progress, ({ size }) => size !== null)).toEqual({ bytesReceived: 4, size: 8 });
    await run(importing, gql('mutation ($id: ID!) { cancelImport(id: $id) { id } }'), { id });
    const left = () => onServer('SELECT * FROM gateway_imports', database);
    await eventually(left, (rows) => rows.length === 0);
    await importing.close();
    await source.close();
  });

  test('`migrate` alone refuses to touch it', async () => {
    expect(await runCommand(['migrate'], options)).toBe(1);
  });
});
