import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createActiveImage } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { answers, breaksOff, hangs, interpose, type Interposed } from '../support/interposed.js';
import { CHANGES, subscribeTo } from '../support/live.js';
import { hasKeystone, passwordOf, startKeystone, type Keystone } from '../support/keystone-server.js';
import { codeOf, FACTOR } from '../support/second-factor.js';
import { eventually } from '../support/poll.js';
import { Visitor, type Answer } from './visitor.js';

const VIEWER = { query: '{ viewer { user tenant roles } }' };
const ALICE = { user: 'alice', domain: 'Default', password: passwordOf('alice') };
const statusAndCode = ({ status, json }: Answer) => [status, json.code];

describe.skipIf(!hasKeystone)('the login of the console at Keystone', () => {
  let keystone: Keystone;
  let between: Interposed;
  let options: Record<string, string>;

  beforeAll(async () => {
    keystone = await startKeystone();
    between = await interpose(keystone.url);
    options = {
      AUTH: 'keystone',
      KEYSTONE_AUTH_URL: between.url,
      KEYSTONE_USERNAME: 'gateway',
      KEYSTONE_PASSWORD: passwordOf('gateway'),
      KEYSTONE_HTTP_CONNECT_TIMEOUT: '2',
    };
    // Alice has three projects, and Nobody none.
    await keystone.request('PUT', await roleOf('alice', 'other', 'reader'));
    await makeUser('nobody', {});
    await makeUser('off', { enabled: false });
    await makeUser('late', {});
    await keystone.expirePassword('late');
    await makeUser('careful', {
      options: { multi_factor_auth_enabled: true, multi_factor_auth_rules: [['password', 'totp']] },
    });
    await keystone.request('PUT', await roleOf('careful', 'demo', 'member'));
    await keystone.request('POST', '/credentials', {
      credential: { type: 'totp', blob: FACTOR.base32, user_id: keystone.users.careful },
    });
  }, 120_000);
  afterAll(async () => {
    await between?.stop();
    await keystone?.stop();
  });
  beforeEach(() => between.reset());

  async function makeUser(name: string, others: object): Promise<void> {
    const user = { name, password: passwordOf(name), domain_id: 'default', ...others };
    const { body } = await keystone.request('POST', '/users', { user });
    keystone.users[name] = body.user.id;
  }

  async function roleOf(user: string, project: string, role: string): Promise<string> {
    const { body } = await keystone.request('GET', `/roles?name=${role}`);
    return `/projects/${keystone.projects[project]}/users/${keystone.users[user]}/roles/${body.roles[0].id}`;
  }

  onSqlite('somebody', (start) => {
    let gateway: TestGateway;
    let visitor: Visitor;
    beforeEach(async () => {
      // Each gateway has counts of its own.
      gateway = await start(options);
      visitor = new Visitor(gateway.url);
    });
    const logIn = (body: object, who = visitor) => who.fetch('POST', '/console/session', { body });

    test('logs in with a password, and is told nothing that a script could carry away', async () => {
      expect(statusAndCode(await visitor.fetch('GET', '/console/session'))).toEqual([401, 'UNAUTHENTICATED']);
      const answer = await logIn({ ...ALICE, project: 'demo' });
      const alice = {
        user: keystone.users.alice,
        userName: 'alice',
        project: { id: keystone.projects.demo, name: 'demo', domain: 'Default' },
        roles: expect.arrayContaining(['member', 'reader']),
        expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
        isRefreshable: false,
        key: expect.stringMatching(/^[\w-]{43}$/),
      };
      expect([answer.status, answer.json]).toEqual([200, alice]);
      expect(answer.headers['cache-control']).toBe('no-store');
      const [cookie] = visitor.setCookies;
      expect(cookie).toMatch(/^console=1\.[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/);
      const seconds = Number(/Max-Age=(\d+)/.exec(cookie)![1]);
      expect(Math.abs(Date.now() + seconds * 1000 - Date.parse(String(answer.json.expiresAt)))).toBeLessThan(
        5000,
      );
      expect(answer.text + cookie).not.toMatch(/gAAAA/);
      expect((await visitor.fetch('GET', '/console/session')).json).toEqual(alice);
      const { json } = await visitor.fetch('POST', '/graphql', { body: VIEWER });
      expect(json.data).toMatchObject({
        viewer: { user: keystone.users.alice, tenant: keystone.projects.demo },
      });
    });

    test('without a project gets the first one by name, and Keystone’s default where there is one', async () => {
      expect((await logIn(ALICE)).json.project).toMatchObject({ name: 'demo' });
      const body = { user: { default_project_id: keystone.projects.other } };
      await keystone.request('PATCH', `/users/${keystone.users.alice}`, body);
      expect((await logIn(ALICE)).json.project).toMatchObject({ name: 'other' });
      await keystone.request('PATCH', `/users/${keystone.users.alice}`, {
        user: { default_project_id: null },
      });
    });

    test.each<[string, object, unknown[]]>([
      ['a wrong password', { ...ALICE, password: 'wrong' }, [401, 'LOGIN_FAILED']],
      ['an unknown name', { ...ALICE, user: 'alicia' }, [401, 'LOGIN_FAILED']],
      ['an unknown domain', { ...ALICE, domain: 'nowhere' }, [401, 'LOGIN_FAILED']],
      ['a disabled account', { ...ALICE, user: 'off', password: passwordOf('off') }, [401, 'LOGIN_FAILED']],
      [
        'an expired password',
        { ...ALICE, user: 'late', password: passwordOf('late') },
        [401, 'PASSWORD_EXPIRED'],
      ],
      ['a wrong one that has expired', { ...ALICE, user: 'late', password: 'no' }, [401, 'LOGIN_FAILED']],
      ['no project', { ...ALICE, user: 'nobody', password: passwordOf('nobody') }, [403, 'NO_PROJECT']],
      ['an unknown project', { ...ALICE, project: 'nowhere' }, [403, 'PROJECT_REFUSED']],
      ['a project of others', { ...ALICE, project: 'service' }, [403, 'PROJECT_REFUSED']],
      [
        'a wrong password and project',
        { ...ALICE, password: 'x', project: 'service' },
        [401, 'LOGIN_FAILED'],
      ],
      [
        'an unknown credential',
        { applicationCredentialId: 'x', applicationCredentialSecret: 'y' },
        [401, 'LOGIN_FAILED'],
      ],
      ['a code before its password', { passcode: '123456' }, [400, 'LOGIN_EXPIRED']],
      ['no password', { user: 'alice' }, [400, 'BAD_USER_INPUT']],
      ['a field of another form', { ...ALICE, passcode: '1' }, [400, 'BAD_USER_INPUT']],
      ['a password that is a number', { ...ALICE, password: 5 }, [400, 'BAD_USER_INPUT']],
      ['a very long name', { ...ALICE, user: 'a'.repeat(256) }, [400, 'BAD_USER_INPUT']],
      ['an unknown field', { ...ALICE, admin: 'true' }, [400, 'BAD_USER_INPUT']],
      ['a list', [ALICE], [400, 'BAD_USER_INPUT']],
      ['a large body', { ...ALICE, password: 'a'.repeat(20_000) }, [413, 'BODY_TOO_LARGE']],
    ])('is refused for %s, and gets no cookie', async (_, body, expected) => {
      const answer = await logIn(body);
      expect(statusAndCode(answer)).toEqual(expected);
      expect(visitor.setCookies).toEqual([]);
      expect(answer.text).not.toMatch(/-password|[a-f0-9]{32}/);
    });

    test('logs in with an application credential, by its id and by its name', async () => {
      const token = await keystone.token({ user: 'alice', project: 'demo' });
      const path = `/users/${keystone.users.alice}/application_credentials`;
      const wanted = { application_credential: { name: 'console', secret: 'the secret' } };
      const made = (await keystone.request('POST', path, wanted, token)).body.application_credential;
      const secret = { applicationCredentialSecret: 'the secret' };
      const byId = await logIn({ applicationCredentialId: made.id, ...secret });
      expect(byId.json).toMatchObject({ userName: 'alice', project: { name: 'demo' } });
      const byName = await logIn({ applicationCredentialName: 'console', user: 'alice', ...secret });
      expect(byName.json).toMatchObject({ userName: 'alice', project: { name: 'demo' } });
      // Such a credential is for its own project.
      const other = { body: { project: keystone.projects.other } };
      expect(statusAndCode(await visitor.fetch('PUT', '/console/session', other))).toEqual([
        403,
        'PROJECT_REFUSED',
      ]);
    });

    test('is refused with a credential for certain requests only, as with its token in a header', async () => {
      const token = await keystone.token({ user: 'alice', project: 'demo' });
      const path = `/users/${keystone.users.alice}/application_credentials`;
      const access_rules = [{ path: '/v2/images', method: 'GET', service: 'image' }];
      const wanted = { application_credential: { name: 'narrow', secret: 's', access_rules } };
      const { id } = (await keystone.request('POST', path, wanted, token)).body.application_credential;
      const answer = await logIn({ applicationCredentialId: id, applicationCredentialSecret: 's' });
      expect(statusAndCode(answer)).toEqual([403, 'LOGIN_NOT_ACCEPTED']);
      // Keystone does not tell such tokens to services that do not keep their rules.
      expect(answer.json.message).toContain('does not know the token');
      expect(visitor.setCookies).toEqual([]);
    });

    test('shows a code after the password where the account has a second factor', async () => {
      const careful = { user: 'careful', password: passwordOf('careful'), project: 'demo' };
      expect(statusAndCode(await logIn({ ...careful, password: 'wrong' }))).toEqual([401, 'LOGIN_FAILED']);
      const first = await logIn(careful);
      expect(statusAndCode(first)).toEqual([401, 'PASSCODE_REQUIRED']);
      expect([...visitor.cookies.keys()]).toEqual(['console-receipt']);
      expect(visitor.setCookies[0]).toMatch(/; Max-Age=(29\d|300); Path=\/; HttpOnly; SameSite=Strict$/);
      // The receipt lets nobody in by itself.
      expect((await visitor.fetch('GET', '/console/session')).status).toBe(401);
      visitor.cookies.set('console', visitor.cookies.get('console-receipt')!);
      expect((await visitor.fetch('GET', '/console/session')).status).toBe(401);
      visitor.cookies.delete('console');
      expect(statusAndCode(await logIn({ passcode: '000000' }))).toEqual([401, 'LOGIN_FAILED']);
      const second = await logIn({ passcode: codeOf(FACTOR.key) });
      expect(second.json).toMatchObject({ userName: 'careful', project: { name: 'demo' } });
      expect([...visitor.cookies.keys()]).toEqual(['console']);
      const body = { project: keystone.projects.demo };
      expect((await visitor.fetch('PUT', '/console/session', { body })).status).toBe(200);
    });

    test('sees his projects and changes between them; the end stays, and the old cookie does not count', async () => {
      const key = { CONSOLE_SESSION_KEY: 'k'.repeat(32), KEYSTONE_TOKEN_CACHE_TIME: '0' };
      const [one, other] = [await start({ ...options, ...key }), await start({ ...options, ...key })];
      visitor = new Visitor(one.url);
      const before = await logIn({ ...ALICE, project: 'demo' });
      const [thief, thiefElsewhere] = [visitor.copy(), visitor.copy(other.url)];
      const { json } = await visitor.fetch('GET', '/console/session/projects');
      expect(json.projects).toEqual([
        { id: keystone.projects.demo, name: 'demo', domain: 'Default', isCurrent: true },
        { id: keystone.projects.other, name: 'other', domain: 'Default', isCurrent: false },
      ]);
      const body = { project: keystone.projects.other };
      const after = await visitor.fetch('PUT', '/console/session', { body });
      const project = { id: keystone.projects.other, name: 'other', domain: 'Default' };
      expect(after.json).toMatchObject({ project, roles: ['reader'], expiresAt: before.json.expiresAt });
      expect((await visitor.fetch('GET', '/console/session')).json).toEqual(after.json);
      for (const each of [thief, thiefElsewhere]) {
        expect((await each.fetch('GET', '/console/session')).status).toBe(401);
        expect((await each.fetch('PUT', '/console/session', { body })).status).toBe(401);
      }
      const foreign = { body: { project: keystone.projects.service } };
      expect(statusAndCode(await visitor.fetch('PUT', '/console/session', foreign))).toEqual([
        403,
        'PROJECT_REFUSED',
      ]);
      expect((await visitor.fetch('GET', '/console/session')).json).toEqual(after.json);
    });

    test('logs out: the token is revoked, and a copy of the cookie counts nowhere', async () => {
      const key = { CONSOLE_SESSION_KEY: 'k'.repeat(32), KEYSTONE_TOKEN_CACHE_TIME: '0' };
      const [one, other] = [await start({ ...options, ...key }), await start({ ...options, ...key })];
      const user = new Visitor(one.url);
      await logIn(ALICE, user);
      const thief = user.copy();
      const thiefElsewhere = user.copy(other.url);
      expect((await thiefElsewhere.fetch('GET', '/console/session')).status).toBe(200);
      const out = await user.fetch('DELETE', '/console/session');
      expect([out.status, out.json]).toEqual([200, { logoutUrl: null }]);
      expect(user.cookies.size).toBe(0);
      expect(between.requests).toContain('DELETE /v3/auth/tokens');
      for (const each of [thief, thiefElsewhere]) {
        expect((await each.fetch('GET', '/console/session')).status).toBe(401);
        expect((await each.fetch('POST', '/graphql', { body: VIEWER })).status).toBe(401);
        expect((await each.fetch('GET', '/console/session/projects')).status).toBe(401);
      }
    });

    test.each<[string, Interposed['conduct']]>([
      ['is away', breaksOff],
      ['does not answer', hangs],
      ['is out of order', answers(500, '{}')],
      ['answers nonsense', answers(201, '[]')],
    ])('gets 503 while Keystone %s, and can log out', async (_, conduct) => {
      await logIn(ALICE);
      const thief = visitor.copy();
      between.conduct = conduct;
      const late = await logIn(ALICE);
      expect([...statusAndCode(late), late.headers['retry-after']]).toEqual([
        503,
        'IDENTITY_UNAVAILABLE',
        '5',
      ]);
      const body = { project: keystone.projects.other };
      expect((await visitor.fetch('PUT', '/console/session', { body })).status).toBe(503);
      expect((await visitor.fetch('GET', '/console/session')).status).toBe(200);
      expect((await visitor.fetch('DELETE', '/console/session')).status).toBe(200);
      expect(visitor.cookies.size).toBe(0);
      expect((await thief.fetch('GET', '/console/session')).status).toBe(401);
      // None of these logins was a guess.
      between.conduct = 'pass';
      for (let count = 0; count < 6; count += 1) expect((await logIn(ALICE)).status).toBe(200);
    });

    test('who guesses a password waits after five wrong ones, whatever the letters, from wherever', async () => {
      const names = ['alice', 'ALICE', ' alice', 'álice', 'Alice'];
      for (const user of names)
        expect(statusAndCode(await logIn({ ...ALICE, user, password: 'wrong' }))).toEqual([
          401,
          'LOGIN_FAILED',
        ]);
      const asked = between.requests.length;
      const refused = await logIn(ALICE);
      expect(statusAndCode(refused)).toEqual([429, 'TOO_MANY_ATTEMPTS']);
      const wait = Number(refused.headers['retry-after']);
      expect(wait).toBeGreaterThan(50);
      expect(wait).toBeLessThanOrEqual(60);
      expect(between.requests.length).toBe(asked);
      // Another person at the same address can still log in.
      expect((await logIn({ ...ALICE, user: 'root', password: passwordOf('root') })).status).toBe(200);
    });

    test('who guesses at many names waits after ten, also with many at once and a made-up address', async () => {
      const guesses = Array.from({ length: 15 }, (_, at) =>
        visitor.fetch('POST', '/console/session', {
          body: { ...ALICE, user: `user${at}` },
          headers: { 'x-forwarded-for': `203.0.113.${at}` },
        }),
      );
      const codes = (await Promise.all(guesses)).map(({ json }) => json.code);
      expect(codes.filter((code) => code === 'LOGIN_FAILED')).toHaveLength(10);
      expect(codes.filter((code) => code === 'TOO_MANY_ATTEMPTS')).toHaveLength(5);
    });

    test('counts by the address that a trusted proxy names, and never by one that its client made up', async () => {
      const behind = await start({ ...options, ENABLE_PROXY_HEADERS_PARSING: 'true' });
      const guess = (at: number, forwarded: string) =>
        new Visitor(behind.url).fetch('POST', '/console/session', {
          body: { ...ALICE, user: `user${at}` },
          headers: { 'x-forwarded-for': forwarded },
        });
      for (let at = 0; at < 10; at += 1)
        expect((await guess(at, `10.0.0.${at}, 203.0.113.7`)).status).toBe(401);
      expect((await guess(11, '10.9.9.9, 203.0.113.7')).status).toBe(429);
      expect((await guess(12, '203.0.113.8')).status).toBe(401);
      for (let at = 20; at < 30; at += 1) expect((await guess(at, `2001:db8:0:1::${at}`)).status).toBe(401);
      expect((await guess(31, '2001:db8:0:1:ffff::1')).status).toBe(429);
      expect((await guess(32, '2001:db8:0:2::1')).status).toBe(401);
    });

    test('counts no success, so that a guesser gains nothing by an account of his own', async () => {
      for (let at = 0; at < 9; at += 1) {
        expect((await logIn({ ...ALICE, user: `user${at}` })).status).toBe(401);
        expect((await logIn(ALICE)).status).toBe(200);
      }
      expect((await logIn({ ...ALICE, user: 'user10' })).status).toBe(401);
      expect((await logIn({ ...ALICE, user: 'user11' })).status).toBe(429);
    });

    test('whose token is too large for cookies is told so', async () => {
      // The gateway itself is logged in from now on.
      await logIn(ALICE);
      await visitor.fetch('DELETE', '/console/session');
      const expires = new Date(Date.now() + 3_600_000).toISOString();
      const project = { id: 'p', name: 'p', domain: { id: 'd', name: 'd' } };
      const token = {
        expires_at: expires,
        user: { id: 'u', name: 'u' },
        project,
        roles: [{ name: 'member' }],
      };
      const large = { 'x-subject-token': 'a'.repeat(9500) };
      between.conduct = (request, response) => {
        const isLogin = request.headers['content-length'] !== undefined;
        if (!isLogin && !request.headers['x-subject-token']) return between.pass(request, response);
        response.writeHead(isLogin ? 201 : 200, isLogin ? large : {}).end(JSON.stringify({ token }));
      };
      const answer = await logIn({ user: 'u', password: 'p' });
      expect(statusAndCode(answer)).toEqual([413, 'LOGIN_TOO_LARGE']);
      expect(visitor.setCookies).toEqual([]);
      // A smaller one comes in parts, all of which are needed.
      large['x-subject-token'] = 'a'.repeat(6000);
      expect((await logIn({ user: 'u', password: 'p' })).status).toBe(200);
      expect([...visitor.cookies.keys()]).toEqual(['console', 'console-1', 'console-2']);
      expect((await visitor.fetch('GET', '/console/session')).status).toBe(200);
      const cut = visitor.copy();
      cut.cookies.delete('console-2');
      expect((await cut.fetch('GET', '/console/session')).status).toBe(401);
      // The next login is short, and takes the other parts away.
      between.conduct = 'pass';
      await logIn(ALICE);
      expect([...visitor.cookies.keys()]).toEqual(['console']);
    });

    test('is nowhere in the log, nor is his password, his token or his cookie', async () => {
      await logIn(ALICE);
      const cookies = [visitor.cookies.get('console')!];
      await logIn({ ...ALICE, password: 'a wrong secret' });
      await logIn({ user: 'careful', password: passwordOf('careful') });
      cookies.push(visitor.cookies.get('console-receipt')!);
      const code = codeOf(FACTOR.key);
      await logIn({ passcode: code });
      between.conduct = breaksOff;
      await logIn(ALICE);
      await visitor.fetch('DELETE', '/console/session');
      const log = JSON.stringify(gateway.log);
      expect(log).toContain('logged in to the console');
      for (const secret of [...cookies, code, '-password', 'a wrong secret', 'gAAAA', 'console='])
        expect(log).not.toContain(secret);
    });

    test('gets a cookie that is bound to the host and to TLS, unless the host is this machine', async () => {
      const shown = new Visitor(gateway.url, 'https://images.example.org');
      expect((await logIn(ALICE, shown)).status).toBe(200);
      expect(shown.setCookies).toEqual([
        expect.stringMatching(
          /^__Host-console=1\.[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
        ),
      ]);
      expect((await shown.fetch('GET', '/console/session')).status).toBe(200);
      const plain = new Visitor(gateway.url, 'http://images.example.org');
      expect(statusAndCode(await logIn(ALICE, plain))).toEqual([403, 'LOGIN_NEEDS_TLS']);
      expect(plain.setCookies).toEqual([]);
      // The page of a host with TLS cannot use the cookie of a host without, nor the other way round.
      await logIn(ALICE);
      shown.cookies.clear();
      for (const name of ['console', '__Host-console'])
        shown.cookies.set(name, visitor.cookies.get('console')!);
      expect((await shown.fetch('GET', '/console/session')).status).toBe(401);
    });

    test('is logged out for good by a log-out while his project changes', async () => {
      await logIn({ ...ALICE, project: 'demo' });
      const tab = visitor.copy();
      let issued = '';
      between.conduct = (request, response) => {
        if (request.method !== 'POST') return between.pass(request, response);
        // Keystone has issued the next token, and its answer is late.
        void (async () => {
          const body = Buffer.concat(await request.toArray());
          const headers = { 'content-type': 'application/json' };
          const answer = await fetch(keystone.url + request.url, { method: 'POST', headers, body });
          issued = answer.headers.get('x-subject-token')!;
          expect((await tab.fetch('DELETE', '/console/session')).status).toBe(200);
          response.writeHead(answer.status, { 'x-subject-token': issued }).end(await answer.text());
        })();
      };
      const body = { project: keystone.projects.other };
      expect((await visitor.fetch('PUT', '/console/session', { body })).status).toBe(401);
      expect(visitor.setCookies).toEqual([]);
      between.conduct = 'pass';
      const headers = { 'x-auth-token': issued, 'x-subject-token': issued };
      expect((await fetch(`${keystone.url}/v3/auth/tokens`, { headers })).status).toBe(401);
    });

    test('loses his subscriptions soon after he has logged out', { timeout: 60_000 }, async () => {
      await logIn(ALICE);
      const headers = { cookie: visitor.cookieHeader(), origin: gateway.url };
      const live = [
        subscribeTo(gateway, CHANGES, { headers }),
        subscribeTo(gateway, CHANGES, { headers, transport: 'sse' }),
      ];
      const begun = () => gateway.log.filter(({ msg }) => msg === 'a subscription has begun').length;
      await eventually(() => begun() === 2);
      await visitor.fetch('DELETE', '/console/session');
      await eventually(
        () =>
          live.every(
            ({ closeCode, errors, isComplete }) => closeCode !== undefined || errors.length > 0 || isComplete,
          ),
        Boolean,
        40,
      );
      expect(live[1].errors[0].extensions.code).toBe('UNAUTHENTICATED');
      for (const each of live) each.end();
    });

    test.each(['\ud800', 'a\u0000b', 'a\u0007'])(
      'with the password %j is refused alike for users who exist and others, before Keystone is asked',
      async (password) => {
        const before = between.requests.length;
        for (const user of ['alice', 'nobody-has-this-name'])
          expect(statusAndCode(await logIn({ ...ALICE, user, password }))).toEqual([400, 'BAD_USER_INPUT']);
        expect(between.requests).toHaveLength(before);
      },
    );

    test('that fails takes as long for a name that nobody has as for one that somebody has', async () => {
      const begunAt = performance.now();
      expect(statusAndCode(await logIn({ ...ALICE, user: 'no-such-user' }))).toEqual([401, 'LOGIN_FAILED']);
      expect(performance.now() - begunAt).toBeGreaterThan(990);
    });

    test('ends the login that the browser had before, and every copy of it', async () => {
      await logIn({ ...ALICE, project: 'demo' });
      const copy = new Map(visitor.cookies);
      const bob = { user: 'bob', domain: 'Default', password: passwordOf('bob'), project: 'other' };
      expect((await logIn(bob)).status).toBe(200);
      const thief = new Visitor(gateway.url);
      for (const [name, value] of copy) thief.cookies.set(name, value);
      expect(statusAndCode(await thief.fetch('GET', '/console/session'))).toEqual([401, 'UNAUTHENTICATED']);
    });

    test('uploads and downloads by the session', async () => {
      await logIn({ ...ALICE, project: 'demo' });
      const headers = { 'x-auth-token': await keystone.token({ user: 'alice', project: 'demo' }) };
      const id = await createActiveImage(gateway, 'hello', {}, headers);
      expect((await visitor.fetch('GET', `/data/${id}`)).text).toBe('hello');
    });
  });
});
