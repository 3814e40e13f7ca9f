import { beforeAll, describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../src/config/read-config.js';
import { createImage, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { rawHead, rawRequest } from '../support/raw-request.js';
import { startRegistry } from '../support/registry-client.js';
import { v1 } from '../support/v1-client.js';
import { graphqlRequest, httpRequest } from './http-request.js';

const CREATE = gql('mutation { createImage(input: {}) { id } }');

onSqlite('under AUTH=none', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({
      ALLOWED_HOSTS: 'Images.internal, other.internal',
      PUBLIC_ENDPOINT: 'https://images.example.org:8443',
    });
  });
  const port = () => new URL(gateway.url).port;

  test('every caller is an administrator, whatever the identity headers say (C20.1)', async () => {
    const headers = { 'x-identity-status': 'Confirmed', 'x-tenant-id': 't', 'x-roles': 'reader' };
    expect(
      (await run(gateway, gql('{ viewer { user tenant roles isAdmin readOnly } }'), {}, headers)).viewer,
    ).toEqual({
      user: null,
      tenant: null,
      roles: [],
      isAdmin: true,
      readOnly: false,
    });
  });

  describe('the Host header', () => {
    test.each([
      'evil.example.org',
      'evil.example.org:9292',
      '127.0.0.1.evil.example.org',
      'localhost.evil',
      'evil.localhost',
      'user@localhost',
      'localhost, evil.example.org',
      'localhost:80:80',
      'localhost..',
      '.',
      ':9292',
      '',
      '10.0.0.1',
      '0.0.0.0',
      '[::1%25lo]',
      '[::2]',
      '::1',
    ])(
      'is refused when it is "%s", because a foreign page may have pointed its name at this machine',
      async (host) => {
        const graphql = await graphqlRequest(gateway, CREATE, [['host', host]]);
        expect(graphql.status).toBe(403);
        expect(graphql.json.errors![0].extensions.code).toBe('HOST_NOT_ALLOWED');
        const read = await httpRequest(`${gateway.url}/graphql?query={viewer{user}}`, 'GET', [
          ['host', host],
          ['apollo-require-preflight', 'yes'],
        ]);
        expect(read.status).toBe(403);
        const data = await httpRequest(`${gateway.url}/data/x`, 'GET', [['host', host]]);
        expect([data.status, data.json.code]).toEqual([403, 'HOST_NOT_ALLOWED']);
        const list = await httpRequest(`${gateway.url}/v1/images`, 'GET', [
          ['host', host],
          ['accept', 'application/json'],
        ]);
        expect([list.status, list.json.message]).toEqual([403, expect.stringContaining('see ALLOWED_HOSTS')]);
      },
    );

    test.each([
      'localhost',
      'LOCALHOST:1234',
      'localhost.',
      'localhost.:9292',
      '127.0.0.1',
      '127.1.2.3:9292',
      '[::1]:9292',
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:127.0.0.1]',
    ])('may be the local %s', async (host) => {
      expect((await graphqlRequest(gateway, CREATE, [['host', host]])).status).toBe(200);
      expect((await v1(gateway, 'POST', '/v1/images', { host })).status).toBe(201);
    });

    test.each(['images.internal', 'IMAGES.INTERNAL:80', 'other.internal', 'other.internal.'])(
      'may be %s by ALLOWED_HOSTS',
      async (host) => {
        expect((await graphqlRequest(gateway, CREATE, [['host', host]])).status).toBe(200);
        expect((await v1(gateway, 'POST', '/v1/images', { host })).status).toBe(201);
      },
    );

    test.each([
      '/',
      '/versions',
      '/v1',
      '/v1/',
      '/v1.1/images',
      '/nowhere',
      '/v1/%ff',
      '/%zz',
      '/data',
      '/graphiql',
      '/console',
    ])('is checked on %s too', async (path) => {
      const answer = await v1(gateway, 'GET', path, { host: 'evil.example.org' });
      expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('see ALLOWED_HOSTS')]);
      expect((await v1(gateway, 'GET', path)).status).not.toBe(403);
    });

    test.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PURGE', 'BREW', 'CONNECT'])(
      'is checked for every method: %s',
      async (method) => {
        const sent = await rawRequest(gateway.url, method, '/v1/images', { host: 'evil.example.org' });
        expect((await sent.answer()).status).toBe(403);
      },
    );

    test('is checked together with the host in the target of a request (RFC 9112, 3.2.2)', async () => {
      const foreign = await rawRequest(gateway.url, 'GET', 'http://evil.example.org/v1/images');
      expect((await foreign.answer()).status).toBe(403);
      const own = await rawRequest(gateway.url, 'GET', `${gateway.url}/v1/images`);
      expect((await own.answer()).status).toBe(200);
      const both = await rawRequest(gateway.url, 'GET', `${gateway.url}/v1/images`, {
        host: 'evil.example.org',
      });
      expect((await both.answer()).status).toBe(403);
    });

    test('is refused when it is missing or comes twice', async () => {
      const ask = async (head: string) => (await rawHead(gateway.url, head)).split(' ')[1];
      expect(await ask('GET /v1/images HTTP/1.0')).toBe('403');
      expect(await ask('POST /v1/images HTTP/1.0\r\nOrigin: http://undefined')).toBe('403');
      expect(await ask('GET /v1/images HTTP/1.1\r\nHost: localhost\r\nHost: evil.example.org')).toBe('400');
    });

    test('is not taken from a header of a proxy', async () => {
      const headers = {
        host: 'evil.example.org',
        'x-forwarded-host': 'localhost',
        forwarded: 'host=localhost',
      };
      expect((await v1(gateway, 'GET', '/v1/images', headers)).status).toBe(403);
    });

    test('may be an address, or missing, in the health check of a load balancer', async () => {
      for (const path of ['/healthcheck', '/ready']) {
        expect((await v1(gateway, 'GET', path, { host: '10.0.0.1:9292' })).status).toBe(200);
        expect((await rawHead(gateway.url, `GET ${path} HTTP/1.0`)).split(' ')[1]).toBe('200');
        expect((await v1(gateway, 'GET', path, { host: 'evil.example.org' })).status).toBe(403);
      }
      expect((await rawHead(gateway.url, 'OPTIONS / HTTP/1.0')).split(' ')[1]).toBe('200');
    });

    test('is checked by the registry too', async () => {
      const { ask } = await startRegistry(start);
      expect((await ask('GET', '/images')).status).toBe(200);
      for (const [method, path] of [
        ['GET', '/images'],
        ['POST', '/images'],
        ['OPTIONS', '/'],
        ['GET', '/%zz'],
      ]) {
        const answer = await ask(method, path, undefined, { host: 'evil.example.org' });
        expect([method, path, answer.status]).toEqual([method, path, 403]);
      }
    });

    test('may be that of PUBLIC_ENDPOINT', async () => {
      const host: [string, string] = ['host', 'images.example.org:8443'];
      expect((await graphqlRequest(gateway, CREATE, [host])).status).toBe(200);
    });
  });

  describe('a web page', () => {
    const FOREIGN: [string, [string, string]][] = [
      ['of another site', ['origin', 'https://evil.example.org']],
      ['of another site that only says so', ['sec-fetch-site', 'cross-site']],
      ['without an origin of its own', ['origin', 'null']],
      ['on another port of this machine', ['origin', 'http://127.0.0.1:1']],
      ['of a name that ends as an allowed one', ['origin', 'https://evil-console.example.org']],
      ['of an allowed name on http', ['origin', 'http://console.example.org']],
    ];

    test.each(FOREIGN)('%s may not change anything', async (_, header) => {
      const { status, json } = await graphqlRequest(gateway, CREATE, [header]);
      expect(status).toBe(403);
      expect(json.errors![0].extensions.code).toBe('FOREIGN_ORIGIN');
    });

    test.each(FOREIGN)('%s may not change anything through version 1', async (_, [name, value]) => {
      const before = (await v1(gateway, 'GET', '/v1/images')).json().images.length;
      const answer = await v1(gateway, 'POST', '/v1/images', { [name]: value });
      expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('CORS_ORIGINS')]);
      expect((await v1(gateway, 'GET', '/v1/images')).json().images).toHaveLength(before);
    });

    test('whose name points at this machine may not read or change anything', async () => {
      const headers = { host: 'evil.example.org:9292', origin: 'http://evil.example.org:9292' };
      for (const method of ['GET', 'POST']) {
        expect((await v1(gateway, method, '/v1/images', headers)).status).toBe(403);
      }
    });

    test.each(FOREIGN)('%s may not send data', async (_, header) => {
      const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
      const { status, json } = await httpRequest(`${gateway.url}/data/${id}`, 'PUT', [header], 'bytes');
      expect([status, json.code]).toEqual([403, 'FOREIGN_ORIGIN']);
      expect(
        (await run(gateway, gql('query ($id: ID!) { image(id: $id) { status } }'), { id })).image!.status,
      ).toBe('queued');
    });

    test.each<[string, () => [string, string][]]>([
      ['of the gateway itself', () => [['origin', `http://127.0.0.1:${port()}`]]],
      [
        'of the gateway itself behind a proxy with TLS',
        () => [
          ['host', 'images.internal'],
          ['origin', 'https://images.internal'],
        ],
      ],
      ['of PUBLIC_ENDPOINT', () => [['origin', 'https://images.example.org:8443']]],
      ['of the same site', () => [['sec-fetch-site', 'same-origin']]],
    ])('%s may change and send', async (_, headers) => {
      expect((await graphqlRequest(gateway, CREATE, headers())).status).toBe(200);
      const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
      const sent = await httpRequest(`${gateway.url}/data/${id}`, 'PUT', headers(), 'bytes');
      expect([sent.status, sent.json.status]).toEqual([200, 'active']);
    });
  });

  describe('CORS_ORIGINS', () => {
    let shared: TestGateway;
    beforeAll(async () => {
      shared = await start({ CORS_ORIGINS: 'https://console.example.org, https://other.example.org/' });
    });
    const preflight = (path: string, origin: string, method: string) =>
      httpRequest(`${shared.url}${path}`, 'OPTIONS', [
        ['origin', origin],
        ['access-control-request-method', method],
        ['access-control-request-headers', 'content-type'],
      ]);

    test.each(['https://console.example.org', 'https://other.example.org'])(
      'lets a page on %s change, send and read answers',
      async (origin) => {
        const headers: [string, string][] = [
          ['origin', origin],
          ['sec-fetch-site', 'cross-site'],
        ];
        const changed = await graphqlRequest(shared, CREATE, headers);
        expect([changed.status, changed.headers['access-control-allow-origin']]).toEqual([200, origin]);
        const id = await createImage(shared, { diskFormat: 'raw', containerFormat: 'bare' });
        const sent = await httpRequest(`${shared.url}/data/${id}`, 'PUT', headers, 'bytes');
        expect([sent.status, sent.headers['access-control-allow-origin']]).toEqual([200, origin]);
      },
    );

    test.each([
      ['/graphql', 'POST'],
      ['/data/x', 'GET'],
      ['/data/x', 'PUT'],
    ])('answers the preflight of such a page for %s with %s', async (path, method) => {
      const { status, headers } = await preflight(path, 'https://console.example.org', method);
      expect(status).toBe(204);
      expect(headers['access-control-allow-origin']).toBe('https://console.example.org');
      expect(headers['access-control-allow-methods']?.split(/, */)).toContain(method);
      expect(headers['access-control-allow-headers']).toContain('content-type');
    });

    test('answers the preflight before it identifies the caller, because browsers send no identity with it', async () => {
      const trusted = await start({ AUTH: 'trusted', CORS_ORIGINS: 'https://console.example.org' });
      const { status } = await httpRequest(`${trusted.url}/graphql`, 'OPTIONS', [
        ['origin', 'https://console.example.org'],
        ['access-control-request-method', 'POST'],
      ]);
      expect(status).toBe(204);
    });

    test('allows other pages nothing', async () => {
      const { headers } = await preflight('/graphql', 'https://evil.example.org', 'POST');
      expect(headers['access-control-allow-origin']).not.toBe('https://evil.example.org');
      expect(headers['access-control-allow-origin']).not.toBe('*');
      const answer = await graphqlRequest(shared, CREATE, [['origin', 'https://evil.example.org']]);
      expect(answer.status).toBe(403);
    });

    test('has no pages by default', async () => {
      const plain = await start();
      const answer = await fetch(`${plain.url}/data/x`, {
        headers: { origin: 'https://console.example.org' },
      });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    });
  });
});

