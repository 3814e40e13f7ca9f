import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createImage, dataOf } from '../support/client.js';
import { ADMIN, domainOn, silent } from '../support/domain.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { sql } from '../support/sql.js';
import { file, web, type Web } from '../support/web.js';

const DATA = Buffer.from('0123456789abcdef'.repeat(20_000));
const MD5 = createHash('md5').update(DATA).digest('hex');
const SOURCES = { HTTP_SOURCE_HOSTS: '127.0.0.1', HTTP_SOURCE_PRIVATE: '127.0.0.1' };
const LIMITS = { IMAGE_SIZE_CAP: '1000000', UPLOAD_IDLE_TIMEOUT: '1', UPLOAD_LEASE: '3' };

onEachDatabase('a copy of data that lies on the web (C15.4)', (start, place) => {
  let gateway: TestGateway;
  let server: Web;
  let domain: Awaited<ReturnType<typeof domainOn>>;
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
      '/short': (_, response) => {
        response.writeHead(200, { 'content-length': 8 }).flushHeaders();
        response.write('half', () => response.destroy());
      },
      '/too-large': (_, response) => response.writeHead(200, { 'content-length': 1_000_001 }).flushHeaders(),
      '/endless': (_, response) => {
        const more = () => void response.write(DATA);
        response.on('drain', more);
        more();
      },
    });
    gateway = await start();
    domain = await domainOn(place, { ...SOURCES, ...LIMITS });
  });
  afterAll(async () => {
    await domain.close();
    await server.close();
  });

  const copy = (id: string, path: string) =>
    domain.imports.start(ADMIN, id, { url: server.url + path, requestId: 'req-1', log: silent });
  const ended = (id: string) =>
    eventually(
      () => stateOf(gateway, id),
      ({ status }) => status === 'active' || status === 'killed',
    );
  const copied = async (path: string, input: object = {}) => {
    const id = await createImage(gateway, input);
    expect(await copy(id, path)).toMatchObject({ id, status: 'saving' });
    return ended(id);
  };

  test.each(['/big', '/chunked'])(
    'of %s makes the image active, with the size and digest of the data',
    async (path) => {
      expect(await copied(path)).toMatchObject({ status: 'active', size: DATA.length, checksum: MD5 });
    },
  );

  test('needs no formats, and is given out as uploaded data is', async () => {
    const id = await createImage(gateway);
    await copy(id, '/big');
    await ended(id);
    const answer = await fetch(`${gateway.url}/data/${id}`);
    expect(DATA.equals(Buffer.from(await answer.arrayBuffer()))).toBe(true);
  });

  test('of nothing is an image of no bytes', async () => {
    const checksum = 'd41d8cd98f00b204e9800998ecf8427e';
    expect(await copied('/empty')).toMatchObject({ status: 'active', size: 0, checksum });
  });

  test('puts the real size in the place of a declared one', async () => {
    expect(await copied('/big', { size: 14 })).toMatchObject({ status: 'active', size: DATA.length });
    expect(await copied('/chunked', { size: 14 })).toMatchObject({ status: 'active', size: DATA.length });
  });

  test.each([
    ['another checksum than declared', '/big', { checksum: '0'.repeat(32) }, /^The declared MD5 is 0{32}/],
    ['nothing at the source', '/missing', {}, 'The source has nothing at this address.'],
    ['data that ends too early', '/short', {}, 'The source cannot be used.'],
    ['more than an image may have, known at once', '/too-large', {}, /1000000/],
    ['more than an image may have, without end', '/endless', {}, /1000000/],
    ['a silent source', '/held', {}, 'No data came for 1 seconds.'],
  ])('kills the image for %s, and leaves no file', async (_, path, input, reason) => {
    const id = await createImage(gateway, input);
    await copy(id, path);
    const state = await ended(id);
    expect(state.status).toBe('killed');
    expect(state.statusReason).toMatch(reason);
    const leases = () => sql(place, `SELECT * FROM gateway_uploads WHERE image_id = '${id}'`);
    await eventually(leases, (rows) => rows.length === 0);
    expect((await storedFiles(gateway.folder)).filter((name) => name === id || name.startsWith('.'))).toEqual(
      [],
    );
  });

  test('can be asked how far it is', async () => {
    const id = await createImage(gateway);
    await copy(id, '/held');
    const progress = () => domain.imports.progress(id);
    await eventually(() => progress()?.bytesReceived === 4);
    expect(progress()).toEqual({ bytesReceived: 4, size: 8 });
    held.end('full');
    expect(await ended(id)).toMatchObject({ status: 'active', size: 8 });
    await eventually(() => progress() === undefined);
  });

  test('is stopped when the image is deleted', async () => {
    const id = await createImage(gateway);
    await copy(id, '/held');
    await eventually(() => domain.imports.progress(id)?.bytesReceived === 4);
    await dataOf(gateway, 'mutation ($id: ID!) { deleteImage(id: $id) { status } }', { id });
    held.write('mo');
    await eventually(() => domain.imports.progress(id) === undefined);
    await eventually(() => held.destroyed);
    expect((await storedFiles(gateway.folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('is begun by one of several at once', async () => {
    const id = await createImage(gateway);
    const all = await Promise.allSettled([copy(id, '/big'), copy(id, '/big'), copy(id, '/big')]);
    const lost = all.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(lost.map(({ reason }) => reason.code)).toEqual(['IMAGE_NOT_QUEUED', 'IMAGE_NOT_QUEUED']);
    expect(await ended(id)).toMatchObject({ status: 'active' });
  });

  test('waits while others are copied, and is not forgotten', async () => {
    const narrow = await domainOn(place, { ...SOURCES, IMPORT_CONCURRENCY: '1' });
    const begin = (id: string, path: string) =>
      narrow.imports.start(ADMIN, id, { url: server.url + path, requestId: 'req-1', log: silent });
    const [first, second, third] = [
      await createImage(gateway),
      await createImage(gateway),
      await createImage(gateway),
    ];
    await begin(first, '/held');
    await eventually(() => narrow.imports.progress(first)?.bytesReceived === 4);
    await begin(second, '/missing');
    await begin(third, '/big');
    const before = server.asked.length;
    expect((await stateOf(gateway, third)).status).toBe('saving');
    expect(server.asked.length).toBe(before);
    held.end('full');
    expect((await ended(first)).status).toBe('active');
    expect((await ended(second)).status).toBe('killed');
    expect((await ended(third)).status).toBe('active');
    await narrow.close();
  });

  test('ends when the gateway drains, and none begins after that', async () => {
    const draining = await domainOn(place, { ...SOURCES, IMPORT_CONCURRENCY: '1' });
    const id = await createImage(gateway);
    const waiting = await createImage(gateway);
    for (const each of [id, waiting])
      await draining.imports.start(ADMIN, each, {
        url: `${server.url}/held`,
        requestId: 'req-1',
        log: silent,
      });
    await draining.close();
    for (const each of [id, waiting]) {
      expect(await stateOf(gateway, each)).toMatchObject({
        status: 'killed',
        statusReason: 'The gateway is shutting down; try again.',
      });
    }
    const order = { url: `${server.url}/big`, requestId: 'req-1', log: silent };
    await expect(draining.imports.start(ADMIN, await createImage(gateway), order)).rejects.toMatchObject({
      code: 'SHUTTING_DOWN',
    });
  });
});
