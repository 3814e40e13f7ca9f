import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createImage, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { interpose } from '../support/interposed.js';
import { hasKeystone, passwordOf, startKeystone, type Keystone } from '../support/keystone-server.js';
import { loginOptions, type OidcProvider, startOidcProvider } from '../support/oidc-provider.js';
import { eventually } from '../support/poll.js';
import { folderOfTests } from '../support/temporary-folder.js';
import { hasBrowser, withBrowser } from './browser.js';
import { codeOf, FACTOR } from '../support/second-factor.js';
import {
  closeBoth,
  filter,
  focused,
  images,
  isList,
  isStream,
  menuOf,
  row,
  tabTo,
  told,
} from './console-page.js';
import { faultsInThemes } from './faults-of-axe.js';
import { textsInMemory } from './memory.js';
import { chooseNew, madeFile, says, startUploads, withoutFilePicker } from './upload-page.js';

const CREATE = 'mutation ($name: String!) { createImage(input: { name: $name }) { id } }';
const OWNERS = gql('{ images { edges { node { ownerTenant { name } } } } }');
const ACCEPT = gql('mutation ($id: ID!) { acceptImage(id: $id) { id } }');
/** All that scripts of a page can read and keep. */
const STORED = `(async () => JSON.stringify([
  document.cookie, { ...localStorage }, { ...sessionStorage }, location.href,
  await indexedDB.databases().then((all) => Promise.all(all.map(({ name }) => new Promise((resolve) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => {
      const stores = [...opening.result.objectStoreNames];
      if (stores.length === 0) return resolve([]);
      const reading = opening.result.transaction(stores).objectStore(stores[0]).getAll();
      reading.onsuccess = () => { opening.result.close(); resolve(reading.result); };
    };
  })))),
]))()`;

