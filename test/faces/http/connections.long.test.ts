import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActiveImage, createImage, putData } from '../../support/client.js';
import { onSqlite, type TestGateway } from '../../support/gateway.js';
import { stateOf, storedFiles } from '../../support/image-state.js';
import { eventually } from '../../support/poll.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };

onSqlite('connections (C1.1)', (start) => {
  let gateway: TestGateway;
  const sockets: Socket[] = [];
  beforeAll(async () => {
    gateway = await start({ CLIENT_SOCKET_TIMEOUT: '1', UPLOAD_IDLE_TIMEOUT: '1' });
  });
  afterAll(() => sockets.forEach((socket) => socket.destroy()));

  async function open(): Promise<Socket & { heard: () => string }> {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect({ host: hostname, port: Number(port) });
    sockets.push(socket);
    let heard = '';
    socket.on('error', () => undefined).on('data', (bytes) => (heard += bytes.toString('latin1')));
    await once(socket, 'connect');
    return Object.assign(socket, { heard: () => heard });
  }
  const get = (version: string, headers = '') =>
    `GET /healthcheck HTTP/${version}\r\nHost: localhost\r\n${headers}\r\n`;

  test('HTTP/1.0 is answered as HTTP/1.1, and the connection closed', async () => {
    const socket = await open();
    socket.write(get('1.0'));
    await once(socket, 'close');
    expect(socket.heard()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\nConnection: close\r\n[^]*OK$/);
    expect(socket.heard()).toMatch(/\r\nDate: /);
  });

  test('HTTP/1.1 keeps the connection for the next request, HTTP/1.0 where it is asked to', async () => {
    for (const request of [get('1.1'), get('1.0', 'Connection: keep-alive\r\n')]) {
      const socket = await open();
      socket.write(request);
      await eventually(() => socket.heard().endsWith('OK'));
      socket.write(request);
      await eventually(() => socket.heard().match(/HTTP\/1\.1 200 OK/g)?.length === 2);
    }
  });

  test('requests sent without waiting are answered in their order', async () => {
    const socket = await open();
    socket.write(
      get('1.1') +
        'GET /graphql/none HTTP/1.1\r\nHost: localhost\r\n\r\n' +
        get('1.1', 'Connection: close\r\n'),
    );
    await once(socket, 'close');
    expect(socket.heard().match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 404', 'HTTP/1.1 200']);
  });

  test('a body that comes byte by byte is taken, sized and in chunks', async () => {
    for (const [header, body] of [
      ['Content-Length: 5', 'hello'],
      ['Transfer-Encoding: chunked', '2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: x\r\n\r\n'],
    ]) {
      const id = await createImage(gateway, FORMATS);
      const socket = await open();
      socket.setNoDelay(true);
      for (const byte of `PUT /data/${id} HTTP/1.1\r\nHost: localhost\r\n${header}\r\n\r\n${body}`)
        await new Promise((resolve) => socket.write(byte, resolve));
      await eventually(() => socket.heard().includes('"status":"active"'));
      expect(await stateOf(gateway, id)).toMatchObject({ checksum: '5d41402abc4b2a76b9719d911017c592' });
    }
  });

  test.each([
    ['nothing at all', ''],
    ['half a request line', 'GET /health'],
    ['half its headers', 'GET /healthcheck HTTP/1.1\r\nHost: loc'],
  ])('a connection that sends %s and nothing more is closed', async (_, bytes) => {
    const socket = await open();
    if (bytes) socket.write(bytes);
    await once(socket, 'close');
  });

  test.each([
    ['falls silent', () => undefined],
    ['goes', (socket: Socket) => socket.destroy()],
    ['says that it will send no more', (socket: Socket) => socket.end()],
  ])('an upload whose sender %s half-way is settled', async (_, then) => {
    const id = await createImage(gateway, FORMATS);
    const socket = await open();
    socket.write(`PUT /data/${id} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\nhalf`);
    await eventually(async () => (await stateOf(gateway, id)).status === 'saving');
    then(socket);
    await eventually(async () => (await stateOf(gateway, id)).status === 'killed');
    await eventually(async () => (await storedFiles(gateway.folder)).every((name) => !name.startsWith('.')));
  });

  test('a client that reads nothing is disconnected, and others are served meanwhile', async () => {
    const id = await createActiveImage(gateway, Buffer.alloc(30_000_000));
    const socket = await open();
    socket.pause();
    socket.write(`GET /data/${id} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect((await fetch(`${gateway.url}/data/${id}`)).status).toBe(200);
    await eventually(() =>
      gateway.log.some(({ imageId, msg }) => imageId === id && msg === 'a download ended early'),
    );
  });

  test('two thousand idle connections do not keep others from being served, and time out', async () => {
    const idle: Socket[] = [];
    while (idle.length < 2000) idle.push(...(await Promise.all(Array.from({ length: 100 }, open))));
    expect((await fetch(`${gateway.url}/healthcheck`)).status).toBe(200);
    const id = await createImage(gateway, FORMATS);
    expect((await putData(gateway, id, 'data')).status).toBe(200);
    await eventually(() => idle.every((socket) => socket.closed));
  });
});

describe('a body that is not data', () => {
  onSqlite('at most a mebibyte is taken of it', (start) => {
    test('more is answered with 413 (BODY_TOO_LARGE)', async () => {
      const gateway = await start();
      const body = JSON.stringify({ query: '{ __typename }', padding: 'x'.repeat(1024 * 1024) });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body });
      expect(answer.status).toBe(413);
      expect(await answer.text()).toContain('BODY_TOO_LARGE');
    });
  });
});
