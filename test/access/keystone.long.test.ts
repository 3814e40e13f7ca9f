import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tokenCache } from '../../src/identity/token-cache.js';
import { readConfig } from '../../src/config/read-config.js';
import { createActiveImage, createImage, graphql, putData, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { CHANGES, subscribeTo } from '../support/live.js';
import { stateOf } from '../support/image-state.js';
import { answers, breaksOff, hangs, interpose, type Interposed } from '../support/interposed.js';
import { hasKeystone, passwordOf, startKeystone, type Keystone } from '../support/keystone-server.js';
import { eventually } from '../support/poll.js';
import { rawRequest } from '../support/raw-request.js';
import { v1 } from '../support/v1-client.js';
import { graphqlRequest, httpRequest } from './http-request.js';

const VIEWER = gql('{ viewer { user tenant roles isAdmin readOnly } }');
const asked = (between: Interposed) =>
  between.requests.filter((each) => each === 'GET /v3/auth/tokens').length;
const logins = (between: Interposed) =>
  between.requests.filter((each) => each === 'POST /v3/auth/tokens').length;

describe.skipIf(!hasKeystone)('under AUTH=keystone', () => {
  let keystone: Keystone;
  let between: Interposed;
  let account: Record<string, string>;
  const token: Record<string, string> = {};

  beforeAll(async () => {
    keystone = await startKeystone();
    between = await interpose(keystone.url);
    account = {
      AUTH: 'keystone',
      KEYSTONE_AUTH_URL: between.url,
      KEYSTONE_USERNAME: 'gateway',
      KEYSTONE_PASSWORD: passwordOf('gateway'),
    };
    token.alice = await keystone.token({ user: 'alice', project: 'demo' });
    token.bob = await keystone.token({ user: 'bob', project: 'other' });
    token.root = await keystone.token({ user: 'root', project: 'demo' });
    token.nowhere = await keystone.token({ user: 'alice' });
    const { body } = await keystone.request('GET', '/roles?name=admin');
    const asAdmin = `users/${keystone.users.alice}/roles/${body.roles[0].id}`;
    await keystone.request('PUT', `/domains/default/${asAdmin}`);
    await keystone.request('PUT', `/system/${asAdmin}`);
    token.domain = await keystone.token({ user: 'alice', of: 'domain' });
    token.system = await keystone.token({ user: 'alice', of: 'system' });
  }, 120_000);
  afterAll(async () => {
    await between?.stop();
    await keystone?.stop();
  });
  beforeEach(() => between.reset());

  onSqlite('a caller', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start({
        ...account,
        MAX_HEADER_LINE: '0',
        KEYSTONE_WWW_AUTHENTICATE_URI: 'https://keystone.example.org/v3',
      });
    });

    test('has the identity that Keystone reports for the token', async () => {
      expect((await run(gateway, VIEWER, {}, { 'x-auth-token': token.alice })).viewer).toEqual({
        user: keystone.users.alice,
        tenant: keystone.projects.demo,
        roles: expect.arrayContaining(['member', 'reader']),
        isAdmin: false,
        readOnly: false,
      });
      const { viewer } = await run(gateway, VIEWER, {}, { 'x-auth-token': token.root });
      expect(viewer).toMatchObject({ user: keystone.users.root, isAdmin: true });
    });

    test('with a token without a scope is refused', async () => {
      const { status, json } = await graphqlRequest(gateway, VIEWER, [['x-auth-token', token.nowhere]]);
      expect([status, json.errors![0].extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
      const old = await v1(gateway, 'GET', '/v1/images', { 'x-auth-token': token.nowhere });
      expect(old.status).toBe(401);
    });

    test.each(['domain', 'system'] as const)(
      'who administers only the %s does not administer images',
      async (of) => {
        const secret = await createImage(gateway, {}, { 'x-auth-token': token.alice });
        const headers = { 'x-auth-token': token[of] };
        const query = gql(
          'query ($secret: ID!) { viewer { tenant roles isAdmin } image(id: $secret) { id } }',
        );
        expect(await run(gateway, query, { secret }, headers)).toEqual({
          viewer: { tenant: null, roles: [], isAdmin: false },
          image: null,
        });
        expect((await v1(gateway, 'GET', `/v1/images/${secret}`, headers)).status).toBe(404);
        expect((await v1(gateway, 'DELETE', `/v1/images/${secret}`, headers)).status).toBe(404);
        const publish = gql('mutation { createImage(input: { visibility: PUBLIC }) { id } }');
        expect((await graphql(gateway, publish, {}, headers)).errors?.[0].extensions.code).toBe('FORBIDDEN');
      },
    );

    test('with KEYSTONE_SYSTEM_ADMIN an administrator of the system administers images, one of a domain does not', async () => {
      const opted = await start({ ...account, KEYSTONE_SYSTEM_ADMIN: 'true' });
      const isAdmin = async (name: string) =>
        (await run(opted, VIEWER, {}, { 'x-auth-token': token[name] })).viewer.isAdmin;
      expect([await isAdmin('system'), await isAdmin('domain'), await isAdmin('alice')]).toEqual([
        true,
        false,
        false,
      ]);
      expect(await isAdmin('root')).toBe(true);
    });

    test('may send the token in Authorization: Bearer', async () => {
      const headers = { authorization: `Bearer ${token.bob}` };
      expect((await run(gateway, VIEWER, {}, headers)).viewer.tenant).toBe(keystone.projects.other);
      const id = await createActiveImage(gateway, 'hello', {}, headers);
      expect(await (await fetch(`${gateway.url}/data/${id}`, { headers })).text()).toBe('hello');
    });

    test('sees the images of its project; an administrator sees all', async () => {
      const id = await createImage(gateway, {}, { 'x-auth-token': token.alice });
      const find = async (who: string) =>
        (
          await run(
            gateway,
            gql('query ($id: ID!) { image(id: $id) { owner } }'),
            { id },
            { 'x-auth-token': token[who] },
          )
        ).image;
      expect(await find('alice')).toEqual({ owner: keystone.projects.demo });
      expect(await find('root')).toEqual({ owner: keystone.projects.demo });
      expect(await find('bob')).toBeNull();
      expect(await find('domain')).toBeNull();
    });

    test.each<[string, () => [string, string][]]>([
      ['no token', () => []],
      ['an empty token', () => [['x-auth-token', '']]],
      ['a token made up', () => [['x-auth-token', 'gAAAAAB-made-up']]],
      ['a token cut short', () => [['x-auth-token', token.alice.slice(0, -5)]]],
      ['a token changed', () => [['x-auth-token', `${token.alice.slice(0, 50)}X${token.alice.slice(51)}`]]],
      ['a token with text behind it', () => [['x-auth-token', `${token.alice} x`]]],
      ['a token that is no ASCII', () => [['x-auth-token', 'caf\u00e9']]],
      ['a token of 20,000 characters', () => [['x-auth-token', 'a'.repeat(20_000)]]],
      [
        'the token twice',
        () => [
          ['x-auth-token', token.alice],
          ['X-Auth-Token', token.alice],
        ],
      ],
      [
        'two tokens by different roads',
        () => [
          ['x-auth-token', token.alice],
          ['authorization', `Bearer ${token.root}`],
        ],
      ],
      [
        'a password',
        () => [['authorization', `Basic ${Buffer.from('alice:alice-password').toString('base64')}`]],
      ],
      [
        'identity headers, which only a proxy may send',
        () => [
          ['x-identity-status', 'Confirmed'],
          ['x-user-id', 'u'],
          ['x-tenant-id', 't'],
          ['x-roles', 'admin'],
        ],
      ],
    ])('with %s is refused, and the answer names Keystone (C20.2)', async (_, headers) => {
      const { status, headers: answer, json } = await graphqlRequest(gateway, VIEWER, headers());
      expect(status).toBe(401);
      expect(answer['www-authenticate']).toBe("Keystone uri='https://keystone.example.org/v3'");
      expect(json.errors![0].extensions.code).toBe('UNAUTHENTICATED');
      const data = await httpRequest(`${gateway.url}/data/x`, 'GET', headers());
      expect([data.status, data.headers['www-authenticate']]).toEqual([
        401,
        "Keystone uri='https://keystone.example.org/v3'",
      ]);
    });

    test('without a tenant shares nothing, and gets a 401 that names Keystone (C18)', async () => {
      const id = await createImage(gateway, {}, { 'x-auth-token': token.root });
      for (const path of ['members/m', 'members']) {
        const { status, headers } = await v1(
          gateway,
          'PUT',
          `/v1/images/${id}/${path}`,
          { 'x-auth-token': token.domain },
          '{"memberships": []}',
        );
        expect([status, headers['WWW-Authenticate']]).toEqual([
          401,
          "Keystone uri='https://keystone.example.org/v3'",
        ]);
      }
      const unknown = await v1(gateway, 'GET', '/v1/images', { 'x-auth-token': 'made-up' });
      expect([
        unknown.status,
        unknown.headers['WWW-Authenticate'],
        unknown.headers['X-Openstack-Request-Id'],
      ]).toEqual([401, "Keystone uri='https://keystone.example.org/v3'", undefined]);
    });

    test('with a token larger than the limit of all headers is refused before Keystone is asked', async () => {
      const { status } = await httpRequest(`${gateway.url}/data/x`, 'GET', [
        ['x-auth-token', 'a'.repeat(70_000)],
      ]);
      expect([status, between.requests]).toEqual([400, []]);
    });

    test('cannot add to the token by identity headers', async () => {
      const headers = {
        'x-auth-token': token.bob,
        'x-identity-status': 'Confirmed',
        'x-roles': 'admin',
        'x-tenant-id': 't',
      };
      expect((await run(gateway, VIEWER, {}, headers)).viewer).toMatchObject({
        tenant: keystone.projects.other,
        isAdmin: false,
      });
    });

    test('without a good token is anonymous with ALLOW_ANONYMOUS_ACCESS (C20.2)', async () => {
      const open = await start({ ...account, ALLOW_ANONYMOUS_ACCESS: 'true' });
      for (const headers of [{}, { 'x-auth-token': 'made-up' }] as Record<string, string>[]) {
        expect((await run(open, VIEWER, {}, headers)).viewer).toMatchObject({
          readOnly: true,
          isAdmin: false,
        });
      }
      expect((await run(open, VIEWER, {}, { 'x-auth-token': token.bob })).viewer.readOnly).toBe(false);
      between.conduct = answers(500, '{}');
      expect((await graphqlRequest(open, VIEWER, [['x-auth-token', 'another']])).status).toBe(503);
    });
  });

  onSqlite('Keystone', (start) => {
    test('is asked once for many requests with one token, at once and later', async () => {
      const gateway = await start(account);
      const ask = () => run(gateway, VIEWER, {}, { 'x-auth-token': token.alice });
      await Promise.all(Array.from({ length: 20 }, ask));
      await ask();
      expect([logins(between), asked(between)]).toEqual([1, 1]);
      await run(gateway, VIEWER, {}, { 'x-auth-token': token.bob });
      expect([logins(between), asked(between)]).toEqual([1, 2]);
    });

    test(
      'is asked once for each of 1,000 tokens that come at once, over a few connections',
      { timeout: 90_000 },
      async () => {
        const gateway = await start({ ...account, KEYSTONE_HTTP_CONNECT_TIMEOUT: '60' });
        let [present, most] = [0, 0];
        // Answers as Keystone does, without the time that Keystone takes for so many tokens.
        between.conduct = (request, response) => {
          const user = { id: String(request.headers['x-subject-token'] ?? 'gateway') };
          present += 1;
          most = Math.max(most, present);
          setImmediate(() => {
            present -= 1;
            const token = { user, project: { id: 'p' }, expires_at: '2099-01-01T00:00:00Z' };
            const status = request.method === 'GET' ? 200 : 201;
            response.writeHead(status, { 'x-subject-token': 'own' }).end(JSON.stringify({ token }));
          });
        };
        const statuses = async (length: number) => {
          const tokens = Array.from({ length }, (_, n) => ({ 'x-auth-token': `token-${n}` }));
          const answers = await Promise.all(
            tokens.map((headers) => fetch(`${gateway.url}/data/unknown`, { headers })),
          );
          return new Set(answers.map(({ status }) => status));
        };
        expect([await statuses(1000), await statuses(100)]).toEqual([new Set([404]), new Set([404])]);
        expect([logins(between), asked(between)]).toEqual([1, 1000]);
        expect(most).toBeLessThanOrEqual(16);
      },
    );

    test('is not asked again within a short time about an unknown token', async () => {
      const gateway = await start(account);
      for (let n = 0; n < 5; n++)
        expect((await graphqlRequest(gateway, VIEWER, [['x-auth-token', 'made-up']])).status).toBe(401);
      expect(asked(between)).toBe(1);
    });

    test('is asked each time with KEYSTONE_TOKEN_CACHE_TIME=0, so that a revoked token ends at once', async () => {
      const gateway = await start({ ...account, KEYSTONE_TOKEN_CACHE_TIME: '0' });
      const brief = await keystone.token({ user: 'alice', project: 'demo' });
      const status = async () => (await graphqlRequest(gateway, VIEWER, [['x-auth-token', brief]])).status;
      expect([await status(), await status(), asked(between)]).toEqual([200, 200, 2]);
      const revoked = await fetch(`${keystone.url}/v3/auth/tokens`, {
        method: 'DELETE',
        headers: { 'x-auth-token': brief, 'x-subject-token': brief },
      });
      expect([revoked.status, await status()]).toEqual([204, 401]);
    });

    test('ends subscriptions within a minute after the token is revoked, whatever it remembers', async () => {
      const gateway = await start({ ...account, KEYSTONE_TOKEN_CACHE_TIME: '3600' });
      const brief = await keystone.token({ user: 'alice', project: 'demo' });
      const headers = { 'x-auth-token': brief };
      const socket = subscribeTo(gateway, CHANGES, { parameters: headers });
      const events = subscribeTo(gateway, CHANGES, { headers, transport: 'sse' });
      const hasBegun = ({ msg }: Record<string, unknown>) => msg === 'a subscription has begun';
      await eventually(() => gateway.log.filter(hasBegun).length === 2);
      await fetch(`${keystone.url}/v3/auth/tokens`, {
        method: 'DELETE',
        headers: { 'x-auth-token': brief, 'x-subject-token': brief },
      });
      await eventually(() => socket.closeCode !== undefined && events.isComplete, Boolean, 60);
      expect([socket.closeCode, events.errors[0].extensions.code]).toEqual([4401, 'UNAUTHENTICATED']);
    }, 80_000);

    test('takes an application credential for the account of the gateway', async () => {
      const own = await keystone.token({ user: 'gateway', project: 'service' });
      const { body } = await keystone.request(
        'POST',
        `/users/${keystone.users.gateway}/application_credentials`,
        { application_credential: { name: 'gateway', secret: 'a-secret' } },
        own,
      );
      const gateway = await start({
        AUTH: 'keystone',
        KEYSTONE_AUTH_URL: `${between.url}/v3/`,
        KEYSTONE_APPLICATION_CREDENTIAL_ID: body.application_credential.id,
        KEYSTONE_APPLICATION_CREDENTIAL_SECRET: 'a-secret',
      });
      expect((await run(gateway, VIEWER, {}, { 'x-auth-token': token.alice })).viewer.user).toBe(
        keystone.users.alice,
      );
    });

    test.each<[string, () => Record<string, string>]>([
      ['has another password', () => ({ KEYSTONE_PASSWORD: 'wrong' })],
      ['is in no such project', () => ({ KEYSTONE_PROJECT_NAME: 'nowhere' })],
      [
        'may not validate tokens',
        () => ({
          KEYSTONE_USERNAME: 'bob',
          KEYSTONE_PASSWORD: passwordOf('bob'),
          KEYSTONE_PROJECT_NAME: 'other',
        }),
      ],
    ])('authenticates no caller while the account of the gateway %s', async (_, options) => {
      const gateway = await start({ ...account, ...options() });
      for (let n = 0; n < 3; n++) {
        const { status, json, headers } = await graphqlRequest(gateway, VIEWER, [
          ['x-auth-token', token.alice],
        ]);
        expect([status, json.errors![0].extensions.code]).toEqual([503, 'IDENTITY_UNAVAILABLE']);
        expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      }
      expect(logins(between)).toBe(1);
      expect(gateway.log.some(({ level, msg }) => level === 40 && String(msg).startsWith('Keystone '))).toBe(
        true,
      );
    });

    describe('that fails', () => {
      let gateway: TestGateway;
      beforeAll(async () => {
        between.conduct = 'pass';
        gateway = await start(account);
        await run(gateway, VIEWER, {}, { 'x-auth-token': token.alice });
      });

      const requireClosed = async (closed: TestGateway, unknown: string) => {
        const { status, json, headers } = await graphqlRequest(closed, VIEWER, [['x-auth-token', unknown]]);
        expect([status, json.errors![0].extensions.code]).toEqual([503, 'IDENTITY_UNAVAILABLE']);
        expect(Number(headers['retry-after'])).toBeGreaterThan(0);
        const byV1 = await v1(closed, 'GET', '/v1/images', { 'x-auth-token': unknown });
        expect([byV1.status, Number(byV1.headers['Retry-After']) > 0]).toEqual([503, true]);
        const known = await run(closed, VIEWER, {}, { 'x-auth-token': token.alice });
        expect(known.viewer.user).toBe(keystone.users.alice);
      };

      test.each([
        ['breaks off', breaksOff],
        ['answers 500', answers(500, '{"error": {}}')],
        ['answers 503 in HTML', answers(503, '<html>')],
        ['sends elsewhere', answers(302, '', { location: 'http://127.0.0.1:1/' })],
        ['answers with no JSON', answers(200, 'token')],
        ['answers with other JSON', answers(200, '[1]')],
        ['answers with null', answers(200, 'null')],
        ['answers with a token of nobody', answers(200, '{"token": {"expires_at": "2099-01-01T00:00:00Z"}}')],
        ['answers with a token without an end', answers(200, '{"token": {"user": {"id": "u"}}}')],
        [
          'answers with roles that are none',
          answers(
            200,
            '{"token": {"user": {"id": "u"}, "expires_at": "2099-01-01T00:00:00Z", "roles": [5]}}',
          ),
        ],
        ['answers without end', answers(200, `"${'x'.repeat(2_000_000)}"`)],
      ])('authenticates no new caller while it %s; known callers continue', async (_, conduct) => {
        between.conduct = conduct;
        await requireClosed(gateway, 'new');
      });

      test('authenticates no new caller while it never answers; known callers continue', async () => {
        const hasty = await start({ ...account, KEYSTONE_HTTP_CONNECT_TIMEOUT: '1' });
        // A Keystone that is itself slow to answer may need several tries.
        await eventually(
          async () => (await graphqlRequest(hasty, VIEWER, [['x-auth-token', token.alice]])).status === 200,
        );
        between.conduct = hangs;
        await requireClosed(hasty, 'new');
      });

      test('authenticates callers again when it works again; no log has a token', async () => {
        const { viewer } = await run(gateway, VIEWER, {}, { 'x-auth-token': token.bob });
        expect(viewer.user).toBe(keystone.users.bob);
        const lines = JSON.stringify(gateway.log);
        expect(lines).toContain('Keystone ');
        for (const secret of [...Object.values(token), passwordOf('gateway')])
          expect(lines).not.toContain(secret);
      });
    });

    test('that ended tokens early gets a new login', async () => {
      const gateway = await start({ ...account, KEYSTONE_TOKEN_CACHE_TIME: '0' });
      let refused = 0;
      await run(gateway, VIEWER, {}, { 'x-auth-token': token.alice });
      between.conduct = (incoming, response) => {
        refused += 1;
        between.conduct = 'pass';
        response.writeHead(401).end('{}');
        incoming.resume();
      };
      expect((await run(gateway, VIEWER, {}, { 'x-auth-token': token.alice })).viewer.user).toBeTruthy();
      expect([refused, logins(between)]).toEqual([1, 2]);
    });

    test.each<[string, object, number, object?]>([
      ['bound to a certificate', { oauth2_credential: { 'x5t#S256': 'A' } }, 401],
      ['whose project is null', { project: null }, 401],
      ['whose project has no id', { project: {} }, 401],
      ['for a system that is not the whole one', { project: undefined, system: { all: false } }, 401],
      ['for a project', {}, 200, { tenant: 'p', isAdmin: true }],
      ['for a domain', { project: undefined, domain: { id: 'd' } }, 200, { tenant: null, isAdmin: false }],
      ['for a project that is a domain', { is_domain: true }, 200, { tenant: null, isAdmin: false }],
      [
        'for the whole system',
        { project: null, system: { all: true } },
        200,
        { tenant: null, isAdmin: false },
      ],
    ])('gives a token %s the right answer', async (name, others, status, viewer) => {
      const described = {
        ...{ user: { id: 'u' }, project: { id: 'p' }, roles: [{ name: 'admin' }] },
        ...{ expires_at: '2099-01-01T00:00:00Z', ...others },
      };
      const gateway = await start(account);
      await run(gateway, VIEWER, {}, { 'x-auth-token': token.alice });
      between.conduct = answers(200, JSON.stringify({ token: described }));
      const answer = await graphqlRequest(gateway, VIEWER, [['x-auth-token', name.replaceAll(' ', '-')]]);
      expect(answer.status).toBe(status);
      if (viewer) expect(answer.json.data!.viewer).toMatchObject(viewer);
    });

    test('refuses a token that is restricted to certain requests', async () => {
      const restricted = {
        token: {
          user: { id: 'u' },
          project: { id: 'p' },
          roles: [{ name: 'admin' }],
          expires_at: '2099-01-01T00:00:00Z',
          application_credential: {
            id: 'a',
            access_rules: [{ method: 'GET', path: '/v2/images', service: 'image' }],
          },
        },
      };
      const gateway = await start(account);
      await run(gateway, VIEWER, {}, { 'x-auth-token': token.alice });
      between.conduct = answers(200, JSON.stringify(restricted));
      expect((await graphqlRequest(gateway, VIEWER, [['x-auth-token', 'restricted']])).status).toBe(401);
    });
  });

  onSqlite('a token that is valid for a few seconds', (start) => {
    beforeAll(() => keystone.setExpiration(6));
    afterAll(() => keystone.setExpiration(3600));

    test('expires during an upload without ending it, and the gateway renews its own token in time', async () => {
      const gateway = await start(account);
      const watcher = await start();
      // The gateway logs in, so that its own token is the first to end.
      await graphqlRequest(gateway, VIEWER, [['x-auth-token', 'made-up']]);
      const brief = await keystone.token({ user: 'alice', project: 'demo' });
      const headers = { 'x-auth-token': brief };
      const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' }, headers);
      const upload = await rawRequest(gateway.url, 'PUT', `/data/${id}`, {
        ...headers,
        'content-length': 10,
      });
      await upload.send('01234');
      await eventually(
        async () => (await stateOf(watcher, id)).status,
        (status) => status === 'saving',
      );
      await eventually(
        async () => (await graphqlRequest(gateway, VIEWER, [['x-auth-token', brief]])).status === 401,
      );
      await upload.send('56789');
      expect((await upload.answer()).status).toBe(200);
      expect(await stateOf(watcher, id)).toMatchObject({ status: 'active', size: 10 });
      expect((await putData(gateway, id, 'x', headers)).status).toBe(401);

      const fresh = await keystone.token({ user: 'bob', project: 'other' });
      await run(gateway, VIEWER, {}, { 'x-auth-token': fresh });
      expect(logins(between)).toBe(2);
      expect(gateway.log.filter(({ level }) => Number(level) >= 40)).toEqual([]);
    });
  });
});

