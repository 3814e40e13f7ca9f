import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { hasNginx, startNginx, type Nginx } from '../support/nginx-server.js';
import { loginOptions, type OidcProvider, startOidcProvider } from '../support/oidc-provider.js';
import { eventually } from '../support/poll.js';
import { folderOfTests } from '../support/temporary-folder.js';
import { web, type Web } from '../support/web.js';
import { attack } from './attack.js';
import { hasBrowser, withBrowser } from './browser.js';
import { images, isStream } from './console-page.js';
import { madeFile, says, startUploads, withoutFilePicker } from './upload-page.js';

/** The gateway, another host of its domain, and names of others that lead to the gateway. */
const SHOWN = 'https://images.example.org';
const SIBLING = 'https://evil.example.org';
const REBOUND = 'https://rebound.example.net';
const REBOUND_WITHOUT_TLS = 'http://plain.example.net';
const NAME = '__Host-console';
/** No script of the console runs here that would ask by itself. */
const QUIET = `${SHOWN}/console/licences.txt`;

/** Ways to set a cookie that a server may take for the one of a session. */
const TOSSED: Record<string, (value: string) => string> = {
  'its name, for the whole domain': (value) => `${NAME}=${value}; Domain=example.org; Path=/; Secure`,
  'its name, for the page alone': (value) => `${NAME}=${value}; Path=/; Secure`,
  'its name, for a deeper path': (value) => `${NAME}=${value}; Domain=example.org; Path=/console; Secure`,
  'other letter cases': (value) => `__HOST-console=${value}; Domain=example.org; Path=/; Secure`,
  'no name, and its name in the value': (value) => `=${NAME}=${value}; Domain=example.org; Path=/; Secure`,
  'a blank in front': (value) => ` ${NAME}=${value}; Domain=example.org; Path=/; Secure`,
  'a blank of Latin-1 in front': (value) => `\u00a0${NAME}=${value}; Domain=example.org; Path=/; Secure`,
  'a blank of Unicode in front': (value) => `\u2000${NAME}=${value}; Domain=example.org; Path=/; Secure`,
  'a blank of Unicode behind': (value) => `${NAME}\u2000=${value}; Domain=example.org; Path=/; Secure`,
  'the name without its prefix': (value) => `console=${value}; Domain=example.org; Path=/; Secure`,
  'another cookie in the value': (value) => `a=b, ${NAME}=${value}; Domain=example.org; Path=/; Secure`,
  'an open quote': (value) => `a="b ${NAME}=${value}; Domain=example.org; Path=/; Secure`,
  'a second part': (value) => `${NAME}-1=${value}; Domain=example.org; Path=/; Secure`,
};

