import { beforeAll, describe, expect, test } from 'vitest';
import { onSqlite, type TestGateway } from '../../support/gateway.js';
import { v1 } from '../../support/v1-client.js';

onSqlite('versions and addresses of version 1', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ ALLOWED_HOSTS: 'images.example.org' });
  });

  describe('the list of versions (contract C2)', () => {
    const versions = (url: string) => ({
      versions: ['v1.1', 'v1.0'].map((id) => ({
        id,
        status: 'DEPRECATED',
        links: [{ rel: 'self', href: `${url}/v1/` }],
      })),
    });

    test.each(['/', '/foo', '/v3/images', '/images', '/images/detail', '/v2/images'])(
      'is the answer 300 to %s, whatever the method',
      async (path) => {
        for (const method of ['GET', 'POST', 'DELETE']) {
          const answer = await v1(gateway, method, path);
          expect([answer.status, answer.json()]).toEqual([300, versions(gateway.url)]);
          expect(answer.headers['X-Openstack-Request-Id']).toBeUndefined();
        }
      },
    );

    test.each(['/versions', '/versions/', '/versions/anything'])('is the answer 200 to %s', async (path) => {
      const answer = await v1(gateway, 'GET', path);
      expect([answer.status, answer.json()]).toEqual([200, versions(gateway.url)]);
    });

    test('names the host that the client named', async () => {
      const answer = await v1(gateway, 'GET', '/versions', { host: 'images.example.org' });
      expect(answer.json()).toEqual(versions('http://images.example.org'));
    });
  });

  test.each(['/v1', '/v1.0', '/v1.1'])('%s leads to /v1/ (C2.2)', async (path) => {
    const answer = await v1(gateway, 'GET', path);
    expect([answer.status, answer.headers.Location]).toEqual([302, `${gateway.url}/v1/`]);
  });

  test.each(['/v1/', '/v1.0/images', '/v1//images', '//v1/images?', '/v1/%69mages', '/v1/images%2fdetail'])(
    '%s is a list, of no image exactly 14 bytes (C0.6)',
    async (path) => {
      const answer = await v1(gateway, 'GET', path);
      expect([answer.status, answer.text]).toEqual([200, '{"images": []}']);
      expect(answer.headers['Content-Type']).toBe('application/json');
    },
  );

  test('the version may stand in Accept, and the path is then without (C2.1)', async () => {
    const accept = 'application/vnd.openstack.images-v1';
    expect((await v1(gateway, 'GET', '/images', { accept })).text).toBe('{"images": []}');
    expect((await v1(gateway, 'GET', '/v1/images', { accept })).status).toBe(404);
    expect((await v1(gateway, 'GET', '/v1/images', { accept: `${accept}; q=1` })).status).toBe(300);
  });

  describe('methods and paths that are not there (C4)', () => {
    test.each([
      ['DELETE', '/v1/images', 405, 'GET, POST'],
      ['POST', '/v1/images/detail', 405, 'GET, HEAD'],
      ['HEAD', '/v1/images/detail', 405, 'GET'],
      ['PATCH', '/v1/images/x', 405, 'GET, HEAD, PUT, DELETE'],
      ['POST', '/v1/images/x/members', 405, 'GET, PUT'],
      ['GET', '/v1/images/x/members/y', 405, undefined],
      ['GET', '/v1/images/', 404, undefined],
      ['GET', '/v1/foo', 404, undefined],
      ['PROPFIND', '/v1/foo', 501, undefined],
      ['PROPFIND', '/v1/images', 405, 'GET, POST'],
    ])('%s %s is answered %i, Allow: %s', async (method, path, status, allow) => {
      const answer = await v1(gateway, method, path);
      expect([answer.status, answer.headers.Allow]).toEqual([status, allow]);
    });

    test('any method on /v1/ and on /v1/shared-images/{member} is the listing (C3)', async () => {
      expect((await v1(gateway, 'DELETE', '/v1/')).text).toBe('{"images": []}');
      expect((await v1(gateway, 'PUT', '/v1/shared-images/t')).text).toBe('{"shared_images": []}');
    });

    test('OPTIONS is answered by nothing, anywhere (C4.4)', async () => {
      const answer = await v1(gateway, 'OPTIONS', '/v1/images');
      expect([answer.status, answer.text, answer.headers['Content-Length']]).toEqual([200, '', '0']);
    });

    test('HEAD of the health check has no content and no content type', async () => {
      for (const accept of [{}, { accept: 'application/json' }] as Record<string, string>[]) {
        const answer = await v1(gateway, 'HEAD', '/healthcheck', accept);
        expect([answer.status, answer.headers['content-type']]).toEqual([204, undefined]);
      }
    });

    test('names of other faces are not negotiated', async () => {
      expect((await v1(gateway, 'PUT', '/graphql/x')).status).toBe(404);
    });
  });

  test('what is no UTF-8 in an address is answered with 400 (C1.9)', async () => {
    for (const path of ['/v1/images?name=%ff', '/v1/images/%ff']) {
      const answer = await v1(gateway, 'GET', path);
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('Error decoding your request.');
    }
  });
});

