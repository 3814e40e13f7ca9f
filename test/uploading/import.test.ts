import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { as, createImage, errorOf, run } from '../support/client.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { sql } from '../support/sql.js';
import { v1 } from '../support/v1-client.js';
import { file, web, type Web } from '../support/web.js';

const DATA = Buffer.from('0123456789abcdef'.repeat(20_000));
const MD5 = createHash('md5').update(DATA).digest('hex');
const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const OPTIONS = {
  HTTP_SOURCE_HOSTS: '127.0.0.1,127.0.0.2,unheard-of.invalid',
  HTTP_SOURCE_PRIVATE: '127.0.0.1',
  IMAGE_SIZE_CAP: '1000000',
  UPLOAD_LEASE: '3',
};
const IMPORT = gql(`mutation ($id: ID!, $url: String!, $store: String) {
  importImage(id: $id, url: $url, store: $store) { id status statusReason importProgress { bytesReceived size } } }`);
const SOURCE = gql('query ($id: ID!) { image(id: $id) { importSource } }');
const CANCEL = gql(
  'mutation ($id: ID!) { cancelImport(id: $id) { id status statusReason importProgress { size } } }',
);
const NO_USE = 'The source cannot be used.';

onEachDatabase('an import of data that lies on the web', (start, place) => {
  let gateway: TestGateway;
  /** Another one on the same database. */
  let other: TestGateway;
  let server: Web;
  let held: ServerResponse;
  beforeAll(async () => {
    server = await web({
      '/big': file(DATA),
      '/empty': file(''),
      '/chunked': (_, response) => response.end(DATA),
      '/held': (_, response) => {
        held = response;
        response.writeHead(200, { 'content-length': 8 }).flushHeaders();
        response.write('half');
      },
      '/silent': (_, response) => void response.writeHead(200, { 'content-length': 8 }).flushHeaders(),
      '/short': (_, response) => {
        response.writeHead(200, { 'content-length': 8 }).flushHeaders();
        response.write('half', () => response.destroy());
      },
      '/broken': (_, response) => response.writeHead(500).end(),
      '/elsewhere': (_, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end(),
      '/too-large': (_, response) => {
        held = response;
        response.writeHead(200, { 'content-length': 1_000_001 }).flushHeaders();
      },
      '/endless': (_, response) => {
        held = response;
        const more = () => void response.write(DATA);
        response.on('drain', more);
        more();
      },
    });
    [gateway, other] = [await start(OPTIONS), await start(OPTIONS)];
  });
  afterAll(() => server.close());

  const order = (id: string, path: string, at = gateway) => run(at, IMPORT, { id, url: server.url + path });
  const ended = (id: string) =>
    eventually(
      () => stateOf(gateway, id),
      ({ status }) => status === 'active' || status === 'killed',
    );
  const progressOf = async (id: string, at = gateway) =>
    (
      await run(at, gql('query ($id: ID!) { image(id: $id) { importProgress { bytesReceived size } } }'), {
        id,
      })
    ).image!.importProgress;
  const cameHalf = (id: string, at = gateway) =>
    eventually(
      () => progressOf(id, at),
      (progress) => progress?.bytesReceived === 4,
    );
  /** An import whose source has sent half of the data, and then waits. */
  const halfImported = async () => {
    const id = await createImage(gateway, FORMATS);
    const before = held;
    await order(id, '/held');
    await eventually(() => held !== before);
    return { id, source: held };
  };
  const isOver = async (id: string) => {
    for (const table of ['gateway_uploads', 'gateway_imports']) {
      const rows = () => sql(place, `SELECT * FROM ${table} WHERE image_id = '${id}'`);
      await eventually(rows, ({ length }) => length === 0);
    }
  };
  const leavesNothing = async (id: string) => {
    await isOver(id);
    const files = await storedFiles(gateway.folder);
    expect(files.filter((name) => name === id || name.startsWith('.'))).toEqual([]);
  };

  test.each(['/big', '/chunked'])(
    'of %s answers at once, and makes the image active with the size and digest of the data',
    async (path) => {
      const id = await createImage(gateway, FORMATS);
      const importProgress = { bytesReceived: 0, size: null };
      expect((await order(id, path)).importImage).toEqual({
        id,
        status: 'saving',
        statusReason: null,
        importProgress,
      });
      expect(await ended(id)).toMatchObject({ status: 'active', size: DATA.length, checksum: MD5 });
      const answer = await fetch(`${gateway.url}/data/${id}`);
      expect(DATA.equals(Buffer.from(await answer.arrayBuffer()))).toBe(true);
      await eventually(async () => (await sql(place, 'SELECT * FROM gateway_imports')).length === 0);
    },
  );

  test('keeps the address without what may give access, for those who may change the image', async () => {
    const trusted = await start({ ...OPTIONS, AUTH: 'trusted' });
    const [owner, stranger] = [as('red'), as('blue')];
    const id = await createImage(trusted, { ...FORMATS, visibility: 'COMMUNITY' }, owner);
    await run(trusted, IMPORT, { id, url: `${server.url}/big?signature=secret#part` }, owner);
    const source = async (who: Record<string, string>, of = id) =>
      (await run(trusted, SOURCE, { id: of }, who)).image!.importSource;
    expect(await source(owner)).toBe(`${server.url}/big`);
    await ended(id);
    expect([await source(owner), await source(stranger)]).toEqual([`${server.url}/big`, null]);
    expect(await source(owner, await createImage(trusted, FORMATS, owner))).toBeNull();
  });

  test('of an empty source makes an image of size 0', async () => {
    const id = await createImage(gateway, FORMATS);
    await order(id, '/empty');
    const checksum = 'd41d8cd98f00b204e9800998ecf8427e';
    expect(await ended(id)).toMatchObject({ status: 'active', size: 0, checksum });
  });

  test.each([
    ['an address that is empty', { url: '' }, 'SOURCE_EMPTY'],
    ['another scheme', { url: 'file:///etc/passwd' }, 'SOURCE_NOT_SUPPORTED'],
    ['an address that is none', { url: 'http://' }, 'SOURCE_INVALID'],
    ['a host that may not be asked', { url: 'http://10.0.0.1/' }, 'SOURCE_FAILED'],
    ['credentials in the address', { url: 'http://u:hunter2@127.0.0.1/' }, 'SOURCE_FAILED'],
    ['a store that there is not', { store: 'attic' }, 'BAD_USER_INPUT'],
    ['no such image', { id: 'unknown' }, 'IMAGE_NOT_FOUND'],
  ])('is refused at once for %s, and the image stays queued', async (_, wrong, code) => {
    const id = await createImage(gateway, FORMATS);
    const right = { id, url: `${server.url}/big` };
    expect(await errorOf(gateway, IMPORT, { ...right, ...wrong })).toMatchObject({ code });
    expect((await stateOf(gateway, id)).status).toBe('queued');
  });

  test('is refused for an image without formats, as an upload is', async () => {
    const refused = { code: 'FORMATS_REQUIRED', field: 'diskFormat' };
    const variables = { id: await createImage(gateway), url: `${server.url}/big` };
    expect(await errorOf(gateway, IMPORT, variables)).toMatchObject(refused);
  });

  test('shows no credentials', async () => {
    const id = await createImage(gateway, FORMATS);
    const url = 'ftp://user:hunter2@host/image';
    await expect(run(gateway, IMPORT, { id, url })).rejects.toThrow('ftp://***@host/image');
    expect(JSON.stringify(gateway.log)).not.toContain('hunter2');
  });

  test('kills the image with one text, whichever way the source fails', async () => {
    const urls = {
      'nothing at the address': `${server.url}/missing`,
      'an error of the source': `${server.url}/broken`,
      'data that ends too early': `${server.url}/short`,
      silence: `${server.url}/silent`,
      'a redirect to where nobody may ask': `${server.url}/elsewhere`,
      'a port where nobody listens': 'http://127.0.0.1:1/',
      'an address that may not be asked': `http://127.0.0.2:${server.port}/big`,
      'a name that leads nowhere': 'http://unheard-of.invalid/',
    };
    const impatient = await start({ ...OPTIONS, UPLOAD_IDLE_TIMEOUT: '1' });
    const endings = Object.entries(urls).map(async ([failure, url]) => {
      const id = await createImage(gateway, FORMATS);
      await run(impatient, IMPORT, { id, url });
      const { status, statusReason } = await ended(id);
      await isOver(id);
      return [failure, status, statusReason];
    });
    const expected = Object.keys(urls).map((failure) => [failure, 'killed', NO_USE]);
    expect(await Promise.all(endings)).toEqual(expected);
    expect((await storedFiles(gateway.folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test.each([
    ['more than an image may have, known at once', '/too-large', {}, /1000000/],
    ['more than an image may have, without end', '/endless', {}, /1000000/],
    ['another size than declared', '/big', { size: 14 }, /declared size is 14 bytes, the data has 320000/],
    ['another size than declared, not known at once', '/chunked', { size: 14 }, /declared size is 14 bytes/],
    ['another checksum than declared', '/big', { checksum: '0'.repeat(32) }, /^The declared MD5 is 0{32}/],
  ])('of %s kills the image, and lets go of the source', async (_, path, input, reason) => {
    const id = await createImage(gateway, { ...FORMATS, ...input });
    await order(id, path);
    const state = await ended(id);
    expect([state.status, state.statusReason]).toEqual(['killed', expect.stringMatching(reason)]);
    await leavesNothing(id);
    if (!('size' in input) && !('checksum' in input)) await eventually(() => held.destroyed);
  });

  test('shows its progress on every gateway', async () => {
    const { id, source } = await halfImported();
    expect(await cameHalf(id, other)).toEqual({ bytesReceived: 4, size: 8 });
    const list = gql(
      '{ images(filter: { status: { eq: "saving" } }) { edges { node { id importProgress { size } } } } }',
    );
    expect((await run(other, list)).images.edges).toEqual([{ node: { id, importProgress: { size: 8 } } }]);
    source.end('full');
    expect(await ended(id)).toMatchObject({ status: 'active', size: 8 });
    expect(await progressOf(id, other)).toBeNull();
  });

  test.each(['the same', 'another'])('is cancelled through %s gateway', async (which) => {
    const { id, source } = await halfImported();
    const { cancelImport } = await run(which === 'another' ? other : gateway, CANCEL, { id });
    const statusReason = 'The import was cancelled.';
    expect(cancelImport).toEqual({ id, status: 'killed', statusReason, importProgress: null });
    await eventually(() => source.destroyed);
    await leavesNothing(id);
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'killed', statusReason });
  });

  test('cannot be cancelled when there is none', async () => {
    const id = await createImage(gateway, FORMATS);
    for (const status of ['queued', 'saving', 'active', 'killed']) {
      await sql(place, `UPDATE images SET status = '${status}' WHERE id = '${id}'`);
      const refused = { code: 'IMAGE_NOT_IMPORTING', imageStatus: status };
      expect(await errorOf(gateway, CANCEL, { id })).toMatchObject(refused);
      expect((await stateOf(gateway, id)).status).toBe(status);
    }
    expect(await errorOf(gateway, CANCEL, { id: 'unknown' })).toMatchObject({ code: 'IMAGE_NOT_FOUND' });
  });

  test('is stopped when the image is deleted', async () => {
    const { id, source } = await halfImported();
    await run(other, gql('mutation ($id: ID!) { deleteImage(id: $id) { status } }'), { id });
    expect(await progressOf(id)).toBeNull();
    await eventually(() => source.destroyed);
    await leavesNothing(id);
  });

  test('is begun once when several callers ask at once', async () => {
    const id = await createImage(gateway, FORMATS);
    const all = await Promise.allSettled([order(id, '/big'), order(id, '/big', other), order(id, '/big')]);
    const lost = all.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(lost.map(({ reason }) => /IMAGE_NOT_QUEUED/.test(reason.message))).toEqual([true, true]);
    expect(await ended(id)).toMatchObject({ status: 'active' });
  });

  test('waits while others run, and is not forgotten', async () => {
    const narrow = await start({ ...OPTIONS, IMPORT_CONCURRENCY: '1' });
    const ids = [];
    for (const path of ['/held', '/missing', '/held', '/big']) {
      const id = await createImage(gateway, FORMATS);
      await order(id, path, narrow);
      if (ids.length === 0) await cameHalf(id);
      ids.push(id);
    }
    const [first, second, third, fourth] = ids;
    const before = server.asked.length;
    expect(await progressOf(fourth)).toEqual({ bytesReceived: 0, size: null });
    expect((await run(other, CANCEL, { id: third })).cancelImport.status).toBe('killed');
    await isOver(third);
    expect(server.asked.length).toBe(before);
    held.end('full');
    expect((await ended(first)).status).toBe('active');
    expect((await ended(second)).status).toBe('killed');
    expect((await ended(fourth)).status).toBe('active');
    await narrow.close();
  });

  test('ends when the gateway drains', async () => {
    const draining = await start({ ...OPTIONS, IMPORT_CONCURRENCY: '1' });
    const [id, waiting] = [await createImage(gateway, FORMATS), await createImage(gateway, FORMATS)];
    for (const each of [id, waiting]) await order(each, '/held', draining);
    await draining.close();
    for (const each of [id, waiting]) {
      expect(await stateOf(gateway, each)).toMatchObject({
        status: 'killed',
        statusReason: 'The gateway is shutting down; try again.',
      });
      await leavesNothing(each);
    }
  });

  test('by version 1 asks neither for formats nor for the declared size, and is an import as well (C15.4)', async () => {
    const copied = async (path: string, headers: Record<string, string> = {}) => {
      const from = { 'x-glance-api-copy-from': server.url + path, 'x-image-meta-size': '14' };
      const answer = await v1(gateway, 'POST', '/v1/images', { ...from, ...headers });
      expect([answer.status, answer.json().image.status]).toEqual([201, 'queued']);
      return answer.json().image.id as string;
    };
    const id = await copied('/big');
    expect(await ended(id)).toMatchObject({ status: 'active', size: DATA.length, checksum: MD5 });
    expect(await ended(await copied('/missing'))).toMatchObject({ status: 'killed', statusReason: NO_USE });
    const before = held;
    const running = await copied('/held');
    await eventually(() => held !== before);
    await run(other, CANCEL, { id: running });
    await leavesNothing(running);
  });
});