describe.skipIf(!hasBrowser)('the login of the console', { timeout: 120_000 }, () => {
  const open = withBrowser();
  const folder = folderOfTests();
  const file = (name: string, mebibytes: number) =>
    madeFile(join(folder, crypto.randomUUID(), name), mebibytes);

  /** Opens a page, and keeps every body that it gets. */
  const opened = async (url: string): Promise<{ page: Page; bodies: string[] }> => {
    const page = await open('about:blank');
    const bodies: string[] = [];
    await withoutFilePicker(page);
    page.on(
      'response',
      (response) =>
        void response.text().then(
          (text) => bodies.push(text),
          () => undefined,
        ),
    );
    await page.goto(url);
    return { page, bodies };
  };

  describe.skipIf(!hasKeystone)('at Keystone', () => {
    let keystone: Keystone;
    beforeAll(async () => {
      keystone = await startKeystone();
      const { body } = await keystone.request('GET', '/roles?name=reader');
      const role = `/projects/${keystone.projects.other}/users/${keystone.users.alice}/roles/${body.roles[0].id}`;
      await keystone.request('PUT', role);
      const careful = {
        ...{ name: 'careful', password: passwordOf('careful'), domain_id: 'default' },
        options: { multi_factor_auth_enabled: true, multi_factor_auth_rules: [['password', 'totp']] },
      };
      const { body: made } = await keystone.request('POST', '/users', { user: careful });
      const member = await keystone.request('GET', '/roles?name=member');
      const { id } = made.user;
      await keystone.request(
        'PUT',
        `/projects/${keystone.projects.demo}/users/${id}/roles/${member.body.roles[0].id}`,
      );
      const credential = { type: 'totp', blob: FACTOR.base32, user_id: id };
      await keystone.request('POST', '/credentials', { credential });
    }, 120_000);
    afterAll(() => keystone?.stop());

    onSqlite('of a user', (start) => {
      let gateway: TestGateway;
      beforeEach(async () => {
        gateway = await start({
          AUTH: 'keystone',
          KEYSTONE_AUTH_URL: keystone.url,
          KEYSTONE_USERNAME: 'gateway',
          KEYSTONE_PASSWORD: passwordOf('gateway'),
        });
      });
      const created = async (name: string, project: string) => {
        const token = await keystone.token({ user: 'root', project });
        const response = await fetch(`${gateway.url}/graphql`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'X-Auth-Token': token },
          body: JSON.stringify({ query: CREATE, variables: { name } }),
        });
        expect((await response.json()) as object).not.toHaveProperty('errors');
      };
      const fill = async (
        page: Page,
        { user = 'alice', password = passwordOf('alice'), project = 'demo' } = {},
      ) => {
        await page.getByLabel('User', { exact: true }).fill(user);
        await page.getByLabel('Password').fill(password);
        await page.getByLabel(/^Project/).fill(project);
        await page.getByRole('button', { name: 'Log in', exact: true }).click();
      };
      const loggedIn = async (path = '/console/images') => {
        open.expectFault(/401/);
        const found = await opened(gateway.url + path);
        await fill(found.page);
        await images(found.page);
        return found;
      };

      test('leads to the screen of the address, and no script finds the token or the password', async () => {
        await created('of-demo', 'demo');
        const { page, bodies } = await loggedIn('/console/images?q=of-demo');
        await page.getByRole('link', { name: 'of-demo' }).waitFor();
        expect(new URL(page.url()).search).toContain('q=of-demo');
        const [token] = await page.context().cookies();
        expect(token).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
        const seen = [await page.evaluate<string>(STORED), ...bodies].join('\n');
        expect(seen).toContain('of-demo');
        expect(seen).not.toContain(passwordOf('alice'));
        expect(seen).not.toMatch(/gAAAA|eyJ/);
        expect(seen).not.toContain(token.value);
      });

      test('leaves neither the token nor the password in the memory of the page', async () => {
        await created('remembered', 'demo');
        open.expectFault(/401/);
        const { page } = await opened(`${gateway.url}/console/images`);
        await page.getByLabel('User', { exact: true }).fill('alice');
        await page.getByLabel(/^Project/).fill('demo');
        await page.getByLabel('Password').focus();
        // Unlike `fill`, keys hand no text to a script.
        await page.keyboard.type(passwordOf('alice'));
        expect(await textsInMemory(page)).toContain(passwordOf('alice'));
        await page.keyboard.press('Enter');
        await page.getByRole('link', { name: 'remembered' }).waitFor();
        const found = await textsInMemory(page);
        expect(found).toContain('remembered');
        const [{ value }] = await page.context().cookies();
        for (const secret of [passwordOf('alice'), value, 'gAAAAAB'])
          expect(found.includes(secret), secret).toBe(false);
      });

      test('says that it failed, and keeps the name', async () => {
        open.expectFault(/401/);
        const { page } = await opened(`${gateway.url}/console/login?next=/console/help`);
        await fill(page, { password: 'wrong' });
        await page.getByRole('alert').getByText('The login failed.').waitFor();
        expect(await page.getByLabel('User', { exact: true }).inputValue()).toBe('alice');
        expect(await page.getByLabel('Password').inputValue()).toBe('');
        await fill(page);
        await page.getByRole('heading', { name: 'Help' }).waitFor();
      });

      test('is done by keys alone, with what password managers look for', async () => {
        open.expectFault(/401/);
        const { page } = await opened(`${gateway.url}/console/images`);
        const user = page.getByLabel('User', { exact: true });
        await user.waitFor();
        expect(await user.getAttribute('autocomplete')).toBe('username');
        expect(await page.getByLabel('Password').getAttribute('autocomplete')).toBe('current-password');
        await page.keyboard.type('alice');
        await page.keyboard.press('Tab');
        await page.keyboard.type(passwordOf('alice'));
        await page.keyboard.press('Enter');
        await images(page);
      });

      test('shows the images of the project that one changes to', async () => {
        await created('only-in-demo', 'demo');
        const { page } = await loggedIn('/console/images?q=only');
        await page.getByRole('link', { name: 'only-in-demo' }).waitFor();
        await page.getByRole('button', { name: /^Project demo/ }).click();
        await page.getByRole('menuitemradio', { name: /^other/ }).click();
        await page.getByRole('button', { name: /^Project other/ }).waitFor();
        await page.getByText('Nothing matches.').waitFor();
      });

      test('ends in all tabs with the log-out, and the token counts no longer', async () => {
        const { page } = await loggedIn();
        const other = await page.context().newPage();
        await other.goto(`${gateway.url}/console/images`);
        await images(other);
        const cookies = await page.context().cookies();
        await page.getByRole('button', { name: /^Settings/ }).click();
        await page.getByRole('menuitem', { name: 'Log out' }).click();
        await page.getByLabel('Password').waitFor();
        await other.getByLabel('Password').waitFor();
        await page.context().addCookies(cookies);
        await page.reload();
        await page.getByLabel('Password').waitFor();
      });

      test('that ends in the middle of an upload comes back over the page, and the upload goes on', async () => {
        const { page } = await loggedIn();
        await chooseNew(page, file('before-the-end.raw', 2));
        await page.context().clearCookies();
        await page.getByRole('button', { name: /^Start/ }).click();
        const dialog = page.getByRole('alertdialog', { name: 'Your login has ended.' });
        await dialog.getByLabel('Password').fill(passwordOf('alice'));
        expect(await dialog.getByLabel('User', { exact: true }).inputValue()).toBe('alice');
        await dialog.getByRole('button', { name: 'Log in', exact: true }).click();
        await says(page, 'before-the-end', 'Same as here.');
      });

      test('that has ended goes on by keys alone, and the page remembers no password', async () => {
        const { page } = await loggedIn();
        await page.context().clearCookies();
        await page.keyboard.press('g');
        await page.keyboard.press('o');
        const dialog = page.getByRole('alertdialog', { name: 'Your login has ended.' });
        await dialog.waitFor();
        await focused(page, 'User');
        await tabTo(page, 'Password');
        await page.keyboard.type(passwordOf('alice'));
        await page.keyboard.press('Enter');
        await dialog.waitFor({ state: 'detached' });
        await page.getByRole('heading', { name: 'Inbox' }).waitFor();
        expect((await textsInMemory(page)).includes(passwordOf('alice'))).toBe(false);
      });

      test.each([
        ['finds it by the stream of changes', true],
        ['finds it by a question', false],
      ])('that has ended shows in all tabs as soon as one %s', async (_, byStream) => {
        const { page: first } = await loggedIn();
        let end = () => {};
        const isOver = new Promise<void>((resolve) => (end = resolve));
        await first.route('**/graphql', async (route) => {
          if (!isStream(route.request())) return route.continue();
          await isOver;
          await route.fulfill({ status: 401, json: {} });
        });
        await first.reload();
        await images(first);
        const second = await first.context().newPage();
        await second.goto(`${gateway.url}/console/images`);
        await images(second);
        await first.context().clearCookies();
        if (byStream) end();
        else await first.getByRole('link', { name: 'Public' }).click();
        for (const page of [first, second])
          await page.getByRole('alertdialog', { name: 'Your login has ended.' }).waitFor({ timeout: 5000 });
      });

      test('of another user in another tab ends what the first one began', async () => {
        const { page } = await loggedIn();
        await chooseNew(page, file('chosen-by-alice.raw', 1));
        await page.context().clearCookies();
        const other = await page.context().newPage();
        await other.goto(`${gateway.url}/console/images`);
        await fill(other, { user: 'bob', password: passwordOf('bob'), project: 'other' });
        await images(other);
        await page.getByRole('button', { name: /^Project other/ }).waitFor();
        expect(await page.getByText('chosen-by-alice').count()).toBe(0);
        await page.getByRole('link', { name: 'Transfers' }).click();
        expect(await page.locator('body').innerText()).not.toContain('alice');
      });

      test('of another user shows nothing of the one before', async () => {
        await created('of-demo', 'demo');
        const { page } = await loggedIn();
        await startUploads(page, file('of-alice.raw', 1));
        await says(page, 'of-alice', 'Same as here.');
        await page.context().clearCookies();
        await page.getByRole('link', { name: 'Images' }).click();
        const dialog = page.getByRole('alertdialog', { name: 'Your login has ended.' });
        await dialog.getByLabel('User', { exact: true }).fill('bob');
        await dialog.getByLabel('Password').fill(passwordOf('bob'));
        await dialog.getByLabel(/^Project/).fill('other');
        await dialog.getByRole('button', { name: 'Log in', exact: true }).click();
        await page.getByRole('button', { name: /^Project other/ }).waitFor();
        await images(page);
        expect(await page.locator('body').innerText()).not.toMatch(/of-demo|of-alice/);
      });

      test('asks for the code of a second factor', async () => {
        open.expectFault(/401/);
        const { page } = await opened(`${gateway.url}/console/images`);
        await fill(page, { user: 'careful', password: passwordOf('careful') });
        await page.getByText('Your account has a second factor.').waitFor();
        expect(await page.getByLabel('Code').getAttribute('autocomplete')).toBe('one-time-code');
        await page.getByLabel('Code').fill(codeOf(FACTOR.key));
        await page.getByRole('button', { name: 'Log in', exact: true }).click();
        await images(page);
      });

      test('takes an application credential', async () => {
        open.expectFault(/401/);
        const secret = 'the-secret-of-alice';
        const token = await keystone.token({ user: 'alice', project: 'demo' });
        const path = `/users/${keystone.users.alice}/application_credentials`;
        const credential = { name: `console-${crypto.randomUUID()}`, secret };
        const { body } = await keystone.request('POST', path, { application_credential: credential }, token);
        const { page } = await opened(`${gateway.url}/console/images`);
        await page.getByText('Use an application credential').click();
        await page.getByLabel('Id of the application credential').fill(body.application_credential.id);
        await page.getByLabel('Secret').fill(secret);
        await page.getByRole('button', { name: 'Log in', exact: true }).click();
        await images(page);
        expect(await page.evaluate<string>(STORED)).not.toContain(secret);
      });

      test('announces its end five minutes before', async () => {
        open.expectFault(/401/);
        const { page } = await opened('about:blank');
        await page.clock.install();
        await page.goto(`${gateway.url}/console/images`);
        await fill(page);
        await images(page);
        const session = await page.context().request.get(`${gateway.url}/console/session`, {
          headers: { origin: gateway.url },
        });
        const { expiresAt } = (await session.json()) as { expiresAt: string };
        const before = page.getByRole('status').getByText(/^Your login ends at/);
        await page.clock.setSystemTime(new Date(Date.parse(expiresAt) - 400_000));
        await page.reload();
        await images(page);
        expect(await before.count()).toBe(0);
        await page.clock.fastForward(150_000);
        await before.waitFor();
      });

      test('has no fault that axe finds, in any width and theme', async () => {
        open.expectFault(/401/);
        const { page } = await opened(`${gateway.url}/console/images`);
        await fill(page, { password: 'wrong' });
        await page.getByRole('alert').waitFor();
        for (const width of [390, 768, 1280, 1920]) {
          await page.setViewportSize({ width, height: 900 });
          expect(await faultsInThemes(page), `${width} pixels`).toEqual([]);
        }
      });
    });
    onSqlite('of users who see names of projects', (start) => {
      let gateway: TestGateway;
      let twin: string;
      beforeAll(async () => {
        const { body: roles } = await keystone.request('GET', '/roles?name=reader');
        await keystone.request('PUT', `/system/users/${keystone.users.gateway}/roles/${roles.roles[0].id}`);
        const { body } = await keystone.request('POST', '/domains', { domain: { name: 'Elsewhere' } });
        const project = { name: 'demo', domain_id: body.domain.id };
        twin = (await keystone.request('POST', '/projects', { project })).body.project.id;
        gateway = await start({
          AUTH: 'keystone',
          KEYSTONE_AUTH_URL: keystone.url,
          KEYSTONE_USERNAME: 'gateway',
          KEYSTONE_PASSWORD: passwordOf('gateway'),
        });
      });
      const loggedIn = async (user: string, path: string, at = gateway) => {
        open.expectFault(/401/);
        const { page } = await opened(at.url + path);
        await page.getByLabel('User', { exact: true }).fill(user);
        await page.getByLabel('Password').fill(passwordOf(user));
        await page.getByLabel(/^Project/).fill('demo');
        await page.getByRole('button', { name: 'Log in', exact: true }).click();
        return page;
      };
      const by = async (user: string) => ({
        'x-auth-token': await keystone.token({ user, project: 'demo' }),
      });

      test('shows administrators the names, and finds projects by them', async () => {
        const root = await by('root');
        await createImage(gateway, { name: 'near' }, root);
        const far = await createImage(gateway, { name: 'far', owner: twin, visibility: 'SHARED' }, root);
        const { demo, other } = keystone.projects;
        // Names that come too late for a list are there for a later one.
        await eventually(async () =>
          (await run(gateway, OWNERS, {}, root)).images.edges.every(({ node }) => node.ownerTenant?.name),
        );
        const page = await loggedIn('root', '/console/images?scope=all');
        await row(page, 'near').getByText('demo', { exact: true }).waitFor();
        // The name of another domain stands beside a name that may be there twice.
        await row(page, 'far').getByText('Elsewhere', { exact: true }).waitFor();
        expect(await row(page, 'near').getByText('Default').count()).toBe(0);
        expect(await faultsInThemes(page)).toEqual([]);

        const owner = (await filter(page, 'More filters')).getByLabel('Project', { exact: true });
        await owner.fill('DEM');
        await page
          .locator(`datalist option[value="${twin}"][label="demo (Elsewhere)"]`)
          .waitFor({ state: 'attached' });
        await owner.fill(demo);
        await page.getByText('Project demo.', { exact: true }).waitFor();
        await owner.press('Enter');
        await page.getByRole('button', { name: 'Remove the filter Project: demo', exact: true }).waitFor();

        await page.goto(`${gateway.url}/console/images/${far}/sharing`);
        await page.getByLabel('Share with a project').fill('nobody-has-this');
        await page.getByText('No project has this id or name.').waitFor();
        await page.getByLabel('Share with a project').fill(other);
        await page.getByText('Project other.', { exact: true }).waitFor();
        expect(await faultsInThemes(page)).toEqual([]);
        await page.keyboard.press('Enter');
        await told(page, 'far is offered to project other.');
        await page.getByRole('row', { name: new RegExp(`^other ${other}`) }).waitFor();

        await page.goto(`${gateway.url}/console/inbox?project=${other}`);
        const offer = page.getByRole('listitem', { name: 'far' });
        await offer.getByText('Elsewhere', { exact: true }).waitFor();
        await offer.getByRole('button', { name: 'Accept, far' }).click();
        const dialog = page.getByRole('alertdialog', { name: 'Accept far for project other?' });
        await dialog.getByText(other, { exact: true }).waitFor();
        await dialog.getByRole('button', { name: 'Accept', exact: true }).click();
        await told(page, 'far is accepted.');

        await page.goto(`${gateway.url}/console/admin/projects`);
        await page.getByRole('link', { name: 'demo Elsewhere' }).waitFor();
        await page.goto(`${gateway.url}/console/images?scope=all`);
        await (await menuOf(page, 'near')).getByRole('menuitem', { name: 'Edit' }).click();
        await page.getByRole('dialog').getByLabel('Project', { exact: true }).fill(other);
        await page.getByRole('button', { name: 'Save' }).click();
        const sentence = 'It belongs to project other from now on. Project demo owned it before.';
        await page.getByText(sentence).waitFor();
        await page.getByRole('button', { name: 'Save it so' }).click();
        await told(page, 'near is saved.');
        await row(page, 'near').getByText('other', { exact: true }).waitFor();
      });

      test('shows a name that Keystone gives late, without reading the list anew', async () => {
        const between = await interpose(keystone.url);
        const slow = await start({
          AUTH: 'keystone',
          KEYSTONE_AUTH_URL: between.url,
          KEYSTONE_USERNAME: 'gateway',
          KEYSTONE_PASSWORD: passwordOf('gateway'),
        });
        await createImage(slow, { name: 'late', owner: twin, visibility: 'PUBLIC' }, await by('root'));
        const held: (() => void)[] = [];
        between.conduct = (incoming, response) => {
          const pass = () => between.pass(incoming, response);
          if (incoming.url!.startsWith(`/v3/projects/${twin}`)) held.push(pass);
          else pass();
        };
        const page = await loggedIn('root', '/console/images?scope=all&q=late', slow);
        await row(page, 'late').getByText(twin, { exact: true }).waitFor();
        let lists = 0;
        page.on('request', (asked) => (lists += Number(isList(asked.postData()))));
        between.conduct = 'pass';
        for (const pass of held) pass();
        await row(page, 'late').getByText('demo', { exact: true }).waitFor();
        expect(lists).toBe(0);
        await closeBoth(page, slow);
        await between.stop();
      });

      test('shows others the names of those that showed themselves, and ids else', async () => {
        const { demo, other } = keystone.projects;
        const id = await createImage(gateway, { name: 'mine' }, await by('alice'));
        const page = await loggedIn('alice', `/console/images/${id}/sharing`);
        await page.getByText('Nobody checks that it exists.').waitFor();
        await page.getByLabel('Share with a project').fill(other);
        await page.keyboard.press('Enter');
        await page.getByRole('row', { name: new RegExp(`^${other}`) }).waitFor();
        const bob = { 'x-auth-token': await keystone.token({ user: 'bob', project: 'other' }) };
        await run(gateway, ACCEPT, { id }, bob);
        await page.getByRole('row', { name: new RegExp(`^other ${other}`) }).waitFor();
        await page.goto(`${gateway.url}/console/project`);
        await page.getByText('demo', { exact: true }).first().waitFor();
        await page.getByText(demo, { exact: true }).waitFor();
        await page.getByRole('cell', { name: new RegExp(`^other ${other}`) }).waitFor();
      });
    });
  });

  describe('at an OIDC provider', () => {
    let provider: OidcProvider;
    beforeAll(async () => {
      provider = await startOidcProvider();
      provider.person = { account: 'alice', claims: { tenant: 'demo', roles: ['member'] } };
    });
    afterAll(() => provider.stop());

    onSqlite('of a user', (start) => {
      let gateway: TestGateway;
      beforeAll(async () => {
        gateway = await start({
          ...loginOptions(provider),
        });
      });

      test('comes back to the screen of the address, and no script finds a token', async () => {
        open.expectFault(/401/);
        const { page, bodies } = await opened(`${gateway.url}/console/images?q=nothing`);
        await page.getByRole('link', { name: 'Log in' }).click();
        await page.getByText('Nothing matches.').waitFor();
        expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/console/images?q=nothing');
        await page.getByRole('button', { name: 'Settings, alice by name' }).waitFor();
        const seen = [await page.evaluate<string>(STORED), ...bodies].join('\n');
        expect(seen).toContain('alice by name');
        expect(seen).not.toContain('eyJ');
        const remembered = await textsInMemory(page);
        expect(remembered).toContain('alice by name');
        expect(remembered.includes('eyJ')).toBe(false);
      });

      test('is made longer before it ends', async () => {
        open.expectFault(/401/);
        const { page } = await opened('about:blank');
        await page.clock.install();
        await page.goto(`${gateway.url}/console/images`);
        await page.getByRole('link', { name: 'Log in' }).click();
        await images(page);
        const refreshed = page.waitForResponse((response) => response.url().endsWith('/session/refresh'));
        await page.clock.fastForward('09:30');
        expect((await refreshed).status()).toBe(200);
        await images(page);
      });

      test('that the person gives up says so', async () => {
        open.expectFault(/401/);
        const { page } = await opened(`${gateway.url}/console/images`);
        const { person } = provider;
        provider.person = null;
        await page.getByRole('link', { name: 'Log in' }).click();
        await page.getByRole('alert').getByText('The login failed.').waitFor();
        provider.person = person;
        await page.getByRole('link', { name: 'Log in' }).click();
        await images(page);
        expect(page.url()).not.toContain('loginError');
      });

      test('that has ended goes on in another tab, and this page waits for it', async () => {
        open.expectFault(/401/);
        const { page } = await opened(`${gateway.url}/console/images`);
        await page.getByRole('link', { name: 'Log in' }).click();
        await images(page);
        await page.context().clearCookies({ domain: '127.0.0.1' });
        await page.getByRole('link', { name: 'Public' }).click();
        const link = page.getByRole('alertdialog').getByRole('link', { name: 'Log in' });
        const [tab] = await Promise.all([page.waitForEvent('popup'), link.click()]);
        await tab.getByRole('heading', { name: 'Help' }).waitFor();
        await eventually(async () => (await page.getByRole('alertdialog').count()) === 0);
        await images(page);
      });
    });
  });
});
