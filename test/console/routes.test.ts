import { expect, test } from 'vitest';
import { gunzipSync } from 'node:zlib';
import { readdirSync, readFileSync } from 'node:fs';
import { onSqlite } from '../support/gateway.js';

const ASSETS = new URL('../../dist/console/assets/', import.meta.url);
/** Bytes that a user of the list loads at most, compressed. */
const MOST_SCRIPT = 240 * 1024;
const MOST_STYLE = 15 * 1024;
/** Bytes more for somebody who edits properties. */
const MOST_PROPERTIES = 30 * 1024;
/** Bytes more for somebody who uploads. */
const MOST_UPLOADS = 45 * 1024;
/** Bytes more for somebody who imports. */
const MOST_IMPORTS = 10 * 1024;
/** Bytes more for an administrator, and for a project. */
const MOST_ADMIN = 20 * 1024;

const OIDC = { OIDC_ISSUER: 'http://127.0.0.1:9', OIDC_AUDIENCE: 'g', OIDC_CLIENT_SECRET: 'a-secret' };
const KEYSTONE = {
  KEYSTONE_AUTH_URL: 'http://127.0.0.1:9',
  KEYSTONE_WWW_AUTHENTICATE_URI: 'https://keystone.example.org/v3',
  KEYSTONE_USERNAME: 'g',
  KEYSTONE_PASSWORD: 'a-secret',
};

onSqlite('the console', (start) => {
  const answerOf = async (path: string, options: Record<string, string> = {}, init?: RequestInit) => {
    const gateway = await start(options);
    const response = await fetch(`${gateway.url}${path}`, init);
    const text = await response.text();
    await gateway.close();
    return { response, text };
  };

  test.each(['/console', '/console/', '/console/images/an-id/use', '/console/nowhere'])(
    'answers %s with the page',
    async (path) => {
      const { response, text } = await answerOf(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(text).toMatch(/<script type="module" src="\/console\/assets\/console-\w+\.js">/);
    },
  );

  test('allows no foreign host, no inline script and no script made from text, and gives each answer a nonce', async () => {
    const [one, other] = [await answerOf('/console'), await answerOf('/console')];
    const policy = one.response.headers.get('content-security-policy')!;
    const nonce = /'nonce-([^']+)'/.exec(policy)![1];
    expect(one.text).toContain(`nonce="${nonce}"`);
    expect(other.text).not.toContain(nonce);
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(Object.fromEntries(one.response.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    });
  });

  test('tells anybody how to log in, the version, and what the operator says', async () => {
    const told = await answerOf('/console/config.json', {
      AUTH: 'trusted',
      GRAPHIQL: 'false',
      CONSOLE_BANNER: 'Maintenance on Sunday',
      CONSOLE_LOGOUT_URL: '/logout',
    });
    expect(JSON.parse(told.text)).toEqual({
      auth: 'trusted',
      login: null,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      graphiql: false,
      banner: 'Maintenance on Sunday',
      logoutUrl: '/logout',
    });
  });

  test.each<[AUTH: string, options: Record<string, string>, login: object]>([
    ['keystone', KEYSTONE, { name: 'keystone.example.org', domain: 'Default' }],
    ['oidc', { ...OIDC, OIDC_CLIENT_ID: 'console' }, { name: '127.0.0.1:9', domain: null }],
  ])('names the place where one logs in under AUTH=%s', async (AUTH, options, login) => {
    const { response, text } = await answerOf('/console/config.json', { AUTH, ...options });
    expect([response.status, JSON.parse(text)]).toMatchObject([200, { auth: AUTH, login }]);
    expect(text).not.toMatch(/secret/);
  });

  test('names no address to log out where nobody logs in', async () => {
    const { text } = await answerOf('/console/config.json', { CONSOLE_LOGOUT_URL: '/logout' });
    expect(JSON.parse(text)).toMatchObject({ auth: 'none', logoutUrl: null });
  });

  test('lets browsers keep its files for ever, since their names change with them', async () => {
    const [name] = readdirSync(ASSETS).filter((file) => /^console-\w+\.css/.test(file));
    const { response, text } = await answerOf(`/console/assets/${name.replace('.gz', '')}`);
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(text).toBe(gunzipSync(readFileSync(new URL(name, ASSETS))).toString());
  });

  test('sends a file as it is to a client that takes no gzip', async () => {
    const { response, text } = await answerOf(
      '/console/licences.txt',
      {},
      { headers: { 'accept-encoding': 'identity' } },
    );
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(text).toMatch(/^react \d/m);
  });

  test.each([
    '/console/assets/nothing.js',
    '/console/assets/index.html',
    '/console/assets/..%2f..%2fpackage.json',
  ])('finds no file at %s', async (path) => {
    const { response, text } = await answerOf(path);
    expect([response.status, JSON.parse(text).code]).toEqual([404, 'NOT_FOUND']);
  });

  test('takes no other method than GET and HEAD', async () => {
    const { response } = await answerOf('/console/images', {}, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test.each<[why: string, options: Record<string, string>]>([
    ['CONSOLE is off', { CONSOLE: 'false' }],
    ['it could log nobody in', { AUTH: 'oidc', ...OIDC }],
  ])('is not there when %s', async (_, options) => {
    const { response } = await answerOf('/console', options);
    expect(response.status).not.toBe(200);
    expect(response.headers.get('content-type')).not.toContain('html');
  });

  test('lets one script alone run WebAssembly: that of the digests, which has a policy of its own', async () => {
    const worker = readdirSync(ASSETS).find((file) => file.startsWith('digest-worker-'))!;
    const { response } = await answerOf(`/console/assets/${worker.replace('.gz', '')}`);
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'",
    );
    const page = await answerOf('/console');
    const policy = page.response.headers.get('content-security-policy')!;
    expect(policy).toContain("worker-src 'self'");
    expect(policy).toContain('trusted-types console-worker');
    expect(policy).not.toContain('wasm-unsafe-eval');
  });

  test('is light: the scripts and styles of each part stay below their limits', () => {
    const files = readdirSync(ASSETS);
    const page = gunzipSync(readFileSync(new URL('index.html.gz', ASSETS))).toString();
    const isFirst = (file: string) => page.includes(file.replace('.gz', ''));
    const first = files.filter(isFirst);
    const laterOf = (names: RegExp) => files.filter((file) => !isFirst(file) && names.test(file));
    const size = (all: readonly string[], end: string) =>
      all
        .filter((file) => file.endsWith(end))
        .reduce((sum, file) => sum + readFileSync(new URL(file, ASSETS)).length, 0);
    expect(size(first, '.js.gz')).toBeLessThan(MOST_SCRIPT);
    expect(size(first, '.css.gz')).toBeLessThan(MOST_STYLE);
    const properties = laterOf(/^(properties|chunk)/);
    expect(properties).toContainEqual(expect.stringMatching(/^properties-editor-/));
    expect(size(properties, '.js.gz')).toBeLessThan(MOST_PROPERTIES);
    const uploads = laterOf(/^(uploads|new-screen|transfer-list|digest-worker)-/);
    expect(uploads).toHaveLength(4);
    expect(size(uploads, '.js.gz')).toBeLessThan(MOST_UPLOADS);
    const imports = laterOf(/^(imports|import-form|import-list)-/);
    expect(imports).toHaveLength(3);
    expect(size(imports, '.js.gz')).toBeLessThan(MOST_IMPORTS);
    const admin = laterOf(/^(admin|project)-screen-/);
    expect(admin).toHaveLength(2);
    expect(size(admin, '.js.gz')).toBeLessThan(MOST_ADMIN);
  });
});
