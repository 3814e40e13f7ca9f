import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { loginOptions, type OidcProvider, startOidcProvider } from '../support/oidc-provider.js';
import { eventually } from '../support/poll.js';
import { web, type Web } from '../support/web.js';
import { attack } from './attack.js';
import { hasBrowser, withBrowser } from './browser.js';

describe.skipIf(!hasBrowser)('a session of the console in a real browser', () => {
  const open = withBrowser();
  let provider: OidcProvider;
  let evil: Web;
  beforeAll(async () => {
    provider = await startOidcProvider();
    provider.person = { account: 'alice', claims: { tenant: 'demo', roles: ['member'] } };
    const page = (_request: IncomingMessage, response: ServerResponse) =>
      void response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<title>Prize</title><body>You have won');
    evil = await web({ '/': page, '/favicon.ico': page });
  });
  afterAll(async () => {
    await evil.close();
    await provider.stop();
  });

  onSqlite('that began at a provider on another site', (start) => {
    let gateway: TestGateway;
    let shown: string;
    beforeAll(async () => {
      gateway = await start({
        ...loginOptions(provider),
      });
      // The provider is at 127.0.0.1, which is another site than localhost.
      shown = gateway.url.replace('127.0.0.1', 'localhost');
    });
    const session = (page: Page) =>
      page.evaluate(async () => {
        const response = await fetch('/console/session');
        return [response.status, await response.json()] as [number, Record<string, unknown>];
      });
    const logIn = async () => {
      open.expectFault(/^asked for http:\/\/localhost/);
      const page = await open(`${shown}/console/login?next=/console/images`);
      expect(page.url()).toBe(`${shown}/console/images`);
      return page;
    };

    test('serves the page, whose scripts find no token anywhere', async () => {
      const page = await logIn();
      expect(await session(page)).toMatchObject([200, { user: 'alice', project: { id: 'demo' } }]);
      const viewer = await page.evaluate(async () => {
        const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
        const response = await fetch('/graphql', { ...init, body: '{"query":"{ viewer { user } }"}' });
        return response.text();
      });
      expect(viewer).toContain('"alice"');
      const [cookie] = (await page.context().cookies(shown)).filter(({ name }) => name === 'console');
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });
      const kept = await page.evaluate(async () => {
        const databases = (await indexedDB.databases()).map(({ name }) => name);
        return JSON.stringify([
          document.cookie,
          { ...localStorage },
          { ...sessionStorage },
          location.href,
          databases,
        ]);
      });
      expect(kept).not.toMatch(/eyJ|console=/);
      expect(kept).not.toContain(cookie.value);
      await page.reload();
      expect((await session(page))[0]).toBe(200);
      await page.evaluate(() => fetch('/console/session', { method: 'DELETE' }));
      expect((await session(page))[0]).toBe(401);
      open.expectFault(/401/);
    });

    test.each<[string, () => string]>([
      ['another site', () => evil.url],
      ['another port of the same host', () => evil.url.replace('127.0.0.1', 'localhost')],
    ])('is out of reach for a page of %s', async (_, from) => {
      const page = await logIn();
      const before = (await page.context().cookies(shown)).filter(({ name }) => name === 'console');
      open.expectFault(/console: /);
      // No script of the console runs here that would ask by itself.
      await page.goto(`${shown}/console/licences.txt`);
      const other = await page.context().newPage();
      await other.goto(from());
      gateway.log.length = 0;
      const outcomes = await other.evaluate(attack, shown);
      expect(outcomes.filter((each) => !/^(failed|opaque 0|no socket)$/.test(each))).toEqual([]);
      // The form, the script and the rest have reached the gateway, which has refused them.
      const statuses = () =>
        gateway.log
          .filter(({ msg }) => msg === 'request')
          .map(({ method, path, status }) => `${method} ${path} ${status}`);
      await eventually(() => statuses().filter((each) => each === 'POST /console/session 403').length === 2);
      // The page itself, without anything of its user, is for everybody.
      const successes = statuses().filter((each) => / 2..$/.test(each) && !each.startsWith('OPTIONS'));
      expect(successes).toEqual(['GET /console/ 200']);
      expect(statuses()).toContain('POST /console/session/refresh 403');
      expect(await session(page)).toMatchObject([200, { user: 'alice' }]);
      const after = (await page.context().cookies(shown)).filter(({ name }) => name === 'console');
      expect(after).toEqual(before);
      // Nor does a link there begin another login.
      await other.evaluate((to) => void (location.href = `${to}/console/login`), shown);
      await other.waitForURL(`${shown}/console/?loginError=OWN_PAGE_ONLY`);
    });
  });
});