onSqlite('version 1 behind a proxy', (start) => {
  const forwarded = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'img.example.org',
    'x-forwarded-prefix': '/image',
  };

  test('answers with the URL that the proxy tells, if told to believe it', async () => {
    const believing = await start({ ENABLE_PROXY_HEADERS_PARSING: 'true' });
    const answer = await v1(believing, 'GET', '/v1', forwarded);
    expect(answer.headers.Location).toBe('https://img.example.org/image/v1/');
  });

  test('takes no notice of it otherwise, and shows PUBLIC_ENDPOINT in the list of versions only', async () => {
    const gateway = await start({ PUBLIC_ENDPOINT: 'https://img.example.org:9292/glance' });
    expect((await v1(gateway, 'GET', '/v1', forwarded)).headers.Location).toBe(`${gateway.url}/v1/`);
    const [newest] = (await v1(gateway, 'GET', '/versions')).json().versions;
    expect(newest.links[0].href).toBe('https://img.example.org:9292/glance/v1/');
  });
});

onSqlite('version 1 for pages on CORS_ORIGINS', (start) => {
  const origin = 'https://console.example.org';
  let gateway: TestGateway;
  let without: TestGateway;
  beforeAll(async () => {
    [gateway, without] = [await start({ CORS_ORIGINS: origin }), await start()];
  });

  test('answers their preflights and lets them read and write', async () => {
    const asks = { origin, 'access-control-request-method': 'PUT' };
    const preflight = await v1(gateway, 'OPTIONS', '/v1/images/x', asks);
    const written = await v1(gateway, 'POST', '/v1/images', { origin });
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, origin]);
    expect([written.status, written.headers['access-control-allow-origin']]).toEqual([201, origin]);
  });

  test.each([
    '/',
    '/v1/images',
    '/v1/images/x',
    '/versions',
    '/graphql',
    '/data/x',
    '/healthcheck',
    '/ready',
  ])('answers OPTIONS %s of a load balancer as it does without them', async (path) => {
    const asPages = { origin, 'access-control-request-method': 'PUT' };
    const asked = [
      {},
      { origin },
      { 'access-control-request-method': 'PUT' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of asked as Record<string, string>[]) {
      const answers = await Promise.all([gateway, without].map((each) => v1(each, 'OPTIONS', path, headers)));
      expect(answers.map(({ status, text }) => [status, text])).toEqual([
        [200, ''],
        [200, ''],
      ]);
      expect(Object.keys(answers[0].headers)).toEqual(Object.keys(answers[1].headers));
    }
    expect((await v1(gateway, 'OPTIONS', path, asPages)).status).toBe(204);
  });

  test('refuses pages on others what changes images', async () => {
    const answer = await v1(gateway, 'POST', '/v1/images', { origin: 'https://elsewhere.example.org' });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([403, undefined]);
  });
});
