import type { JWTPayload } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import {
  AUDIENCE,
  loginOptions,
  type OidcProvider,
  PAGE_CLIENT,
  PUBLIC_PAGE_CLIENT,
  startOidcProvider,
} from '../support/oidc-provider.js';
import { Visitor } from './visitor.js';

const VIEWER = { query: '{ viewer { user tenant roles } }' };
const ALICE = { account: 'alice', claims: { tenant: 'demo', roles: ['member'] } };

const LONG = `/console/${'a'.repeat(2000)}`;

describe('the login of the console at an OIDC provider', () => {
  let provider: OidcProvider;
  let options: Record<string, string>;

  beforeAll(async () => {
    provider = await startOidcProvider();
    options = {
      ...loginOptions(provider),
    };
  });
  afterAll(() => provider.stop());
  beforeEach(() => void (provider.person = ALICE));

  onSqlite('somebody', (start) => {
    let gateway: TestGateway;
    let visitor: Visitor;
    beforeAll(async () => void (gateway = await start(options)));
    beforeEach(() => void (visitor = new Visitor(gateway.url)));
    const logIn = (who = visitor, next = '') => who.go(`${who.url}/console/login${next}`);
    const session = (who = visitor) => who.fetch('GET', '/console/session');
    test.each<[string, Record<string, string>]>([
      ['with a secret', {}],
      ['without one', { OIDC_CLIENT_ID: PUBLIC_PAGE_CLIENT.id, OIDC_CLIENT_SECRET: '' }],
    ])('logs in %s, comes back to where he was, and no script sees a token', async (_, client) => {
      const own = new Visitor((await start({ ...options, ...client })).url);
      const page = await logIn(own, '?next=%2Fconsole%2Fimages%3Fq%3Da%23top');
      expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
      expect(own.path.at(-1)).toBe(`${own.url}/console/images?q=a#top`);
      const asked = new URL(own.path[1]);
      expect(Object.fromEntries(asked.searchParams)).toMatchObject({
        response_type: 'code',
        redirect_uri: `${own.url}/console/callback`,
        code_challenge_method: 'S256',
        state: expect.stringMatching(/^[\w-]{43}$/),
        nonce: expect.stringMatching(/^[\w-]{43}$/),
        scope: 'openid profile',
      });
      expect([...own.cookies.keys()].filter((name) => name.startsWith('console'))).toEqual(['console']);
      const { json, text } = await session(own);
      expect(json).toEqual({
        user: 'alice',
        userName: 'alice by name',
        project: { id: 'demo', name: 'demo', domain: null },
        roles: ['member'],
        expiresAt: expect.stringMatching(/Z$/),
        isRefreshable: true,
        key: expect.stringMatching(/^[\w-]{43}$/),
      });
      expect(Math.abs(Date.parse(String(json.expiresAt)) - Date.now() - 600_000)).toBeLessThan(5000);
      expect(text + own.path.join('')).not.toContain('eyJ');
      const viewer = { user: 'alice', tenant: 'demo', roles: ['member'] };
      expect((await own.fetch('POST', '/graphql', { body: VIEWER })).json.data).toEqual({ viewer });
    });

    test('counts for a page that acts for this login, and not for one that acts for another', async () => {
      await logIn();
      const { key } = (await session()).json;
      const seen = async (header: string) =>
        (await visitor.fetch('POST', '/graphql', { body: VIEWER, headers: { 'x-console-session': header } }))
          .status;
      expect(await seen(String(key))).toBe(200);
      expect(await seen('another')).toBe(401);
      const out = { headers: { 'x-console-session': 'another' } };
      await visitor.fetch('DELETE', '/console/session', out);
      const open = await start({ ...options, ALLOW_ANONYMOUS_ACCESS: 'true' });
      const nobody = new Visitor(open.url);
      const asked = { body: VIEWER, headers: { 'x-console-session': String(key) } };
      expect((await nobody.fetch('POST', '/graphql', asked)).status).toBe(401);
      expect((await nobody.fetch('POST', '/graphql', { body: VIEWER })).status).toBe(200);
    });

    test('gets cookies that only a way back from the provider may bring along from another site', async () => {
      const begun = await visitor.send('GET', `${gateway.url}/console/login`, { 'sec-fetch-site': 'none' });
      expect(begun.status).toBe(303);
      expect(visitor.setCookies).toEqual([
        expect.stringMatching(
          /^console-login=1\.[\w-]+; Max-Age=(599|600); Path=\/; HttpOnly; SameSite=Lax$/,
        ),
      ]);
      expect(begun.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    });

    test.each([
      '//evil.example.org',
      '/\\evil.example.org',
      'https://evil.example.org/console/',
      'https:evil.example.org',
      'javascript:alert(1)',
      '/console/../../evil',
      '/console/%2e%2e/graphiql',
      '/console/..%5c..%5cevil',
      '/console/\\evil.example.org',
      '/console/\t/evil.example.org',
      '/console/\r\nlocation:https://evil.example.org',
      '/consoles',
      '/graphql',
      '/console/login',
      '/console/callback?code=x',
      '/console/session',
      '/console/logi%6e',
      '/console/session%2f',
      '/console/Login',
      '/console/login;x',
      '/console/%6cogin/../session/refresh',
      LONG,
      '',
    ])('comes back to the console and not to %.40j', async (next) => {
      const page = await logIn(visitor, `?next=${encodeURIComponent(next)}`);
      expect(page.status).toBe(200);
      const last = new URL(visitor.path.at(-1)!);
      expect(last.origin).toBe(gateway.url);
      expect(last.pathname).toMatch(/^\/console\/(\.\.%5c\.\.%5cevil)?$/);
      expect((await session()).status).toBe(200);
    });

    test('comes back to the console when two places to go are named', async () => {
      await logIn(visitor, '?next=/console/a&next=//evil.example.org');
      expect(visitor.path.at(-1)).toBe(`${gateway.url}/console/`);
    });

    test('who gives up at the provider is told so', async () => {
      provider.person = null;
      await logIn();
      expect(visitor.path.at(-1)).toBe(`${gateway.url}/console/?loginError=LOGIN_FAILED`);
      expect((await session()).status).toBe(401);
    });

    test.each<[string, (back: URL, who: Visitor) => unknown]>([
      ['the state is another one', (back) => back.searchParams.set('state', 'x')],
      ['there is no state', (back) => back.searchParams.delete('state')],
      ['the cookie of the login is gone', (_, who) => who.cookies.delete('console-login')],
      ['the cookie of the login is cut', (_, who) => cut(who, 'console-login')],
      [
        'the cookie of a session stands in its place',
        (_, who) => who.cookies.set('console-login', who.cookies.get('console')!),
      ],
      ['the issuer is another one', (back) => back.searchParams.set('iss', 'https://evil.example.org')],
      ['the code is another one', (back) => back.searchParams.set('code', 'x')],
      ['the code is there twice', (back) => back.searchParams.append('code', 'x')],
      ['there is no code', (back) => back.searchParams.delete('code')],
    ])('is not logged in when %s', async (_, change) => {
      const [who, back] = await stopped();
      await change(back, who);
      await who.go(back.href, 'cross-site');
      expect(who.path.at(-1)).toMatch(/\/console\/\?loginError=(LOGIN_EXPIRED|LOGIN_FAILED)$/);
      expect((await session(who)).status).toBe(401);
    });

    /** A login that has come as far as the way back. The provider's answer has not been taken yet. */
    async function stopped(): Promise<[Visitor, URL]> {
      const who = new Visitor(gateway.url);
      await logIn(who);
      const other = new Visitor(gateway.url);
      let at = `${gateway.url}/console/login`;
      for (let count = 0; !at.includes('/console/callback?'); count += 1) {
        const answer = await other.send('GET', at, { 'sec-fetch-site': 'same-origin' });
        at = new URL(answer.headers.location!, at).href;
        expect(count).toBeLessThan(10);
      }
      // The session of the first visitor, for a test that puts its cookie in another place.
      other.cookies.set('console', `${who.cookies.get('console')}x`);
      return [other, new URL(at)];
    }

    test('is not logged in by the way back of another browser: neither his own account nor that of the other', async () => {
      const [, back] = await stopped();
      await visitor.go(back.href, 'cross-site');
      expect(visitor.path.at(-1)).toBe(`${gateway.url}/console/?loginError=LOGIN_EXPIRED`);
      // Also when he has begun a login himself, which then still ends well.
      const [who, own] = await stopped();
      await who.go(back.href, 'cross-site');
      expect((await session(who)).status).toBe(401);
      await who.go(own.href, 'cross-site');
      expect((await session(who)).json.user).toBe('alice');
    });

    test('is not logged in by a code that was got with another verifier, or for another nonce', async () => {
      const [one, back] = await stopped();
      const [other, othersBack] = await stopped();
      // The code of one login with the state and the cookie of another.
      othersBack.searchParams.set('code', back.searchParams.get('code')!);
      await other.go(othersBack.href, 'cross-site');
      expect(other.path.at(-1)).toBe(`${gateway.url}/console/?loginError=LOGIN_FAILED`);
      expect((await session(other)).status).toBe(401);
      expect(one.cookies.has('console-login')).toBe(true);
    });

    test('is logged in once by one way back, also for somebody with all of the browser’s cookies', async () => {
      const [who, back] = await stopped();
      const thief = who.copy();
      await who.go(back.href, 'cross-site');
      expect((await session(who)).status).toBe(200);
      await who.go(back.href, 'cross-site');
      expect(who.path.at(-1)).toBe(`${gateway.url}/console/?loginError=LOGIN_EXPIRED`);
      await thief.go(back.href, 'cross-site');
      expect(thief.path.at(-1)).toBe(`${gateway.url}/console/?loginError=LOGIN_FAILED`);
      expect((await session(thief)).status).toBe(401);
    });

    test.each(['cross-site', 'same-site'])(
      'does not begin a login for a page of another origin (%s)',
      async (site) => {
        await visitor.go(`${gateway.url}/console/login`, site);
        expect(visitor.path.at(-1)).toBe(`${gateway.url}/console/?loginError=OWN_PAGE_ONLY`);
        expect(visitor.cookies.size).toBe(0);
      },
    );

    test('cannot be sent elsewhere by a made-up Host: only PUBLIC_ENDPOINT or a loopback host counts', async () => {
      const redirect = async (who: TestGateway, host: string) => {
        const headers = { host, 'sec-fetch-site': 'same-origin' };
        const { headers: got } = await new Visitor(who.url).send('GET', `${who.url}/console/login`, headers);
        return new URL(got.location!, who.url);
      };
      for (const host of [
        'evil.example.org',
        '127.0.0.1.evil.example.org',
        'localhost.evil.example.org',
        '203.0.113.7',
      ])
        expect((await redirect(gateway, host)).search).toBe('?loginError=LOGIN_ADDRESS_UNKNOWN');
      for (const host of ['127.0.0.1:99999', 'localhost:x', '[::1'])
        expect((await redirect(gateway, host)).search).toBe('?loginError=LOGIN_ADDRESS_UNKNOWN');
      expect((await redirect(gateway, '[::1]:9292')).searchParams.get('redirect_uri')).toBe(
        'http://[::1]:9292/console/callback',
      );
      const known = await start({ ...options, PUBLIC_ENDPOINT: 'https://images.example.org/path' });
      for (const host of ['evil.example.org', '127.0.0.1', 'images.example.org'])
        expect((await redirect(known, host)).searchParams.get('redirect_uri')).toBe(
          'https://images.example.org/console/callback',
        );
    });

    test('refreshes his session, and several tabs at once do not end it', async () => {
      await logIn();
      const before = visitor.cookies.get('console');
      provider.person = { ...ALICE, claims: { tenant: 'demo', roles: ['member', 'reader'] } };
      const tabs = [visitor.copy(), visitor.copy()];
      const answers = await Promise.all(tabs.map((tab) => tab.fetch('POST', '/console/session/refresh')));
      for (const { status, json } of answers)
        expect([status, json]).toMatchObject([200, { user: 'alice', roles: ['member', 'reader'] }]);
      expect(tabs[0].cookies.get('console')).not.toBe(before);
      expect((await session(tabs[0])).status).toBe(200);
      // The tokens rotate: the old cookie refreshes nothing, and the provider then ends all of them.
      const old = await visitor.fetch('POST', '/console/session/refresh');
      expect([old.status, old.json.code]).toEqual([401, 'UNAUTHENTICATED']);
      expect(visitor.setCookies).toEqual([]);
    });

    test('logs out: the refresh token is revoked, a copy of the cookie does not count, the page learns where to go', async () => {
      await logIn();
      const thief = visitor.copy();
      const { status, json } = await visitor.fetch('DELETE', '/console/session');
      const url = new URL(String(json.logoutUrl));
      expect([status, url.origin + url.pathname]).toEqual([200, `${provider.issuer}/session/end`]);
      expect(Object.fromEntries(url.searchParams)).toEqual({
        client_id: PAGE_CLIENT.id,
        post_logout_redirect_uri: `${gateway.url}/console/`,
      });
      expect(visitor.cookies.has('console')).toBe(false);
      expect((await session(thief)).status).toBe(401);
      expect((await thief.fetch('POST', '/graphql', { body: VIEWER })).status).toBe(401);
      expect((await thief.fetch('POST', '/console/session/refresh')).status).toBe(401);
      // At another gateway too, nobody can make the session longer.
      const key = { CONSOLE_SESSION_KEY: 'k'.repeat(32) };
      const [one, other] = [await start({ ...options, ...key }), await start({ ...options, ...key })];
      const user = new Visitor(one.url);
      await logIn(user);
      const elsewhere = user.copy(other.url);
      expect((await session(elsewhere)).status).toBe(200);
      await user.fetch('DELETE', '/console/session');
      expect((await elsewhere.fetch('POST', '/console/session/refresh')).status).toBe(401);
    });

    test('cannot have a token that the gateway would not take in a header', async () => {
      const strict = await start({ ...options, OIDC_AUDIENCE: 'https://other.example.org' });
      const who = new Visitor(strict.url);
      await logIn(who);
      expect(who.path.at(-1)).toBe(`${strict.url}/console/?loginError=LOGIN_NOT_ACCEPTED`);
      expect(who.cookies.has('console')).toBe(false);
      const reasons = strict.log.map(({ reason }) => reason);
      expect(reasons).toContain('The token is not accepted: the claim aud does not fit.');
      const open = await start({ ...options, OIDC_AUDIENCE: 'x', ALLOW_ANONYMOUS_ACCESS: 'true' });
      const nobody = new Visitor(open.url);
      await logIn(nobody);
      expect(nobody.path.at(-1)).toBe(`${open.url}/console/?loginError=LOGIN_NOT_ACCEPTED`);
    });

    test('whose tokens are too large for cookies is told so', async () => {
      provider.person = { account: 'alice', claims: { tenant: 'demo', more: 'a'.repeat(9000) } };
      await logIn();
      expect(visitor.path.at(-1)).toBe(`${gateway.url}/console/?loginError=LOGIN_TOO_LARGE`);
      expect(visitor.cookies.has('console')).toBe(false);
    });

    describe('whose provider does something else than it should', () => {
      const now = () => Math.floor(Date.now() / 1000);
      /** Lets the provider answer a code with these claims in the tokens, and with these fields. */
      const tokensWith = (id: JWTPayload, access: JWTPayload = {}, fields: object = {}) => {
        provider.intercept = (request, response) => {
          if (request.url !== '/token') return false;
          const shared = { iss: provider.issuer, sub: 'alice', iat: now(), exp: now() + 600 };
          void Promise.all([
            provider.signed({ ...shared, aud: AUDIENCE, ...access }),
            provider.signed({ ...shared, aud: PAGE_CLIENT.id, nonce: nonce(), ...id }),
          ]).then(([access_token, id_token]) => {
            response.writeHead(200, { 'content-type': 'application/json' });
            response.end(JSON.stringify({ access_token, id_token, token_type: 'Bearer', ...fields }));
          });
          return true;
        };
      };
      const nonce = () =>
        new URL(visitor.path.find((each) => each.includes('nonce='))!).searchParams.get('nonce')!;
      afterEach(() => void (provider.intercept = undefined));

      test('logs in with what it should answer', async () => {
        tokensWith({});
        await logIn();
        expect((await session()).json).toMatchObject({
          user: 'alice',
          userName: 'alice',
          isRefreshable: false,
        });
        const seconds = Number(/console=.*Max-Age=(\d+)/.exec(visitor.setCookies.join(' ')) ?? 0);
        expect(seconds).not.toBeGreaterThan(600);
      });

      test.each<[string, string, JWTPayload, JWTPayload, object]>([
        ['an ID token with another nonce', 'LOGIN_FAILED', { nonce: 'x' }, {}, {}],
        ['an ID token without a nonce', 'LOGIN_FAILED', { nonce: undefined }, {}, {}],
        ['an ID token of another issuer', 'LOGIN_FAILED', { iss: 'https://evil.example.org' }, {}, {}],
        ['an ID token for another client', 'LOGIN_FAILED', { aud: 'other' }, {}, {}],
        ['an ID token that has ended', 'LOGIN_FAILED', { exp: 1 }, {}, {}],
        ['no ID token', 'LOGIN_FAILED', {}, {}, { id_token: undefined }],
        ['an access token for others', 'LOGIN_NOT_ACCEPTED', {}, { aud: 'other' }, {}],
        ['an access token that has ended', 'LOGIN_NOT_ACCEPTED', {}, { exp: 1 }, {}],
        ['an access token without an end', 'LOGIN_NOT_ACCEPTED', {}, { exp: undefined }, {}],
        ['an access token that is no JWT', 'LOGIN_NOT_ACCEPTED', {}, {}, { access_token: 'opaque' }],
      ])('is not logged in by %s', async (_, code, id, access, fields) => {
        tokensWith(id, access, fields);
        await logIn();
        expect(visitor.path.at(-1)).toBe(`${gateway.url}/console/?loginError=${code}`);
        expect((await session()).status).toBe(401);
      });

      test.each<[string, string]>([
        ['on the way there', '/.well-known/openid-configuration'],
        ['on the way back', '/token'],
      ])('is told that the provider is away %s', async (_, path) => {
        const own = new Visitor((await start(options)).url);
        provider.intercept = (request) => {
          if (request.url !== path) return false;
          request.socket.destroy();
          return true;
        };
        await logIn(own);
        expect(own.path.at(-1)).toBe(`${own.url}/console/?loginError=IDENTITY_UNAVAILABLE`);
        provider.intercept = undefined;
        await logIn(own);
        expect((await session(own)).status).toBe(200);
      });

      test('cannot become somebody else by refreshing, keeps the session while the provider is away, and logs out', async () => {
        await logIn();
        tokensWith({ sub: 'bob' }, { sub: 'bob' });
        const refreshed = await visitor.fetch('POST', '/console/session/refresh');
        expect([refreshed.status, visitor.setCookies]).toEqual([401, []]);
        provider.intercept = (request) => {
          request.socket.destroy();
          return true;
        };
        const away = await visitor.fetch('POST', '/console/session/refresh');
        expect([away.status, away.headers['retry-after']]).toEqual([503, '5']);
        expect((await session()).json.user).toBe('alice');
        expect((await visitor.fetch('DELETE', '/console/session')).status).toBe(200);
        expect((await session()).status).toBe(401);
      });
    });

    test('is nowhere in the log, nor are his tokens, his code or his cookies', async () => {
      const own = await start(options);
      const who = new Visitor(own.url);
      await logIn(who);
      const secrets = [who.cookies.get('console')!];
      secrets.push(
        ...who.path
          .flatMap((each) => [...new URL(each).searchParams.values()])
          .filter((each) => each.length > 20),
      );
      await who.fetch('POST', '/console/session/refresh');
      secrets.push(who.cookies.get('console')!);
      await who.fetch('DELETE', '/console/session');
      const back = who.path.find((each) => each.includes('/console/callback?'))!;
      await who.go(back, 'cross-site');
      const log = JSON.stringify(own.log);
      expect(log).toContain('logged in to the console');
      expect(secrets.length).toBeGreaterThan(4);
      for (const secret of [...secrets.filter((each) => !each.startsWith('http')), 'eyJ', PAGE_CLIENT.secret])
        expect(log).not.toContain(secret);
    });

    test('sends no password to the gateway: that way of login is Keystone’s', async () => {
      const body = { user: 'a', password: 'b' };
      const answer = await visitor.fetch('POST', '/console/session', { body });
      expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, DELETE']);
    });
  });
});

function cut(who: Visitor, name: string): void {
  who.cookies.set(name, who.cookies.get(name)!.slice(0, -1));
}