describe('the token cache', () => {
  test('holds 10,000 tokens, and forgets the least recently used one first', async () => {
    let validations = 0;
    const caller = { user: 'u', tenant: null, roles: [], isAdmin: false, readOnly: false, owner: null };
    const callerOf = tokenCache(
      async () => {
        validations += 1;
        return { caller, expiresAt: Date.now() + 60_000 };
      },
      { cacheSeconds: 60 },
    );
    for (let n = 0; n <= 10_000; n++) await callerOf(`token-${n}`);
    expect(validations).toBe(10_001);
    await callerOf('token-1');
    expect(validations).toBe(10_001);
    await callerOf('token-0');
    expect(validations).toBe(10_002);
  });
});

describe('AUTH=keystone refuses to start', () => {
  test.each([
    [{}, 'KEYSTONE_AUTH_URL'],
    [{ KEYSTONE_AUTH_URL: 'http://k' }, 'KEYSTONE_USERNAME'],
    [{ KEYSTONE_AUTH_URL: 'http://k', KEYSTONE_USERNAME: 'u' }, 'KEYSTONE_PASSWORD'],
    [
      { KEYSTONE_AUTH_URL: 'http://k', KEYSTONE_APPLICATION_CREDENTIAL_ID: 'a' },
      'KEYSTONE_APPLICATION_CREDENTIAL_SECRET',
    ],
    [{ KEYSTONE_AUTH_URL: 'keystone' }, 'KEYSTONE_AUTH_URL=keystone'],
  ])('with %j: %s', (options, name) => {
    expect(() => readConfig({ AUTH: 'keystone', ...options })).toThrow(name);
  });
});