describe('AUTH=none', () => {
  test.each(['0.0.0.0', '::', '192.168.1.5', 'images.internal'])('refuses to listen on %s', (HOST) => {
    expect(() => readConfig({ HOST })).toThrow(ConfigError);
    expect(() => readConfig({ HOST })).toThrow('ALLOW_UNAUTHENTICATED_NETWORK');
  });

  test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('listens on %s', (HOST) => {
    expect(readConfig({ HOST }).host).toBe(HOST);
  });

  test('refuses an address of the registry that other machines reach', () => {
    const REGISTRY_HOST = '0.0.0.0';
    expect(() => readConfig({ REGISTRY_HOST, REGISTRY_PORT: '9191' })).toThrow('REGISTRY_HOST=0.0.0.0');
    expect(readConfig({ REGISTRY_HOST }).registryHost).toBe(REGISTRY_HOST);
  });

  test('listens on every address with ALLOW_UNAUTHENTICATED_NETWORK=true', () => {
    expect(readConfig({ HOST: '0.0.0.0', ALLOW_UNAUTHENTICATED_NETWORK: 'true' }).host).toBe('0.0.0.0');
  });

  test('does not limit HOST under AUTH=trusted', () => {
    expect(readConfig({ HOST: '0.0.0.0', AUTH: 'trusted' }).host).toBe('0.0.0.0');
  });
});
