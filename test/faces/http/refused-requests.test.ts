import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { createImage } from '../../support/client.js';
import { onSqlite, type TestGateway } from '../../support/gateway.js';
import { stateOf } from '../../support/image-state.js';
import { eventually } from '../../support/poll.js';

const TOO_LONG = 'HTTP/1.0 414 Request URI Too Long\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
const LONG_LINE = 'HTTP/1.0 400 Header Line Too Long\r\nContent-length: 0\r\nConnection: close\r\n\r\n';
const LARGE_HEADERS = 'HTTP/1.0 400 Headers Too Large\r\nContent-length: 0\r\nConnection: close\r\n\r\n';
const MALFORMED =
  /^HTTP\/1\.1 400 Bad Request\r\nDate: [^\r]+\r\nConnection: close\r\nContent-Length: 0\r\n\r\n$/;

const lines = (count: number, length: number) =>
  Array.from({ length: count }, (_, n) => `x-${n}: `.padEnd(length - 2, 'y') + '\r\n').join('');

onSqlite('requests refused before they are routed', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
  });

  /** Sends bytes, and gives everything that comes back until the other side closes. */
  async function say(...pieces: (string | Buffer)[]): Promise<string> {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect({ host: hostname, port: Number(port) });
    let heard = '';
    socket.on('error', () => undefined).on('data', (bytes) => (heard += bytes.toString('latin1')));
    await once(socket, 'connect');
    for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
    await once(socket, 'close');
    return heard;
  }
  const head = (line: string, headers = '') => `${line} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;
  const last = 'Connection: close\r\n';
  const path = (lineLength: number) => `/${'a'.repeat(lineLength - 'GET / HTTP/1.1'.length)}`;

  describe('limits (C1.5, C1.6)', () => {
    test('a request line of 8192 bytes is taken, of one more it is not', async () => {
      expect(await say(head(`GET ${path(8192)}`, last))).toMatch(/^HTTP\/1\.1 300 /);
      expect(await say(head(`GET ${path(8193)}`, last))).toBe(TOO_LONG);
    });

    test('a long request line is refused on every road, and with every method', async () => {
      expect(await say(head(`GET /data/${'a'.repeat(9000)}`))).toBe(TOO_LONG);
      expect(await say(head(`PUT /graphql?${'a'.repeat(9000)}%zz`))).toBe(TOO_LONG);
    });

    test('a header line of 16384 bytes is taken, of one more it is not', async () => {
      const line = (length: number) => 'x: '.padEnd(length, 'y');
      expect(await say(head('GET /healthcheck', `${line(16384)}\r\n${last}`))).toMatch(/OK$/);
      expect(await say(head('GET /healthcheck', `${line(16385)}\r\n${last}`))).toBe(LONG_LINE);
      expect(await say(head('GET /healthcheck', `${line(300_000)}\r\n`))).toBe(LONG_LINE);
    });

    test('64 KiB of headers are taken, more are not', async () => {
      const before = 'Host: localhost\r\n'.length + last.length;
      const rest = 65_536 - before - 6 * 10_000;
      expect(await say(head('GET /healthcheck', last + lines(6, 10_000) + lines(1, rest)))).toMatch(/OK$/);
      expect(await say(head('GET /healthcheck', last + lines(6, 10_000) + lines(1, rest + 1)))).toBe(
        LARGE_HEADERS,
      );
      expect(await say(head('GET /healthcheck', lines(40, 10_000)))).toBe(LARGE_HEADERS);
    });

    test('no header gets lost because there are many', async () => {
      const many = 'a:b\r\n'.repeat(9000);
      expect(await say(head('GET /ready', `${many}x-openstack-request-id: mine\r\n${last}`))).toMatch(
        /x-openstack-request-id: req-mine/i,
      );
    });

    test('hold for handshakes of WebSockets and for other upgrades too', async () => {
      const upgrade = (to: string, headers: string) =>
        `Connection: Upgrade\r\nUpgrade: ${to}\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}`;
      for (const to of ['websocket', 'h2c']) {
        const refusal = (target: string, headers: string) => say(head(`GET ${target}`, upgrade(to, headers)));
        expect(await refusal('/graphql', lines(1, 16_387))).toBe(LONG_LINE);
        expect(await refusal('/graphql', lines(7, 10_000))).toBe(LARGE_HEADERS);
        expect(await refusal('/graphql', 'Host: evil.example.org\r\n')).toMatch(MALFORMED);
        expect(await refusal('/graphql', 'Transfer-Encoding: gzip\r\n')).toMatch(MALFORMED);
        expect(await refusal(`/graphql?${'a'.repeat(9000)}`, '')).toBe(TOO_LONG);
      }
      // A handshake within the limits is read, and refused here because of its version.
      const old = upgrade('websocket', lines(1, 16_386)).replace('Version: 13', 'Version: 1');
      expect(await say(head('GET /graphql', old))).toMatch(/^HTTP\/1\.1 4\d\d [^]*Sec-WebSocket-Version/);
    });

    test('the refusal reaches a client that goes on sending', async () => {
      const body = Buffer.alloc(4_000_000);
      expect(await say(head(`PUT ${path(9000)}`, `Content-Length: ${body.length}\r\n`), body)).toBe(TOO_LONG);
    });

    test('of requests sent in one go those before are answered first', async () => {
      const answers = await say(
        head('GET /healthcheck') + head(`GET ${path(9000)}`) + head('GET /healthcheck'),
      );
      expect(answers).toMatch(/^HTTP\/1\.1 200 OK[^]*\r\n\r\nOKHTTP\/1\.0 414 /);
      expect(answers.endsWith(TOO_LONG)).toBe(true);
    });
  });

  describe('an invalid request', () => {
    test.each([
      ['garbage', '\x16\x03\x01\x02\x00\r\n\r\n'],
      ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
      ['another version', 'GET / HTTP/3.9\r\nHost: x\r\n\r\n'],
      ['a header without a name', head('GET /', ': x\r\n')],
      ['a name with a space behind it', head('GET /', 'x : y\r\n')],
      ['a null in a value', head('GET /', 'x: a\0b\r\n')],
      ['a carriage return in a value', head('GET /', 'x: a\rb\r\n')],
      ['a line feed in a value', head('GET /', 'x: a\nSet-Cookie b\r\n')],
      ['a folded line', head('GET /', 'x: a\r\n b\r\n')],
      ['line feeds alone', 'GET / HTTP/1.1\nHost: x\n\n'],
      ['two lengths', head('PUT /data/x', 'Content-Length: 3\r\nContent-Length: 4\r\n')],
      ['a length and chunks', head('PUT /data/x', 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n')],
      ['a length that is no number', head('PUT /data/x', 'Content-Length: +3\r\n')],
      ['another coding', head('PUT /data/x', 'Transfer-Encoding: gzip\r\n')],
      ['a coding after chunks', head('PUT /data/x', 'Transfer-Encoding: chunked, identity\r\n')],
      ['two hosts', head('GET /healthcheck', 'Host: evil.example.org\r\n')],
      ['a method with a line break', 'FO\rO / HTTP/1.1\r\nHost: x\r\n\r\n'],
      ['a foreign method and half a head', 'FOO / HTTP/1.1\r\nHost'],
    ])('%s is answered with 400', async (_, bytes) => {
      expect(await say(Buffer.from(bytes, 'latin1'))).toMatch(MALFORMED);
    });
  });

  describe('a method that Node does not know (C4.1)', () => {
    test.each(['FOO', 'get', 'VERSION-CONTROL', 'CONNECT', 'PROPFIND'])(
      '%s is routed as others are',
      async (method) => {
        const answer = await say(head(`${method} /graphql/none`, `x-openstack-request-id: mine\r\n${last}`));
        expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
        expect(answer).toMatch(/x-openstack-request-id: req-mine/i);
        expect(answer).toMatch(/"code":"NOT_FOUND"/);
        const logged = gateway.log.filter(({ msg, path }) => msg === 'request' && path === '/graphql/none');
        expect(logged.map(({ method }) => method)).toContain(method);
      },
    );

    test('has its body skipped', async () => {
      const body = Buffer.alloc(2_000_000, 'x');
      const answer = await say(head('FOO /graphql/none', `Content-Length: ${body.length}\r\n`), body);
      expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    });

    test('it is answered after the request before it on the same connection', async () => {
      const answers = await say(head('GET /healthcheck') + head('FOO /graphql/none'));
      expect(answers).toMatch(/^HTTP\/1\.1 200 OK[^]*\r\n\r\nOKHTTP\/1\.1 404 /);
    });
  });

  test('a body that breaks the rules of chunks kills the upload, and is answered', async () => {
    const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    const answer = await say(
      head(`PUT /data/${id}`, 'Transfer-Encoding: chunked\r\n'),
      '4\r\nhalf\r\n',
      'zz\r\n',
    );
    expect(answer).toMatch(MALFORMED);
    const state = await eventually(
      () => stateOf(gateway, id),
      ({ status }) => status === 'killed',
    );
    expect(state.statusReason).toBe('The sender went away before all data had arrived.');
  });

  test('the gateway serves on after all that', async () => {
    expect(await say(head('GET /healthcheck', last))).toMatch(/OK$/);
  });
});
