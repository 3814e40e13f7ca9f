import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { print } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { seal } from '../../src/console/session/seal.js';
import { CHANGES, subscribeTo } from '../support/live.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { freePort } from '../support/mysql-server.js';
import { loginOptions, type OidcProvider, PAGE_CLIENT, startOidcProvider } from '../support/oidc-provider.js';
import { eventually } from '../support/poll.js';
import { Visitor, type Answer } from './visitor.js';

const VIEWER = { query: '{ viewer { user } }' };
const FRIEND = 'https://friend.example.org';
const KEY = 'k'.repeat(32);
const EVIL = 'https://evil.example.org';

/** Returns the user for whom a request was answered; the status when there was none. */
const userIn = ({ status, json }: Answer) =>
  status === 200 ? (json.data as { viewer: { user: string | null } }).viewer.user : status;

describe('the cookie of a session', () => {
  let provider: OidcProvider;
  let options: Record<string, string>;

  beforeAll(async () => {
    provider = await startOidcProvider();
    options = {
      ...loginOptions(provider),
      CONSOLE_SESSION_KEY: KEY,
      CORS_ORIGINS: FRIEND,
    };
  });
  afterAll(() => provider.stop());

  onSqlite('of the console', (start) => {
    let gateway: TestGateway;
    let registry: string;
    let visitor: Visitor;
    /** The cookie of a session of alice. */
    let own: string;
    beforeAll(async () => {
      const port = await freePort();
      registry = `http://127.0.0.1:${port}`;
      gateway = await start({ ...options, REGISTRY_PORT: String(port) });
      own = (await loggedIn('alice')).cookies.get('console')!;
    });
    beforeEach(() => {
      visitor = new Visitor(gateway.url);
      visitor.cookies.set('console', own);
    });
    const loggedIn = async (account: string, who = new Visitor(gateway.url), more: object = {}) => {
      provider.person = { account, claims: { tenant: 'demo', roles: ['member'], ...more } };
      await who.go(`${who.shown}/console/login`);
      return who;
    };
    const viewer = async (who = visitor) => userIn(await who.fetch('POST', '/graphql', { body: VIEWER }));
    /** Asks with exactly these headers about the sender. */
    const viewerWith = async (headers: Record<string, string | undefined>) =>
      userIn(await visitor.fetch('POST', '/graphql', { body: VIEWER, headers }));

    test('counts for every request of the gateway’s own page', async () => {
      expect(await viewer()).toBe('alice');
      const query = `/graphql?query=${encodeURIComponent(VIEWER.query)}`;
      expect(userIn(await visitor.fetch('GET', query))).toBe('alice');
      const create = {
        query: 'mutation { createImage(input: { diskFormat: "raw", containerFormat: "bare" }) { id owner } }',
      };
      const made = [];
      for (let count = 0; count < 2; count += 1) {
        const { json } = await visitor.fetch('POST', '/graphql', { body: create });
        const { createImage } = json.data as { createImage: { id: string; owner: string } };
        expect(createImage.owner).toBe('demo');
        made.push(createImage.id);
      }
      const [one, other] = made;
      expect((await visitor.fetch('PUT', `/data/${one}`, { body: 'hello' })).json.status).toBe('active');
      const tus = { 'tus-resumable': '1.0.0' };
      const begun = await visitor.fetch('POST', `/data/${other}/uploads`, {
        headers: { ...tus, 'upload-length': '5' },
      });
      expect(begun.status).toBe(201);
      const upload = new URL(begun.headers.location!).pathname;
      const part = { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' };
      expect((await visitor.fetch('PATCH', upload, { headers: part, body: 'hello' })).status).toBe(204);
      for (const id of made) {
        expect((await visitor.fetch('GET', `/data/${id}`)).text).toBe('hello');
        // Also when its user typed the address, or kept it; but not for a change, and not when another site led there.
        const from = async (site: string, method = 'GET') =>
          (await visitor.send(method, `${gateway.url}/data/${id}`, { 'sec-fetch-site': site })).status;
        expect([await from('none'), await from('none', 'HEAD'), await from('none', 'PUT')]).toEqual([
          200, 200, 401,
        ]);
        expect([await from('cross-site'), await from('same-site')]).toEqual([401, 401]);
      }
      expect(
        (await visitor.send('GET', `${gateway.url}${upload}`, { ...tus, 'sec-fetch-site': 'none' })).status,
      ).toBe(401);
    });

    test('counts for subscriptions, over server-sent events and WebSockets', async () => {
      const headers = { cookie: visitor.cookieHeader() };
      const own = { ...headers, origin: gateway.url };
      const before = gateway.log.length;
      const live = [
        subscribeTo(gateway, CHANGES, { headers: own }),
        subscribeTo(gateway, CHANGES, { headers: own, transport: 'sse' }),
      ];
      const begun = () =>
        gateway.log.slice(before).filter(({ msg }) => msg === 'a subscription has begun').length;
      await eventually(() => begun() === 2);
      const body = { query: 'mutation { createImage(input: { name: "seen" }) { id } }' };
      await visitor.fetch('POST', '/graphql', { body });
      await eventually(() => live.every(({ results }) => results.length > 0));
      for (const each of live) each.end();
    });

    test.each<[string, Record<string, string>]>([
      ['another site', { origin: EVIL }],
      ['a frame without an origin', { origin: 'null' }],
      ['the same host on another port', { origin: 'http://127.0.0.1:9' }],
      ['a page in CORS_ORIGINS', { origin: FRIEND }],
      ['a program that sends no origin', {}],
    ])('counts for no WebSocket of %s', async (_, headers) => {
      const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        headers: { cookie: visitor.cookieHeader(), ...headers },
      });
      const outcome = await new Promise<string | number>((resolve) => {
        socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode!));
        socket.on('error', () => undefined);
        socket.on('open', () => socket.send('{"type":"connection_init"}'));
        socket.on('message', (data) => resolve(String(data)));
        socket.on('close', (code) => resolve(code));
      });
      expect([403, 4401]).toContain(outcome);
      socket.terminate();
    });

    test('counts for a WebSocket only while no token comes with the connection', async () => {
      const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        headers: { cookie: visitor.cookieHeader(), origin: gateway.url },
      });
      await once(socket, 'open');
      socket.send(JSON.stringify({ type: 'connection_init', payload: { 'X-Auth-Token': 'wrong' } }));
      const [code] = (await once(socket, 'close')) as [number];
      expect(code).toBe(4401);
    });

    test.each<[string, Record<string, string | undefined>, string | number]>([
      ['the own page', { 'sec-fetch-site': 'same-origin' }, 'alice'],
      ['the own page in an older browser', { 'sec-fetch-site': undefined }, 'alice'],
      ['an address that was typed', { 'sec-fetch-site': 'none', origin: undefined }, 401],
      ['a program without the headers of a browser', { 'sec-fetch-site': undefined, origin: undefined }, 401],
      ['another site', { 'sec-fetch-site': 'cross-site', origin: EVIL }, 403],
      ['another site that says nothing of it', { 'sec-fetch-site': undefined, origin: EVIL }, 403],
      ['another site that lies about itself', { 'sec-fetch-site': 'same-origin', origin: EVIL }, 403],
      ['a frame without an origin', { 'sec-fetch-site': undefined, origin: 'null' }, 403],
      ['a sibling host', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:9' }, 403],
      ['a page in CORS_ORIGINS', { 'sec-fetch-site': 'cross-site', origin: FRIEND }, 401],
      ['a page in CORS_ORIGINS, in an older browser', { 'sec-fetch-site': undefined, origin: FRIEND }, 401],
      ['a page that came without TLS', plainPage('images.example.org'), 401],
      ['a request with two answers', { 'sec-fetch-site': 'same-origin, cross-site' }, 401],
      ['a query by GET of another site', { 'sec-fetch-site': 'cross-site', origin: undefined }, 403],
    ])('counts, or not, for %s', async (_, headers, expected) => {
      expect(await viewerWith(headers)).toBe(expected);
    });

    test('never counts beside a token: neither a good one, nor a bad, nor an empty one', async () => {
      const bob = await provider.token({ sub: 'bob', tenant: 'other' });
      expect(await viewerWith({ 'x-auth-token': bob })).toBe('console');
      expect(await viewerWith({ authorization: `Bearer ${bob}` })).toBe('console');
      for (const headers of [
        { 'x-auth-token': 'wrong' },
        { authorization: 'Bearer wrong' },
        { authorization: 'bearer' },
        { 'x-auth-token': '' },
      ])
        expect(await viewerWith(headers)).toBe(401);
      // A proxy in front may ask for a password of its own.
      expect(await viewerWith({ authorization: 'Basic eA==' })).toBe('alice');
    });

    test.each(['/v1/images', '/v1/images/detail', '/v2/images', '/images'])(
      'counts for nobody at %s',
      async (path) => {
        const { status, json } = await visitor.fetch('GET', path);
        expect(status === 401 || status === 300 || status === 404).toBe(true);
        expect(json.images).toBeUndefined();
        if (path.startsWith('/v1')) expect(status).toBe(401);
      },
    );

    test('counts for nobody at the registry', async () => {
      const headers = { cookie: visitor.cookieHeader(), 'sec-fetch-site': 'same-origin' };
      expect((await visitor.send('GET', `${registry}/images`, headers)).status).toBe(401);
      const { status } = await visitor.send('GET', `${registry}/images`, { ...headers, origin: registry });
      expect(status).toBe(401);
    });

    describe('that somebody has tampered with', () => {
      const flip = (text: string, at: number) =>
        text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
      const opened = (kind: string) => seal<{ id: string }>(KEY, kind);

      test.each<[string, (value: string) => string]>([
        ['cut', (value) => value.slice(0, -2)],
        ['cut to almost nothing', (value) => value.slice(0, 20)],
        ['empty', () => ''],
        ['changed at its start', (value) => flip(value, 3)],
        ['changed in its middle', (value) => flip(value, Math.floor(value.length / 2))],
        ['changed at its end', (value) => flip(value, value.length - 2)],
        ['longer', (value) => `${value}AAAA`],
        ['said to have more parts', (value) => `2${value.slice(1)}`],
        ['said to have no parts', (value) => `0${value.slice(1)}`],
        ['said to have very many parts', (value) => `9${value.slice(1)}`],
        ['without its number of parts', (value) => value.slice(2)],
        ['something else', () => '1.'.padEnd(2000, 'A')],
        ['no base64', () => '1.%00%ff"<>'],
        [
          'of another key',
          () => `1.${seal('x'.repeat(32), 'console').close(content(), Date.now() + 60_000)}`,
        ],
        [
          'of a host with TLS',
          () => `1.${seal(KEY, '__Host-console').close(content(), Date.now() + 60_000)}`,
        ],
        [
          'of a second factor',
          () => `1.${seal(KEY, 'console-receipt').close(content(), Date.now() + 60_000)}`,
        ],
        [
          'of a way to the provider',
          () => `1.${seal(KEY, 'console-login').close(content(), Date.now() + 60_000)}`,
        ],
        ['past its end', () => `1.${seal(KEY, 'console').close(content(), Date.now() - 1)}`],
        [
          'with a token past its end',
          () => `1.${seal(KEY, 'console').close({ ...content(), tokenEndsAt: 1 }, Date.now() + 60_000)}`,
        ],
        ['made of nonsense', () => `1.${seal(KEY, 'console').close([1] as never, Date.now() + 60_000)}`],
      ])('does not count when it is %s', async (_, change) => {
        visitor.cookies.set('console', change(own));
        expect(await viewer()).toBe(401);
        const answer = await visitor.fetch('GET', '/console/session');
        expect([answer.status, answer.json.code]).toEqual([401, 'UNAUTHENTICATED']);
        expect((await visitor.fetch('POST', '/console/session/refresh')).status).toBeOneOf([200, 401]);
        expect((await visitor.fetch('DELETE', '/console/session')).status).toBe(200);
      });

      test('would count if it were sealed as it should be', async () => {
        visitor.cookies.set('console', `1.${seal(KEY, 'console').close(content(), Date.now() + 60_000)}`);
        expect(await viewer()).toBe('alice');
      });

      function content(): { id: string } {
        return { ...opened('console').open(own.slice(2))!, id: randomUUID() };
      }

      test('does not count under another name, nor in the place of another kind', async () => {
        for (const name of ['__Host-console', 'console-1', 'Console', 'console-login', 'xconsole']) {
          const who = new Visitor(gateway.url);
          who.cookies.set(name, own);
          expect([name, await viewer(who)]).toEqual([name, 401]);
        }
      });

      test('does not count when it is there twice, in whatever order', async () => {
        const mallory = (await loggedIn('mallory')).cookies.get('console')!;
        for (const cookie of [
          `console=${own}; console=${mallory}`,
          `console=${mallory}; console=${own}`,
          `console=${own};console=x`,
        ])
          expect(await viewerWith({ cookie })).toBe(401);
      });

      test('is not changed by parts that others put beside it', async () => {
        const mallory = (await loggedIn('mallory')).cookies.get('console')!;
        for (const part of ['console-1', 'console-2', 'console-9']) visitor.cookies.set(part, mallory);
        expect(await viewer()).toBe('alice');
        // A new login takes them away.
        await loggedIn('alice', visitor);
        // The login ended the one before.
        own = visitor.cookies.get('console')!;
        expect([...visitor.cookies.keys()].filter((name) => /^console-[12]$/.test(name))).toEqual([]);
      });

      test.each(['\u00a0', '\u2000'])(
        'is not ended by one whose name begins with the blank %j, which another host of the domain can set',
        async (blank) => {
          const foreign = Buffer.from(`${blank}console=x`, blank < '\u0100' ? 'latin1' : 'utf8');
          expect(await viewerWith({ cookie: `console=${own}; ${foreign.toString('latin1')}` })).toBe('alice');
        },
      );

      test('cannot be joined from the parts of two sessions', async () => {
        const more = { more: 'a'.repeat(4000) };
        const [one, other] = [
          await loggedIn('alice', undefined, more),
          await loggedIn('mallory', undefined, more),
        ];
        const parts = [...one.cookies.keys()].filter((name) => name.startsWith('console'));
        expect(parts).toEqual(['console', 'console-1', 'console-2']);
        expect([await viewer(one), await viewer(other)]).toEqual(['alice', 'mallory']);
        for (const part of parts) {
          const mixed = one.copy();
          mixed.cookies.set(part, other.cookies.get(part)!);
          expect(await viewer(mixed)).toBe(401);
          mixed.cookies.delete(part);
          expect(await viewer(mixed)).toBe(401);
        }
      });

      test('is replaced by a login: a session that was put there before is not the one of the user', async () => {
        const mallory = await loggedIn('mallory');
        const victim = new Visitor(gateway.url);
        victim.cookies.set('console', mallory.cookies.get('console')!);
        await loggedIn('alice', victim);
        expect([await viewer(victim), await viewer(mallory)]).toEqual(['alice', 401]);
        expect(victim.cookies.get('console')).not.toBe(mallory.cookies.get('console'));
        await victim.fetch('DELETE', '/console/session');
        expect([await viewer(victim), await viewer(mallory)]).toEqual([401, 401]);
      });
    });

    test('counts at every gateway with the same key, and at no other', async () => {
      const at = async (more: Record<string, string>) =>
        viewer(visitor.copy((await start({ ...options, ...more })).url));
      expect(await at({})).toBe('alice');
      expect(await at({ CONSOLE_SESSION_KEY: 'o'.repeat(32) })).toBe(401);
      expect(await at({ CONSOLE_SESSION_KEY: '' })).toBe(401);
      const keyless = await start({ ...options, CONSOLE_SESSION_KEY: '' });
      expect(JSON.stringify(keyless.log)).toContain('CONSOLE_SESSION_KEY is unset');
      expect(JSON.stringify(gateway.log)).not.toContain('CONSOLE_SESSION_KEY');
      expect(await viewer(await loggedIn('bob', new Visitor(keyless.url)))).toBe('bob');
    });

    test('counts where callers without an identity may read, and is as none there when it is broken', async () => {
      const open = await start({ ...options, ALLOW_ANONYMOUS_ACCESS: 'true' });
      const who = visitor.copy(open.url);
      expect(await viewer(who)).toBe('alice');
      who.cookies.set('console', own.slice(0, -2));
      expect(await viewer(who)).toBeNull();
      expect((await who.fetch('GET', '/console/session')).status).toBe(401);
    });

    test('is bound to its host and goes over TLS only, behind a proxy with TLS', async () => {
      const shown = 'https://images.example.org';
      const behind = await start({ ...options, PUBLIC_ENDPOINT: shown });
      const who = await loggedIn('alice', new Visitor(behind.url, shown));
      expect(who.path.at(-1)).toBe(`${shown}/console/`);
      expect([...who.cookies.keys()].filter((name) => name.includes('console'))).toEqual(['__Host-console']);
      expect(await viewer(who)).toBe('alice');
      const refreshed = await who.fetch('POST', '/console/session/refresh');
      expect(refreshed.status).toBe(200);
      expect(who.setCookies).toEqual([
        expect.stringMatching(
          /^__Host-console=1\.[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
        ),
      ]);
      // A name that any host of the domain could set, or a proxy that does not pass the name of the host on.
      const tossed = new Visitor(behind.url, shown);
      tossed.cookies.set('console', own);
      expect(await viewer(tossed)).toBe(401);
      tossed.cookies.set('console', who.cookies.get('__Host-console')!);
      expect(await viewer(tossed)).toBe(401);
      const rewritten = { host: '127.0.0.1:9292' };
      const { status } = await who.fetch('POST', '/graphql', { body: VIEWER, headers: rewritten });
      expect(status).toBe(200);
    });

    test.each<[method: string, path: string]>([
      ['GET', '/console/session'],
      ['DELETE', '/console/session'],
      ['POST', '/console/session/refresh'],
      ['POST', '/console/session'],
      ['PUT', '/console/session'],
    ])('gives no page of others a way to %s %s', async (method, path) => {
      const attacks: Record<string, string | undefined>[] = [
        { 'sec-fetch-site': 'cross-site', origin: EVIL },
        { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:9' },
        { 'sec-fetch-site': 'cross-site', origin: 'null' },
        { 'sec-fetch-site': 'cross-site', origin: undefined },
        { 'sec-fetch-site': 'none', origin: undefined },
        { 'sec-fetch-site': undefined, origin: undefined },
        { 'sec-fetch-site': undefined, origin: FRIEND },
        { 'sec-fetch-site': 'same-origin', origin: EVIL },
      ];
      for (const headers of attacks) {
        const { status, json } = await visitor.fetch(method, path, { headers });
        expect(status).toBe(403);
        expect(json.code).toBeOneOf(['OWN_PAGE_ONLY', 'FOREIGN_ORIGIN']);
        expect(visitor.setCookies).toEqual([]);
      }
      expect(await viewer()).toBe('alice');
    });

    test('is not in the log, whatever was done with it', async () => {
      await visitor.fetch('GET', `/console/session?cookie=${own}`);
      const log = JSON.stringify(gateway.log);
      expect(log.length).toBeGreaterThan(1000);
      for (const secret of [own, own.slice(2, 60), 'eyJ', PAGE_CLIENT.secret, KEY])
        expect(log).not.toContain(secret);
      expect(print(CHANGES)).not.toBe('');
    });
  });

  onSqlite('a login at Keystone', (start) => {
    let visitor: Visitor;
    beforeAll(async () => {
      const at = 'http://127.0.0.1:9';
      const account = { KEYSTONE_AUTH_URL: at, KEYSTONE_USERNAME: 'g', KEYSTONE_PASSWORD: 'p' };
      visitor = new Visitor((await start({ AUTH: 'keystone', ...account, CORS_ORIGINS: FRIEND })).url);
    });
    const login = JSON.stringify({ user: 'mallory', password: 'known' });

    test.each<[string, string | undefined, string]>([
      ['a form', 'application/x-www-form-urlencoded', 'user=mallory&password=known'],
      ['a form with a file', 'multipart/form-data; boundary=x', '--x--'],
      ['a text that looks like JSON', 'text/plain', login],
      ['a text with a hint', 'text/plain; application/json', login],
      ['JSON without a type', undefined, login],
      ['no type at all', '', login],
    ])('takes nothing that %s sends, even of the own page', async (_, type, body) => {
      const answer = await visitor.fetch('POST', '/console/session', {
        headers: { 'content-type': type },
        body,
      });
      expect([answer.status, answer.json.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    });

    test.each<[string, Record<string, string | undefined>]>([
      ['another site', { origin: EVIL, 'sec-fetch-site': 'cross-site' }],
      ['a page in CORS_ORIGINS', { origin: FRIEND, 'sec-fetch-site': 'cross-site' }],
      ['a page in CORS_ORIGINS, in an older browser', { origin: FRIEND, 'sec-fetch-site': undefined }],
      ['a sibling host', { origin: 'http://127.0.0.1:9', 'sec-fetch-site': 'same-site' }],
      ['nobody known', { origin: undefined, 'sec-fetch-site': undefined }],
    ])('takes nothing from %s', async (_, headers) => {
      const type = { 'content-type': 'application/json' };
      const answer = await visitor.fetch('POST', '/console/session', {
        headers: { ...type, ...headers },
        body: login,
      });
      expect([answer.status, visitor.setCookies]).toEqual([403, []]);
    });

    test('needs TLS, also when PUBLIC_ENDPOINT has none', async () => {
      const shown = 'http://images.example.org';
      const account = {
        KEYSTONE_AUTH_URL: 'http://127.0.0.1:9',
        KEYSTONE_USERNAME: 'g',
        KEYSTONE_PASSWORD: 'p',
      };
      const { url } = await start({ AUTH: 'keystone', ...account, PUBLIC_ENDPOINT: shown });
      const who = new Visitor(url, shown);
      const answer = await who.fetch('POST', '/console/session', { body: JSON.parse(login) as object });
      expect([answer.status, answer.json.code]).toEqual([403, 'LOGIN_NEEDS_TLS']);
      const rewritten = { host: '127.0.0.1:9292' };
      const other = await who.fetch('DELETE', '/console/session', { headers: rewritten });
      expect([other.status, other.json.code]).toEqual([403, 'LOGIN_NEEDS_TLS']);
    });

    test('needs TLS, except on this machine', async () => {
      const type = { 'content-type': 'application/json' };
      const headers = { ...type, ...plainPage('images.example.org') };
      const plain = await visitor.fetch('POST', '/console/session', { headers, body: login });
      expect([plain.status, plain.json.code]).toEqual([403, 'LOGIN_NEEDS_TLS']);
      const secure = { ...headers, origin: 'https://images.example.org' };
      expect((await visitor.fetch('POST', '/console/session', { headers: secure, body: login })).status).toBe(
        503,
      );
      expect((await visitor.fetch('POST', '/console/session', { headers: type, body: login })).status).toBe(
        503,
      );
    });

    test.each([
      '{',
      '[]',
      '""',
      'null',
      '{"__proto__": {}}',
      '{"user": {"$ne": 1}, "password": "x"}',
      '{"user": ["a"], "password": "x"}',
    ])('answers the body %s with 400', async (body) => {
      const headers = { 'content-type': 'application/json' };
      expect((await visitor.fetch('POST', '/console/session', { headers, body })).status).toBe(400);
    });
  });
});

/** The headers of a page that came by plain http from another machine; browsers then send no `Sec-Fetch-Site`. */
function plainPage(host: string): Record<string, string | undefined> {
  return { host, origin: `http://${host}`, 'sec-fetch-site': undefined };
}
