import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { httpSource, type Resolve } from '../../src/store/http-source.js';
import { bytesOf } from '../support/body.js';
import { eventually } from '../support/poll.js';
import { file, rawWeb, web, type Web } from '../support/web.js';

const options = { hosts: ['127.0.0.1'], schemes: ['http'], privateNetworks: ['127.0.0.1'], timeout: 5 };
const source = httpSource(options);
const BIG = Buffer.from('0123456789abcdef'.repeat(20_000));
const all = async (url: string) => buffer((await source.fetch(url)).data);

describe('a web server', () => {
  let server: Web;
  let other: Web;
  let flooding: ServerResponse;
  let sent = 0;
  beforeAll(async () => {
    other = await web({ '/fifteen': file('the source data') });
    const redirect = (to: () => string) => (_: unknown, response: ServerResponse) =>
      response.writeHead(302, { location: to() }).end();
    server = await web({
      '/fifteen': file('the source data'),
      '/empty': file(''),
      '/big': file(BIG),
      '/chunked': (_, response) => response.end('the source data'),
      '/no-head': (request, response) =>
        request.method === 'HEAD'
          ? response.writeHead(405).end()
          : file('the source data')(request, response),
      '/no-ranges': (request, response) => file(BIG)({ ...request, headers: {} } as never, response),
      '/wrong-range': (_, response) =>
        response.writeHead(206, { 'content-range': 'bytes 0-2/15' }).end('the'),
      '/unasked-range': (_, response) => response.writeHead(206).end('the'),
      '/gzip': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x'),
      '/forbidden': (_, response) => response.writeHead(403).end(),
      '/short': (_, response) => {
        response.writeHead(200, { 'content-length': 100 }).flushHeaders();
        response.write('only this', () => response.destroy());
      },
      '/to-other': redirect(() => `${other.url}/fifteen`),
      '/absolute-path': redirect(() => '/fifteen'),
      '/folder/relative-path': redirect(() => '../fifteen'),
      '/query': redirect(() => '?x=1'),
      '/query?x=1': redirect(() => '/fifteen#part'),
      '/same-scheme': redirect(() => `//127.0.0.1:${other.port}/fifteen`),
      '/capitals': redirect(() => `HTTP://127.0.0.1:${other.port}/fifteen`),
      '/no-location': (_, response) => response.writeHead(302).end(),
      '/to-other-host': redirect(() => `//127.0.0.2:${other.port}/fifteen`),
      '/to-credentials': redirect(() => `//user:password@127.0.0.1:${other.port}/fifteen`),
      '/backslash': redirect(() => `\\\\127.0.0.1:${other.port}\\fifteen`),
      '/loop': redirect(() => `${server.url}/loop`),
      '/to-metadata': redirect(() => 'http://169.254.169.254/latest/meta-data/'),
      '/to-file': redirect(() => 'file:///etc/passwd'),
      '/to-loopback': redirect(() => `http://127.0.0.2:${other.port}/fifteen`),
      '/endless': (_, response) => {
        flooding = response;
        const more = () => {
          while (response.write(BIG)) sent += BIG.length;
          sent += BIG.length;
        };
        response.on('drain', more);
        more();
      },
    });
  });
  afterAll(() => Promise.all([server.close(), other.close()]));

  test.each([
    ['/fifteen', 15],
    ['/empty', 0],
    ['/chunked', undefined],
    ['/no-head', 15],
    ['/to-other', 15],
  ])('reports the size of %s as %s, by the headers', async (path, size) => {
    expect(await source.size(server.url + path)).toBe(size);
  });

  test.each([
    '/fifteen',
    '/chunked',
    '/no-head',
    '/to-other',
    '/absolute-path',
    '/folder/relative-path',
    '/query',
    '/same-scheme',
    '/capitals',
  ])('serves %s whole', async (path) => {
    expect((await all(server.url + path)).toString()).toBe('the source data');
  });

  test('serves large data unchanged', async () => {
    expect(BIG.equals(await all(`${server.url}/big`))).toBe(true);
  });

  test.each(['/big', '/no-ranges'])('serves a range of %s', async (path) => {
    const range = { start: 100_003, end: 200_000 };
    const part = await bytesOf(source.read(server.url + path, range));
    expect(part.equals(BIG.subarray(range.start, range.end + 1))).toBe(true);
  });

  test.each([
    ['/missing', 'missing'],
    ['/forbidden', 'failed'],
    ['/gzip', 'failed'],
    ['/unasked-range', 'failed'],
    ['/loop', 'failed'],
    ['/no-location', 'failed'],
    ['/to-other-host', 'refused'],
    ['/to-credentials', 'refused'],
    ['/backslash', 'refused'],
    ['/to-metadata', 'refused'],
    ['/to-file', 'refused'],
    ['/to-loopback', 'refused'],
  ])('serves no data at %s: %s', async (path, fault) => {
    await expect(source.fetch(server.url + path)).rejects.toMatchObject({ fault });
  });

  test('whose redirect leads to a refused address is not followed', async () => {
    const before = other.asked.length;
    await expect(source.size(`${server.url}/to-loopback`)).rejects.toMatchObject({ fault: 'refused' });
    expect(other.asked.length).toBe(before);
  });

  test('that redirects with HTTP/1.0 must name a whole URL', async () => {
    const old = await rawWeb((socket) => socket.end('HTTP/1.0 302 Found\r\nLocation: /fifteen\r\n\r\n'));
    await expect(source.fetch(`${old.url}/`)).rejects.toMatchObject({ fault: 'refused' });
    await old.close();
  });

  test.each([
    ['ftp://127.0.0.1/x', 'it is no http or https URL'],
    ['https://127.0.0.1/x', 'its scheme is not in HTTP_SOURCE_SCHEMES'],
    ['http://user:hunter2@127.0.0.1/x', 'it has a user or a password'],
    ['http://127.0.0.3/x', 'its host or port is not in HTTP_SOURCE_HOSTS'],
  ])('%s is refused with the reason for the log', async (url, reason) => {
    const refused = await source.fetch(url).catch((error: Error) => error.message);
    expect(refused).toContain(reason);
    expect(refused).not.toContain('hunter2');
  });

  test('that ends its data too early fails the stream', async () => {
    await expect(all(`${server.url}/short`)).rejects.toMatchObject({ fault: 'failed' });
    await expect(buffer(source.read(`${server.url}/short`, { start: 0, end: 99 }))).rejects.toThrow();
    await expect(buffer(source.read(`${server.url}/fifteen`, { start: 0, end: 15 }))).rejects.toThrow();
  });

  test('that answers with another range fails the stream', async () => {
    const read = source.read(`${server.url}/wrong-range`, { start: 4, end: 6 });
    await expect(buffer(read)).rejects.toMatchObject({ fault: 'failed' });
  });

  test('with endless data stops sending while nobody reads', async () => {
    const { data } = await source.fetch(`${server.url}/endless`);
    data.read(0);
    await once(data, 'readable');
    await eventually(() => flooding.writableNeedDrain);
    const before = sent;
    for (let count = 0; count < 50; count += 1) await source.size(`${server.url}/fifteen`);
    expect(sent).toBe(before);
    data.destroy();
  });

  test('that closes its connection while nobody reads loses nothing', async () => {
    const sent = BIG.subarray(0, 64 * 1024);
    const closing = await rawWeb((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ${sent.length}\r\n\r\n`);
      socket.end(sent);
    });
    const { data } = await source.fetch(closing.url);
    for (let count = 0; count < 50; count += 1) await source.size(`${server.url}/fifteen`);
    expect(sent.equals(await buffer(data))).toBe(true);
    await closing.close();
  });

  test('loses the connection when the reader stops', async () => {
    const { data } = await source.fetch(`${server.url}/endless`);
    for await (const piece of data) if (piece.length > 0) break;
    const part = source.read(`${server.url}/endless`, { start: 0, end: 9 });
    expect((await buffer(part)).length).toBe(10);
  });

  test('is stopped by a signal, with its reason', async () => {
    const stop = new AbortController();
    const { data } = await source.fetch(`${server.url}/endless`, stop.signal);
    stop.abort(new Error('enough'));
    await expect(buffer(data)).rejects.toThrow('enough');
    await expect(source.fetch(`${server.url}/fifteen`, stop.signal)).rejects.toThrow('enough');
  });
});

describe('a faulty server', () => {
  const impatient = httpSource({ ...options, timeout: 1 });
  const servers: Web[] = [];
  afterAll(() => Promise.all(servers.map((server) => server.close())));

  test.each([
    ['does not speak HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['sends a length that is not a number', 'HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n'],
    ['sends two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['never answers', ''],
    ['falls silent within the headers', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['sends endless headers', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`],
    ['hangs up', 'HTTP/1.1 200 OK\r\n'],
    ['switches protocols', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'],
  ])('%s', async (what, answer) => {
    const server = await rawWeb((socket) => {
      socket.write(answer);
      if (what === 'hangs up') socket.destroy();
    });
    servers.push(server);
    await expect(impatient.fetch(server.url)).rejects.toMatchObject({ fault: 'failed' });
  });

  test('falls silent within the data', async () => {
    const server = await rawWeb((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'));
    servers.push(server);
    const { data } = await impatient.fetch(server.url);
    await expect(buffer(data)).rejects.toMatchObject({ fault: 'failed' });
  });

  test('is not there', async () => {
    await expect(impatient.fetch('http://127.0.0.1:9/none')).rejects.toMatchObject({ fault: 'failed' });
  });
});

describe('a host name', () => {
  let server: Web;
  beforeAll(async () => {
    server = await web({ '/fifteen': file('the source data') });
  });
  afterAll(() => server.close());

  const named = (answers: string[][], more: object = {}) => {
    const questions: string[] = [];
    const resolve: Resolve = (host) => {
      questions.push(host);
      const found = answers[Math.min(questions.length, answers.length) - 1];
      return Promise.resolve(found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));
    };
    return { questions, source: httpSource({ ...options, hosts: ['*'], ...more }, resolve) };
  };

  test('is resolved once, and the connection goes to that address', async () => {
    const { source: once_, questions } = named([['127.0.0.1'], ['169.254.169.254']]);
    const url = `http://images.test:${server.port}/fifteen`;
    expect((await buffer((await once_.fetch(url)).data)).toString()).toBe('the source data');
    expect(questions).toEqual(['images.test']);
  });

  test.each([
    ['leads to a private address', [['10.0.0.1']]],
    ['leads to an allowed address and another', [['127.0.0.1', '10.0.0.1']]],
    ['leads to the metadata of a cloud', [['169.254.169.254']]],
    ['leads to this machine in IPv6', [['::1']]],
    ['leads to this machine, mapped', [['::ffff:127.0.0.2']]],
    ['leads to an address the second time only', [['10.0.0.1'], ['127.0.0.1']]],
  ])('that %s is refused', async (_, answers) => {
    const url = `http://images.test:${server.port}/fifteen`;
    const before = server.asked.length;
    await expect(named(answers).source.fetch(url)).rejects.toMatchObject({ fault: 'refused' });
    expect(server.asked.length).toBe(before);
  });

  test('without an address, or without an answer in time, fails', async () => {
    const url = `http://images.test:${server.port}/fifteen`;
    await expect(named([[]]).source.fetch(url)).rejects.toMatchObject({ fault: 'failed' });
    const never = httpSource({ ...options, hosts: ['*'], timeout: 1 }, () => new Promise(() => undefined));
    await expect(never.fetch(url)).rejects.toMatchObject({ fault: 'failed' });
  });

  test('localhost is refused unless its address is allowed', async () => {
    const system = httpSource({ ...options, hosts: ['*'], privateNetworks: [] });
    await expect(system.fetch(`http://localhost:${server.port}/fifteen`)).rejects.toMatchObject({
      fault: 'refused',
    });
  });
});
