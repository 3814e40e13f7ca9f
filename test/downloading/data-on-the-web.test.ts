import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createImage, run, statusAndCode } from '../support/client.js';
import { ADMIN, domainOn, silent } from '../support/domain.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf } from '../support/image-state.js';
import { sql } from '../support/sql.js';
import { file, rawWeb, web, type Web } from '../support/web.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const DATA = 'the source data';
const SOURCES = { HTTP_SOURCE_HOSTS: '127.0.0.1', HTTP_SOURCE_PRIVATE: '127.0.0.1' };

onEachDatabase('an image whose data lies on the web (C15)', (start, place) => {
  let gateway: TestGateway;
  let server: Web;
  let domain: Awaited<ReturnType<typeof domainOn>>;
  let content: Buffer;
  beforeAll(async () => {
    server = await web({
      '/fifteen': (request, response) => file(content)(request, response),
      '/empty': file(''),
      '/no-length': (_, response) => response.end(DATA),
      '/short': (request, response) => {
        response.writeHead(200, { 'content-length': 15 }).flushHeaders();
        if (request.method === 'HEAD') response.end();
        else response.write('half', () => response.destroy());
      },
    });
    gateway = await start(SOURCES);
    domain = await domainOn(place, SOURCES);
    content = Buffer.from(DATA);
  });
  afterAll(async () => {
    await domain.close();
    await server.close();
  });

  const attach = (id: string, path: string, more: object = {}) =>
    domain.locations.attach(ADMIN, id, { url: server.url + path, log: silent, ...more });
  const located = async (path: string, input: object = {}) => {
    const id = await createImage(gateway, { ...FORMATS, ...input });
    await attach(id, path);
    return id;
  };
  const get = (id: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}/data/${id}`, { headers });

  test('is active at once, with the size that the source says and no checksum', async () => {
    const id = await located('/fifteen');
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'active', size: 15, checksum: null });
  });

  test('gives its data from there, and parts of it', async () => {
    const id = await located('/fifteen');
    expect(await (await get(id)).text()).toBe(DATA);
    const part = await get(id, { range: 'bytes=4-9' });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      206,
      'bytes 4-9/15',
      'source',
    ]);
  });

  test('keeps a size and a checksum that were declared', async () => {
    const checksum = '0'.repeat(32);
    const id = await located('/fifteen', { size: 15, checksum });
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'active', size: 15, checksum });
    expect(await (await get(id)).text()).toBe(DATA);
  });

  test('with another size declared it is refused and stays queued', async () => {
    const id = await createImage(gateway, { ...FORMATS, size: 14 });
    await expect(attach(id, '/fifteen')).rejects.toMatchObject({
      code: 'LOCATION_SIZE_MISMATCH',
      parameters: { declared: 14, actual: 15 },
    });
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'queued', size: 14 });
  });

  test('without formats it is refused and stays queued', async () => {
    const id = await createImage(gateway);
    await expect(attach(id, '/fifteen')).rejects.toMatchObject({ code: 'FORMATS_REQUIRED' });
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'queued' });
  });

  test('whose source is empty has no byte', async () => {
    const id = await located('/empty');
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'active', size: 0 });
    expect(await (await get(id)).text()).toBe('');
  });

  test('whose source of HTTP/1.0 reports no size has no byte, as in Glance', async () => {
    const old = await rawWeb((socket) => socket.end(`HTTP/1.0 200 OK\r\n\r\n`));
    const id = await createImage(gateway, FORMATS);
    await domain.locations.attach(ADMIN, id, { url: `${old.url}/`, log: silent });
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'active', size: 0 });
    await old.close();
  });

  test('whose source reports no size is refused and stays queued, unless a size is declared', async () => {
    const id = await createImage(gateway, FORMATS);
    await expect(attach(id, '/no-length')).rejects.toMatchObject({ code: 'SOURCE_SIZE_UNKNOWN' });
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'queued', size: 0 });
    const declared = await located('/no-length', { size: DATA.length });
    expect(await stateOf(gateway, declared)).toMatchObject({ status: 'active', size: DATA.length });
    expect(await (await get(declared)).text()).toBe(DATA);
  });

  test('whose scheme is in capitals is read as any other', async () => {
    const id = await createImage(gateway, FORMATS);
    const url = `${server.url.replace('http', 'HTTP')}/fifteen`;
    await domain.locations.attach(ADMIN, id, { url, log: silent });
    expect(await (await get(id)).text()).toBe(DATA);
  });

  test('gets no second location, and an active image gets none', async () => {
    const id = await located('/fifteen');
    await expect(attach(id, '/fifteen')).rejects.toMatchObject({ code: 'IMAGE_NOT_QUEUED' });
  });

  test('gets one location when two callers set one at once', async () => {
    const id = await createImage(gateway, FORMATS);
    const both = await Promise.allSettled([attach(id, '/fifteen'), attach(id, '/fifteen')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await sql(place, `SELECT id FROM image_locations WHERE image_id = '${id}'`)).toHaveLength(1);
  });

  test('is deleted here without a request to the source', async () => {
    const id = await located('/fifteen');
    const before = server.asked.length;
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { status } }'), { id });
    expect(server.asked.length).toBe(before);
    expect(await sql(place, `SELECT * FROM gateway_removals WHERE image_id = '${id}'`)).toEqual([]);
  });

  test('whose source is gone or has grown is refused with the reason', async () => {
    const id = await located('/fifteen');
    content = Buffer.from('the source data, and more of it');
    expect(await statusAndCode(await get(id))).toEqual([500, 'DATA_DAMAGED']);
    content = Buffer.from(DATA);
    await sql(place, `UPDATE image_locations SET value = '${server.url}/gone' WHERE image_id = '${id}'`);
    expect((await get(id)).status).toBe(404);
    await sql(place, `UPDATE image_locations SET value = 'http://127.0.0.1:9/' WHERE image_id = '${id}'`);
    expect(await statusAndCode(await get(id))).toEqual([503, 'STORE_UNAVAILABLE']);
  });

  test('whose source ends too early breaks off the answer', async () => {
    const answer = await get(await located('/short'));
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });

  test('whose data has another digest than recorded never arrives complete', async () => {
    const id = await located('/fifteen');
    const digest = (value: string) =>
      sql(place, `UPDATE images SET os_hash_algo = 'sha256', os_hash_value = '${value}' WHERE id = '${id}'`);
    await digest('b'.repeat(64));
    await expect(get(id).then((answer) => answer.text())).rejects.toThrow();
    await digest(createHash('sha256').update(DATA).digest('hex'));
    expect(await (await get(id)).text()).toBe(DATA);
  });
});

onSqlite('an address that data is to be taken from', (_start, place) => {
  let domain: Awaited<ReturnType<typeof domainOn>>;
  let off: Awaited<ReturnType<typeof domainOn>>;
  beforeAll(async () => {
    domain = await domainOn(place, SOURCES);
    off = await domainOn(place);
  });
  afterAll(async () => {
    await domain.close();
    await off.close();
  });

  describe.each(['locations', 'imports'] as const)('for %s', (part) => {
    test.each([
      ['', 'SOURCE_EMPTY'],
      ['file:///etc/passwd', 'SOURCE_NOT_SUPPORTED'],
      ['filesystem:///etc/passwd', 'SOURCE_NOT_SUPPORTED'],
      ['swift+config://ref/c/o', 'SOURCE_NOT_SUPPORTED'],
      ['swift://a/b/c', 'SOURCE_NOT_SUPPORTED'],
      ['rbd://x', 'SOURCE_NOT_SUPPORTED'],
      ['ftp://127.0.0.1/x', 'SOURCE_NOT_SUPPORTED'],
      ['bogus://x', 'SOURCE_NOT_SUPPORTED'],
      ['x', 'SOURCE_NOT_SUPPORTED'],
      ['http://', 'SOURCE_INVALID'],
      ['http://10.0.0.1/', 'SOURCE_FAILED'],
      ['http://u:p@127.0.0.1:9/x', 'SOURCE_FAILED'],
    ])('%j is %s (C15.1, C15.2)', (url, code) => {
      expect(() => domain[part].check(ADMIN, url)).toThrow(expect.objectContaining({ code }));
    });

    test('is not supported while no host is configured (C15.5)', () => {
      const code = 'SOURCE_NOT_SUPPORTED';
      expect(() => off[part].check(ADMIN, 'http://127.0.0.1/')).toThrow(expect.objectContaining({ code }));
    });

    test('is refused to callers who may only read', () => {
      const caller = { ...ADMIN, readOnly: true };
      expect(() => domain[part].check(caller, 'http://127.0.0.1/')).toThrow(
        expect.objectContaining({ code: 'READ_ONLY' }),
      );
    });
  });
});
