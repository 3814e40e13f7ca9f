import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { run as command } from '../../src/command-line.js';
import { createActiveImage, createImage, errorOf, putData, run } from '../support/client.js';
import { onServer, startGateway, type TestGateway } from '../support/gateway.js';
import { hasGlance, startGlance, type Glance } from '../support/glance-server.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { meta, v1, v1Image } from '../support/v1-client.js';

const digest = (algorithm: string, data: string | Buffer) => createHash(algorithm).update(data).digest('hex');
const times = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

describe.skipIf(!hasGlance || inject('mysqlServer') === '')('beside a real Glance', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  let glance: Glance;
  let gateway: TestGateway;
  let tablesBefore: string[];
  let store: string;

  beforeAll(async () => {
    glance = await startGlance();
    store = glance.stores.file;
    tablesBefore = await glancesTables();
    const options = {
      DATA_DIR: folder,
      DATABASE_URL: `${inject('mysqlServer')}/${glance.database}`,
      FILESYSTEM_STORE_DATADIR: store,
    };
    expect(await command(['migrate', '--gateway-tables'], options)).toBe(0);
    gateway = await startGateway(options);
  });
  afterAll(async () => {
    await gateway.close();
    await glance.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** How Glance's tables are made, and which revision they are of. */
  async function glancesTables(): Promise<string[]> {
    const names = (await onServer('SHOW TABLES', glance.database)).map((row) =>
      String(Object.values(row)[0]),
    );
    const made = names
      .filter((name) => !name.startsWith('gateway_'))
      .map(async (name) => {
        const [row] = await onServer(`SHOW CREATE TABLE ${name}`, glance.database);
        return String(row['Create Table']).replace(/ AUTO_INCREMENT=\d+/, '');
      });
    const [{ version_num }] = await onServer('SELECT version_num FROM alembic_version', glance.database);
    return [...(await Promise.all(made)), String(version_num)];
  }

  /** An image that Glance has made, active where there is data. */
  async function glanceImage(fields: object = {}, data?: string): Promise<string> {
    const made = await glance.request('POST', '/images', {
      disk_format: 'raw',
      container_format: 'bare',
      ...fields,
    });
    expect(made.status).toBe(201);
    const { id } = made.json;
    if (data !== undefined)
      expect((await glance.request('PUT', `/images/${id}/file`, data)).status).toBe(204);
    return id;
  }

  async function ours(id: string) {
    const query =
      gql(`query ($id: ID!) { image(id: $id) { name status size checksum hash { algorithm value } visibility
      owner minDisk minRam protected tags createdAt updatedAt properties { name value }
      members { memberId status canShare } } }`);
    return (await run(gateway, query, { id })).image!;
  }
  const theirs = async (id: string) => (await glance.request('GET', `/images/${id}`)).json;

  test('an image of Glance is complete here, on both faces', async () => {
    const data = 'uploaded through Glance'.repeat(1000);
    const id = await glanceImage(
      {
        name: 'größe',
        visibility: 'public',
        owner: 'tenant',
        min_disk: 3,
        min_ram: 64,
        os_distro: 'debian',
        tags: ['b', 'a'],
      },
      data,
    );
    const there = await theirs(id);
    expect(await ours(id)).toEqual({
      name: 'größe',
      status: 'active',
      size: data.length,
      checksum: digest('md5', data),
      hash: { algorithm: 'sha512', value: digest('sha512', data) },
      visibility: 'PUBLIC',
      owner: 'tenant',
      minDisk: 3,
      minRam: 64,
      protected: false,
      tags: ['a', 'b'],
      createdAt: there.created_at.replace('Z', '.000000Z'),
      updatedAt: there.updated_at.replace('Z', '.000000Z'),
      properties: [{ name: 'os_distro', value: 'debian' }],
      members: [],
    });
    const { headers } = await v1(gateway, 'HEAD', `/v1/images/${id}`);
    expect(headers).toMatchObject({
      'X-Image-Meta-Name': 'größe',
      'X-Image-Meta-Is_public': 'True',
      'X-Image-Meta-Owner': 'tenant',
      'X-Image-Meta-Min_ram': '64',
      'X-Image-Meta-Property-Os_distro': 'debian',
      'X-Image-Meta-Created_at': there.created_at.replace('Z', '.000000'),
      Etag: digest('md5', data),
    });
    expect((await v1(gateway, 'GET', `/v1/images/${id}`)).text).toBe(data);
    const got = Buffer.from(await (await fetch(`${gateway.url}/data/${id}`)).arrayBuffer());
    expect(digest('sha512', got)).toBe(there.os_hash_value);
  });

  test.each(['version 1', 'GraphQL'])('an image made by %s is complete for Glance', async (face) => {
    const data = `uploaded through ${face}`.repeat(1000);
    const id =
      face === 'GraphQL'
        ? await createActiveImage(gateway, data, {
            name: 'größe',
            visibility: 'PUBLIC',
            owner: 'tenant',
            minDisk: 3,
            minRam: 64,
            properties: [{ name: 'os_distro', value: 'debian' }],
          })
        : (
            await v1Image(
              gateway,
              {
                name: 'größe',
                is_public: 'True',
                owner: 'tenant',
                min_disk: '3',
                min_ram: '64',
                'property-os_distro': 'debian',
              },
              data,
            )
          ).id;
    const shown = await theirs(id);
    expect(shown).toMatchObject({
      name: 'größe',
      status: 'active',
      size: data.length,
      checksum: digest('md5', data),
      os_hash_algo: 'sha512',
      os_hash_value: digest('sha512', data),
      os_hidden: false,
      visibility: 'public',
      owner: 'tenant',
      min_disk: 3,
      min_ram: 64,
      protected: false,
      disk_format: 'raw',
      container_format: 'bare',
      os_distro: 'debian',
      created_at: expect.stringMatching(times),
    });
    expect(Date.parse(shown.created_at)).toBeLessThanOrEqual(Date.now());
    const got = await glance.request('GET', `/images/${id}/file`);
    expect([digest('sha512', got.bytes), got.headers.get('content-md5')]).toEqual([
      shown.os_hash_value,
      shown.checksum,
    ]);
    expect(
      await onServer(
        `SELECT value, meta_data, status FROM image_locations WHERE image_id = '${id}'`,
        glance.database,
      ),
    ).toEqual([{ value: `file://${store}/${id}`, meta_data: '{"store":"file"}', status: 'active' }]);
  });

  test('what one changes, the other shows', async () => {
    const id = await glanceImage({ name: 'one', kept: 'as it is', gone: 'soon' });
    const patch = [
      { op: 'replace', path: '/name', value: 'by Glance' },
      { op: 'add', path: '/os', value: 'linux' },
      { op: 'remove', path: '/gone' },
      { op: 'replace', path: '/visibility', value: 'private' },
    ];
    expect((await glance.request('PATCH', `/images/${id}`, patch)).status).toBe(200);
    const properties = [
      { name: 'kept', value: 'as it is' },
      { name: 'os', value: 'linux' },
    ];
    expect(await ours(id)).toMatchObject({ name: 'by Glance', visibility: 'PRIVATE', properties });

    const headers = {
      ...meta({ name: 'by version 1', min_disk: '7', 'property-os': 'bsd' }),
      'x-glance-registry-purge-props': 'false',
    };
    expect((await v1(gateway, 'PUT', `/v1/images/${id}`, headers)).status).toBe(200);
    expect(await theirs(id)).toMatchObject({
      name: 'by version 1',
      min_disk: 7,
      os: 'bsd',
      kept: 'as it is',
    });

    await run(
      gateway,
      gql(`mutation ($id: ID!) { updateImage(id: $id, input: { name: "by GraphQL", minRam: 5, visibility: SHARED,
        properties: { set: [{ name: "gone", value: "back" }], remove: ["os"] } }) { id } }`),
      { id },
    );
    const shown = await theirs(id);
    expect(shown).toMatchObject({ name: 'by GraphQL', min_ram: 5, visibility: 'shared', gone: 'back' });
    expect(shown).not.toHaveProperty('os');
  });

  test('tags and hidden images are shared by both', async () => {
    const id = await glanceImage({ tags: ['kept', 'gone'] });
    expect((await glance.request('PUT', `/images/${id}/tags/by-glance`)).status).toBe(204);
    await run(
      gateway,
      gql(`mutation ($id: ID!) { addImageTag(imageId: $id, tag: "by-us") { id } removeImageTag(imageId: $id, tag: "gone") { id }
        updateImage(id: $id, input: { hidden: true }) { id } }`),
      { id },
    );
    const shown = await theirs(id);
    expect([shown.tags.sort(), shown.os_hidden]).toEqual([['by-glance', 'by-us', 'kept'], true]);
    expect((await glance.request('DELETE', `/images/${id}/tags/by-us`)).status).toBe(204);
    expect((await ours(id)).tags).toEqual(['by-glance', 'kept']);

    const found = (await glance.request('GET', '/images?tag=by-glance&os_hidden=true')).json.images;
    expect(found.map((each) => each.id)).toEqual([id]);
    const query = gql(
      '{ images(filter: { tags: { all: ["kept"] }, hidden: { eq: true } }) { edges { node { id } } } }',
    );
    expect((await run(gateway, query)).images.edges).toEqual([{ node: { id } }]);
  });

  test('members are shared by both: each side adds, answers and removes them', async () => {
    const id = await glanceImage();
    expect((await glance.request('POST', `/images/${id}/members`, { member: 'one' })).status).toBe(200);
    await v1(gateway, 'PUT', `/v1/images/${id}/members/two`, {}, '{"member": {"can_share": true}}');
    for (const [member, status] of [
      ['one', 'accepted'],
      ['two', 'rejected'],
    ]) {
      const answer = await glance.request('PUT', `/images/${id}/members/${member}`, { status });
      expect(answer.json).toMatchObject({ member_id: member, status });
    }
    // Version 2 knows nothing of sharing on, and takes it away.
    expect((await ours(id)).members).toEqual([
      { memberId: 'one', status: 'accepted', canShare: false },
      { memberId: 'two', status: 'rejected', canShare: false },
    ]);
    expect((await v1(gateway, 'GET', `/v1/images/${id}/members`)).json().members).toEqual([
      { member_id: 'one', can_share: false },
      { member_id: 'two', can_share: false },
    ]);

    await run(
      gateway,
      gql(
        'mutation ($id: ID!) { rejectImage(id: $id, memberId: "one") { status } acceptImage(id: $id, memberId: "two") { status } }',
      ),
      { id },
    );
    const answered = (await glance.request('GET', `/images/${id}/members`)).json.members;
    expect(answered.map((each) => [each.member_id, each.status])).toEqual([
      ['one', 'rejected'],
      ['two', 'accepted'],
    ]);

    expect((await v1(gateway, 'DELETE', `/v1/images/${id}/members/one`)).status).toBe(204);
    const { members } = (await glance.request('GET', `/images/${id}/members`)).json;
    expect(members.map((each) => [each.member_id, each.status])).toEqual([['two', 'accepted']]);
    expect((await glance.request('DELETE', `/images/${id}/members/two`)).status).toBe(204);
    expect((await ours(id)).members).toEqual([]);
  });

  test('an image that one deactivates gives no data until it is active again', async () => {
    const id = await glanceImage({}, 'data');
    expect((await glance.request('POST', `/images/${id}/actions/deactivate`)).status).toBe(204);
    expect((await ours(id)).status).toBe('deactivated');
    expect((await v1(gateway, 'GET', `/v1/images/${id}`)).status).toBe(403);
    expect((await fetch(`${gateway.url}/data/${id}`)).status).toBe(403);
    expect((await glance.request('POST', `/images/${id}/actions/reactivate`)).status).toBe(204);
    expect((await v1(gateway, 'GET', `/v1/images/${id}`)).text).toBe('data');

    await run(gateway, gql('mutation ($id: ID!) { deactivateImage(id: $id) { id } }'), { id });
    expect((await theirs(id)).status).toBe('deactivated');
    await run(gateway, gql('mutation ($id: ID!) { reactivateImage(id: $id) { id } }'), { id });
    expect((await glance.request('GET', `/images/${id}/file`)).bytes.toString()).toBe('data');
  });

  test('deleting on either side removes the record and the data for both', async () => {
    const one = await glanceImage({ tags: ['t'] }, 'data');
    const other = await createActiveImage(gateway, 'data', { properties: [{ name: 'a', value: 'b' }] });
    expect((await v1(gateway, 'DELETE', `/v1/images/${one}`)).status).toBe(200);
    expect((await glance.request('DELETE', `/images/${other}`)).status).toBe(204);
    for (const id of [one, other]) {
      expect((await glance.request('GET', `/images/${id}`)).status).toBe(404);
      expect(existsSync(join(store, id))).toBe(false);
      expect(
        (await run(gateway, gql('query ($id: ID!) { image(id: $id) { status } }'), { id })).image,
      ).toEqual({
        status: 'deleted',
      });
      expect((await glance.request('POST', '/images', { id })).status).toBe(409);
      expect(
        await errorOf(gateway, gql('mutation ($id: ID!) { createImage(input: { id: $id }) { id } }'), { id }),
      ).toMatchObject({
        code: 'IMAGE_ID_TAKEN',
      });
    }
  });

  test('protection set on one side holds on both', async () => {
    const one = await glanceImage({ protected: true });
    const other = (await v1Image(gateway, { protected: 'True' })).id;
    for (const id of [one, other]) {
      expect((await v1(gateway, 'DELETE', `/v1/images/${id}`)).status).toBe(403);
      expect((await glance.request('DELETE', `/images/${id}`)).status).toBe(403);
    }
  });

  describe('at once', () => {
    /** Data whose sender stops in the middle until it is told to go on. */
    function slow(first: string, rest: string) {
      let go!: () => void;
      const told = new Promise<void>((resolve) => (go = resolve));
      const body = new ReadableStream({
        async start(controller) {
          controller.enqueue(Buffer.from(first));
          await told;
          controller.enqueue(Buffer.from(rest));
          controller.close();
        },
      });
      return { body, go };
    }
    const isSaving = (id: string) => eventually(async () => (await ours(id)).status === 'saving');

    test('two uploads to one image have one winner, and both sides return its data', async () => {
      const won = { ours: 0, theirs: 0 };
      for (let round = 0; round < 8; round += 1) {
        const id =
          round % 2
            ? await glanceImage()
            : await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
        const [here, there] = await Promise.all([
          putData(gateway, id, 'sent to the gateway'.repeat(9000)),
          glance.request('PUT', `/images/${id}/file`, 'sent to Glance'.repeat(9000)),
        ]);
        const winners = [here.status === 200, there.status === 204];
        expect(winners.filter(Boolean)).toHaveLength(1);
        expect(winners[0] ? [409, 410] : [409]).toContain(winners[0] ? there.status : here.status);
        won[winners[0] ? 'ours' : 'theirs'] += 1;
        const data = (winners[0] ? 'sent to the gateway' : 'sent to Glance').repeat(9000);
        expect((await glance.request('GET', `/images/${id}/file`)).bytes.toString()).toBe(data);
        expect((await v1(gateway, 'GET', `/v1/images/${id}`)).text).toBe(data);
        expect((await ours(id)).checksum).toBe(digest('md5', data));
      }
      expect(won.ours + won.theirs).toBe(8);
    });

    test('an image that Glance deletes during our upload leaves nothing behind', async () => {
      const id = await glanceImage();
      const { body, go } = slow('first', 'rest');
      const upload = putData(gateway, id, body);
      await isSaving(id);
      expect((await glance.request('DELETE', `/images/${id}`)).status).toBe(204);
      go();
      expect((await upload).status).toBe(412);
      expect(readdirSync(store).filter((name) => name === id || name.startsWith('.upload'))).toEqual([]);
    });

    test("an image that we delete during Glance's upload leaves nothing behind", async () => {
      const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
      const { body, go } = slow('first', 'rest');
      const upload = glance.request('PUT', `/images/${id}/file`, body);
      await isSaving(id);
      expect((await v1(gateway, 'DELETE', `/v1/images/${id}`)).status).toBe(200);
      go();
      expect((await upload).status).toBeGreaterThanOrEqual(400);
      expect(
        (await run(gateway, gql('query ($id: ID!) { image(id: $id) { status } }'), { id })).image!.status,
      ).toBe('deleted');
      expect(existsSync(join(store, id))).toBe(false);
    });

    test('two deletions leave one deleted image, and no failure', async () => {
      const id = await glanceImage({}, 'data');
      const [here, there] = await Promise.all([
        v1(gateway, 'DELETE', `/v1/images/${id}`),
        glance.request('DELETE', `/images/${id}`),
      ]);
      expect([200, 404]).toContain(here.status);
      expect([204, 404]).toContain(there.status);
      expect(here.status + there.status).not.toBe(404 + 404);
      expect(
        (await run(gateway, gql('query ($id: ID!) { image(id: $id) { status } }'), { id })).image!.status,
      ).toBe('deleted');
      expect(existsSync(join(store, id))).toBe(false);
    });
  });

  test(
    "OpenStack's client of version 2 finds at Glance what is here, and the reverse",
    { timeout: 120_000 },
    async () => {
      const glanceClient = (...args: string[]) => {
        const all = [
          '--os-image-api-version',
          '2',
          '--os-auth-token',
          'x',
          '--os-image-url',
          glance.url,
          ...args,
        ];
        // The client caches the schema of the server in its home.
        const env = { PATH: process.env.PATH, HOME: folder, LC_ALL: 'C.UTF-8', no_proxy: '127.0.0.1' };
        // A pipe as standard input would be read as the data of an image.
        const { status, stdout, stderr } = spawnSync('glance', all, {
          env,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        if (status !== 0) throw new Error(`glance ${args.join(' ')}: ${stderr}`);
        return stdout;
      };
      const data = 'of our own'.repeat(10_000);
      const { id } = await v1Image(gateway, { name: 'ours' }, data);
      glanceClient('image-download', id, '--file', join(folder, 'fetched'));
      expect(readFileSync(join(folder, 'fetched'), 'utf8')).toBe(data);
      glanceClient('image-tag-update', id, 'by-client');
      expect((await ours(id)).tags).toEqual(['by-client']);

      const file = join(folder, 'fetched');
      const options =
        '--disk-format raw --container-format bare --name theirs --property os=linux --file'.split(' ');
      const made = glanceClient('image-create', ...options, file);
      const other = /\| id +\| (\S+)/.exec(made)![1];
      expect(await ours(other)).toMatchObject({
        name: 'theirs',
        status: 'active',
        properties: [{ name: 'os', value: 'linux' }],
      });
      expect((await v1(gateway, 'GET', `/v1/images/${other}`)).text).toBe(data);
    },
  );

  test("nothing of Glance's was created or altered by any of this", async () => {
    expect(await glancesTables()).toEqual(tablesBefore);
    expect(tablesBefore.length).toBeGreaterThan(10);
  });
});
