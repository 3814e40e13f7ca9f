import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onSqlite, type TestGateway } from '../../support/gateway.js';
import { storedFiles } from '../../support/image-state.js';
import { eventually } from '../../support/poll.js';
import { meta, v1, v1Image } from '../../support/v1-client.js';

const FORMATS = meta({ disk_format: 'raw', container_format: 'bare' });
const EMPTY = '{"images": []}';

onSqlite('version 1 under attack', (start) => {
  let gateway: TestGateway;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    gateway = await start({ CLIENT_SOCKET_TIMEOUT: '1', UPLOAD_IDLE_TIMEOUT: '1' });
  });
  afterAll(() => sockets.forEach((socket) => socket.destroy()));

  async function open(bytes: string): Promise<Socket & { heard: () => string }> {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect({ host: hostname, port: Number(port) });
    sockets.push(socket);
    let heard = '';
    socket.on('error', () => undefined).on('data', (piece) => (heard += piece.toString('latin1')));
    await once(socket, 'connect');
    socket.write(bytes, 'latin1');
    return Object.assign(socket, { heard: () => heard });
  }
  /** Everything that comes back until the other side closes. */
  async function say(bytes: string): Promise<string> {
    const socket = await open(bytes);
    await once(socket, 'close');
    return socket.heard();
  }
  const post = (...lines: string[]) =>
    ['POST /v1/images HTTP/1.1', 'Host: localhost', ...lines, '', ''].join('\r\n');
  const all = async () => (await v1(gateway, 'GET', '/v1/images?is_public=none')).text;
  const statusOf = async (id: string) =>
    (await v1(gateway, 'HEAD', `/v1/images/${id}`)).headers['X-Image-Meta-Status'];

  test.each([
    ['a carriage return', 'x-image-meta-name: a\rx-image-meta-is_public: True'],
    ['a line feed', 'x-image-meta-name: a\nx-image-meta-is_public True'],
    ['a null', 'x-image-meta-name: a\0b'],
    ['a folded line', 'x-image-meta-name: a\r\n x-image-meta-is_public: True'],
    ['a blank before the colon', 'x-image-meta-name : a'],
    ['a name that is no token', 'x-image-meta-property-größe: a'],
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2'],
    ['a length beside chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
    ['a line without end', `x-image-meta-name: ${'x'.repeat(20_000)}`],
    ['headers without end', Array.from({ length: 9 }, (_, n) => `x-${n}: ${'x'.repeat(9000)}`).join('\r\n')],
  ])('%s in the headers is refused with 400, and nothing is stored', async (_, line) => {
    expect(await say(post(line))).toMatch(/^HTTP\/1\.[01] 400 /);
    expect(await all()).toBe(EMPTY);
  });

  test.each([
    ['size', '9'.repeat(5000)],
    ['min_ram', '9'.repeat(400)],
    ['name', 'n'.repeat(16_000)],
    ['owner', 'o'.repeat(300)],
    ['id', 'i'.repeat(5000)],
    ['checksum', 'c'.repeat(5000)],
    ['property-' + 'p'.repeat(300), 'v'],
  ])('an absurd %s is refused with 400, and nothing is stored', async (name, value) => {
    expect((await v1(gateway, 'POST', '/v1/images', meta({ [name]: value }))).status).toBe(400);
    expect(await all()).toBe(EMPTY);
  });

  test('more properties than anybody needs are refused with 413 (C16.2), long ids are not found (C3.2)', async () => {
    const many = Array.from({ length: 1000 }, (_, n) => [`property-${n}p`, '']);
    expect((await v1(gateway, 'POST', '/v1/images', meta(Object.fromEntries(many)))).status).toBe(413);
    expect(await all()).toBe(EMPTY);
    expect((await v1(gateway, 'GET', `/v1/images/${'%c3%a4'.repeat(1000)}`)).status).toBe(404);
  });

  test('headers that fold to one name are one value, which is none of theirs (C1.3, C1.4)', async () => {
    const id = randomUUID();
    const answer = await say(
      post(`x-image-meta-id: ${id}`, 'x-image-meta-is_public: True', 'X-Image-Meta-Is-Public: True') +
        'GET /healthcheck HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toContain('"is_public": false');
    await v1(gateway, 'DELETE', `/v1/images/${id}`);
  });

  test('fifty uploads whose senders fall silent are settled, and others are served meanwhile', async () => {
    const ids = Array.from({ length: 50 }, () => randomUUID());
    const lines = Object.entries({ ...FORMATS, 'content-type': 'application/octet-stream' });
    const heads = lines.map(([name, value]) => `${name}: ${value}`);
    const silent = await Promise.all(
      ids.map((id) => open(`${post(...heads, `x-image-meta-id: ${id}`, 'Content-Length: 8')}half`)),
    );
    const { id } = await v1Image(gateway, {}, 'served');
    expect((await v1(gateway, 'GET', `/v1/images/${id}`)).text).toBe('served');
    await eventually(() => silent.every((socket) => socket.closed));
    await eventually(async () =>
      (await Promise.all(ids.map(statusOf))).every((status) => status === 'killed'),
    );
    await eventually(async () => (await storedFiles(gateway.folder)).length === 1);
  });

  test('a client that reads nothing is disconnected, and others are served meanwhile', async () => {
    const { id } = await v1Image(gateway, {}, 'x'.repeat(30_000_000));
    const socket = await open('');
    socket.pause();
    socket.write(`GET /v1/images/${id} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect((await v1(gateway, 'HEAD', `/v1/images/${id}`)).status).toBe(200);
    await eventually(() =>
      gateway.log.some(({ imageId, msg }) => imageId === id && msg === 'a download ended early'),
    );
  });

  test('two thousand connections that ask once and stay open are answered, and do not keep others out', async () => {
    const idle: (Socket & { heard: () => string })[] = [];
    const ask = 'GET /v1/images?limit=0 HTTP/1.1\r\nHost: localhost\r\n\r\n';
    while (idle.length < 2000)
      idle.push(...(await Promise.all(Array.from({ length: 100 }, () => open(ask)))));
    expect((await v1Image(gateway, {}, 'served')).status).toBe('active');
    await eventually(() => idle.every((socket) => socket.heard().endsWith(EMPTY)));
  });
});