describe.skipIf(!hasBrowser || !hasNginx)('the console behind TLS and HTTP/2', { timeout: 60_000 }, () => {
  const folder = folderOfTests();
  let provider: OidcProvider;
  let evil: Web;
  /** The line that the sibling sets. */
  let line = '';
  beforeAll(async () => {
    provider = await startOidcProvider();
    const page = (_request: IncomingMessage, response: ServerResponse) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Prize</title>');
    evil = await web({
      '/': page,
      '/favicon.ico': page,
      // Each byte of the line is a character here.
      '/toss': (_, response) =>
        void response
          .writeHead(200, { 'content-type': 'text/html', 'set-cookie': latin1(line) })
          .end('<title>Tossed</title>'),
    });
  });
  afterAll(async () => {
    await evil.close();
    await provider.stop();
  });

  onSqlite('of a user who is logged in at a provider', (start) => {
    let gateway: TestGateway;
    let nginx: Nginx;
    beforeAll(async () => {
      gateway = await start({
        ...loginOptions(provider),
        PUBLIC_ENDPOINT: SHOWN,
      });
      const others = { 'evil.example.org': evil.url };
      nginx = await startNginx({ isSecure: true, behind: gateway.url, others });
    });
    afterAll(() => nginx.stop());
    const open = withBrowser(() => [
      `--host-resolver-rules=${[
        `MAP *.example.org 127.0.0.1:${nginx.proxyPort}`,
        `MAP ${new URL(REBOUND).host} 127.0.0.1:${nginx.proxyPort}`,
        `MAP ${new URL(REBOUND_WITHOUT_TLS).host} 127.0.0.1`,
      ].join()}`,
      `--ignore-certificate-errors-spki-list=${keyOf(nginx.certificate)}`,
    ]);

    const opened = async (url: string) => {
      open.expectFault(/^asked for https:\/\/images\.example\.org/);
      const page = await open('about:blank');
      await withoutFilePicker(page);
      await page.goto(url);
      return page;
    };
    /** @param where the address that the console leads to */
    const loggedIn = async (account: string, where = QUIET) => {
      provider.person = { account, claims: { tenant: account, roles: ['member'] } };
      const page = await opened(`${SHOWN}/console/login?next=${new URL(where).pathname}`);
      await page.waitForURL(where);
      return page;
    };

    test('is not logged in as somebody else by a cookie from another host of the domain', async () => {
      open.expectFault(/^asked for https:\/\/evil/);
      open.expectFault(/401/);
      const value = await sessionOf(await loggedIn('mallory'));
      const page = await opened(QUIET);
      expect(await userOf(page)).toBe(401);
      const arrived: string[] = [];
      for (const [way, toss] of Object.entries(TOSSED)) {
        await tossAt(page, (line = toss(value)));
        arrived.push(...(await page.context().cookies(SHOWN)).map(({ name }) => name));
        await page.goto(QUIET);
        expect([way, await userOf(page)]).toEqual([way, 401]);
        await page.context().clearCookies();
      }
      // The browser takes some of them for other names, and sends them to the gateway.
      expect(arrived).toEqual(expect.arrayContaining(['console', `\u2000${NAME}`]));
    });

    test('stays logged in whatever another host of the domain sets', async () => {
      open.expectFault(/^asked for https:\/\/evil/);
      const value = await sessionOf(await loggedIn('mallory'));
      const page = await loggedIn('alice');
      const own = await page.context().cookies(SHOWN);
      for (const [way, toss] of Object.entries(TOSSED)) {
        await tossAt(page, (line = toss(value)));
        await page.goto(QUIET);
        expect([way, await userOf(page)]).toEqual([way, 'alice']);
        await page.context().clearCookies();
        await page.context().addCookies(own);
      }
    });

    test('is out of reach for a page of another host of the domain', async () => {
      open.expectFault(/^asked for https:\/\/evil/);
      open.expectFault(/console: /);
      const page = await loggedIn('alice');
      const before = await sessionOf(page);
      const other = await page.context().newPage();
      await other.goto(SIBLING);
      const outcomes = await other.evaluate(attack, SHOWN);
      expect(outcomes.filter((each) => !/^(failed|opaque 0|no socket)$/.test(each))).toEqual([]);
      expect(await userOf(page)).toBe('alice');
      expect(await sessionOf(page)).toBe(before);
    });

    test('is not there under a foreign name that leads to the gateway', async () => {
      open.expectFault(/^asked for https?:\/\/(rebound|plain)/);
      open.expectFault(/40[13]/);
      const page = await loggedIn('alice');
      const other = await page.context().newPage();
      await other.goto(`${REBOUND}/console/licences.txt`);
      expect(await userOf(other)).toBe(401);
      // A login that begins there does not end anywhere.
      await other.goto(`${REBOUND}/console/login`);
      expect(other.url()).toMatch(/\?loginError=/);
      expect(await userOf(page)).toBe('alice');
      await other.goto(`${REBOUND_WITHOUT_TLS}:${new URL(gateway.url).port}/console/licences.txt`);
      expect(await userOf(other)).toBe(403);
      const login = await other.evaluate(async () => {
        const headers = { 'content-type': 'application/json' };
        const response = await fetch('/console/session', { method: 'POST', headers, body: '{}' });
        return response.status;
      });
      expect(login).toBe(403);
    });

    test('uploads, and hears of changes, all by HTTP/2', async () => {
      const page = await loggedIn('alice', `${SHOWN}/console/images`);
      await images(page);
      const protocols = await protocolsOf(page);
      const stream = page.waitForResponse((response) => isStream(response.request()) && response.ok());
      await page.reload();
      await images(page);
      await stream;
      await page.evaluate(async () => {
        const headers = { 'content-type': 'application/json' };
        const body = JSON.stringify({ query: 'mutation { createImage(input: { name: "told" }) { id } }' });
        await fetch('/graphql', { method: 'POST', headers, body });
      });
      await page.getByRole('link', { name: 'told' }).waitFor({ timeout: 5000 });
      await startUploads(page, madeFile(join(folder, 'parts.raw'), 70));
      await says(page, 'parts', 'Same as here.');
      await eventually(() => protocols.has('PATCH h2'));
      expect([...protocols].sort()).toEqual(['GET h2', 'PATCH h2', 'POST h2']);
    });
  });
});

/** Goes to a page of the sibling, whose server and whose script set the cookie. */
async function tossAt(page: Page, cookie: string): Promise<void> {
  await page.goto(`${SIBLING}/toss`);
  await page.evaluate((text) => void (document.cookie = text), cookie);
}

/** Returns the user of the session that counts for a page; the status where there is none. */
async function userOf(page: Page): Promise<string | number> {
  return page.evaluate(async () => {
    const response = await fetch('/console/session');
    const { user } = (await response.json()) as { user: string };
    return response.ok ? user : response.status;
  });
}

/** Returns the value of the session's cookie. */
async function sessionOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies(SHOWN);
  return cookies.find(({ name }) => name === NAME)!.value;
}

/** Notes the method and the protocol of each request that begins from now on. */
async function protocolsOf(page: Page): Promise<Set<string>> {
  const seen = new Set<string>();
  const devtools = await page.context().newCDPSession(page);
  const methods = new Map<string, string>();
  devtools.on('Network.requestWillBeSent', ({ requestId, request }) =>
    methods.set(requestId, request.method),
  );
  devtools.on('Network.responseReceived', ({ requestId, response }) => {
    const method = methods.get(requestId);
    if (method && response.url.startsWith(SHOWN)) seen.add(`${method} ${response.protocol}`);
  });
  await devtools.send('Network.enable');
  return seen;
}

/** Returns the digest of a certificate's key, as Chromium takes it. */
function keyOf(certificate: string): string {
  const { publicKey } = new X509Certificate(readFileSync(certificate));
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}

/** Returns a text of which each character is a byte: of UTF-8, but for blanks that are one byte in Latin-1. */
function latin1(text: string): string {
  return text.includes('\u00a0') ? text : Buffer.from(text).toString('latin1');
}
