import { beforeAll, describe, expect, test } from 'vitest';
import { as, createActiveImage, createImage, run } from '../support/client.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { freePort } from '../support/mysql-server.js';
import { eventually } from '../support/poll.js';
import { hasBrowser, withBrowser } from './browser.js';
import {
  closeBoth,
  filter,
  focused,
  images,
  isList,
  listed,
  menuOf,
  names,
  openAs,
  row,
  shown,
} from './console-page.js';

const RENAME = gql(
  'mutation ($id: ID!, $name: String!) { updateImage(id: $id, input: { name: $name }) { id } }',
);
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
const SHARE = gql('mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "blue" }) { id } }');
const MD5_OF_DATA = '8d777f385d3dfec8815d20f7496026dc';
const UNKNOWN = 'aaaaaaaa-0000-4000-8000-00000000000a';

describe.skipIf(!hasBrowser)('the console in a browser', { timeout: 120_000 }, () => {
  const open = withBrowser();

  onEachDatabase('for an administrator', (start) => {
    let gateway: TestGateway;
    let ready: string;
    beforeAll(async () => {
      gateway = await start();
      for (let number = 10; number < 30; number++)
        await createImage(gateway, { name: `image-${number}`, diskFormat: number % 2 ? 'raw' : 'qcow2' });
      ready = await createActiveImage(gateway, 'data', { name: 'ready', tags: ['lts', 'stable'] });
    });

    test('goes to the list, which shows every image and says who may do what', async () => {
      const page = await open(`${gateway.url}/console`);
      await shown(page, 21);
      expect(new URL(page.url()).pathname).toBe('/console/images');
      await listed(page, 'ready');
      await page.getByText('Everybody who reaches this address is an administrator.').waitFor();
      expect(await row(page, 'ready').innerText()).toMatch(/Ready\s+4 B/);
    });

    test('finds by a part of the name while one types, by tag, and by the start of the id', async () => {
      const page = await open(`${gateway.url}/console/images`);
      const field = page.getByRole('searchbox', { name: 'Search images' });
      for (const [words, found] of [
        ['AGE-17', 'image-17'],
        ['lts', 'ready'],
        [ready.slice(0, 13), 'ready'],
      ]) {
        await field.fill(words);
        await listed(page, found);
        await shown(page, 1);
      }
      await page.waitForURL((url) => url.searchParams.get('q') === ready.slice(0, 13));
      await page.getByRole('button', { name: 'Clear search' }).click();
      await shown(page, 21);
    });

    test('filters by values with their counts; chips take the filters away', async () => {
      const page = await open(`${gateway.url}/console/images`);
      const formats = await filter(page, 'Format');
      await formats.getByText('raw').click();
      await shown(page, 11);
      expect(await formats.locator('.choice', { hasText: 'qcow2' }).innerText()).toMatch(/10$/);
      await page.keyboard.press('Escape');
      await (await filter(page, 'Status')).getByText('No data yet').click();
      await page.keyboard.press('Escape');
      expect(new URL(page.url()).search).toBe('?status=queued&format=raw');
      await page.getByRole('button', { name: 'Remove the filter Format: raw' }).click();
      await shown(page, 20);
      await page.getByRole('button', { name: 'Remove the filter Status: No data yet' }).click();
      await shown(page, 21);
    });

    test('filters by a tag and by a property that one types, and says when nothing matches', async () => {
      const page = await open(`${gateway.url}/console/images`);
      await filter(page, 'More filters');
      await page.getByLabel('Tag').fill('stable');
      await page.keyboard.press('Enter');
      await shown(page, 1);
      await page.getByLabel('Property').fill('os:version');
      await page.getByLabel('Value').fill('13');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Escape');
      await page.getByText('Nothing matches.').waitFor();
      await page.getByText('os:version = 13').waitFor();
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await shown(page, 21);
    });

    test('sorts by the heads of the columns, and shows the columns that one chooses', async () => {
      const page = await open(`${gateway.url}/console/images`);
      await page.getByRole('button', { name: 'Name' }).click();
      await listed(page, 'image-10');
      await page.getByRole('button', { name: 'Name' }).click();
      await listed(page, 'ready');
      expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe(
        'descending',
      );
      await (await filter(page, 'Columns')).getByText('MD5').click();
      await page.keyboard.press('Escape');
      expect(await row(page, 'ready').innerText()).toContain(MD5_OF_DATA);
    });

    test('keeps its state in the address, which one can walk back, forward and reload', async () => {
      const page = await open(`${gateway.url}/console/images?sort=name&format=raw`);
      await shown(page, 11);
      await page.getByRole('link', { name: 'image-11' }).click();
      await page.getByRole('heading', { name: 'image-11' }).waitFor();
      await page.getByRole('link', { name: 'Properties' }).click();
      await page.getByText('It has no properties.').waitFor();
      await page.reload();
      await page.getByText('It has no properties.').waitFor();
      await page.goBack();
      await page.getByText('What it is').waitFor();
      await page.goBack();
      await shown(page, 11);
      expect(new URL(page.url()).search).toBe('?sort=name&format=raw');
    });

    test('shows one image with its proof, and compares a digest', async () => {
      const page = await open(`${gateway.url}/console/images/${ready}`);
      await page.getByRole('heading', { name: 'ready' }).waitFor();
      await page.getByText(MD5_OF_DATA).first().waitFor();
      const field = page.getByRole('textbox', { name: 'Compare' });
      await field.fill(MD5_OF_DATA.toUpperCase());
      await page.getByText('Same: the data is what this digest says.').waitFor();
      await field.fill(MD5_OF_DATA.replace('8d', 'ff'));
      await page.getByText('Different: the data is not what this digest says.').waitFor();
      await field.fill('nonsense');
      await page.getByText('This holds no digest that can be compared.').waitFor();
    });

    test('gives a link that ends, and the commands to use it', async () => {
      const page = await open(`${gateway.url}/console/images/${ready}/use`);
      await page.getByText(/^glance .* image-download --file ready\.\w+ [-0-9a-f]{36}$/).waitFor();
      await page.getByLabel('Valid for').selectOption('1 day');
      await page.getByRole('button', { name: 'Make a link' }).click();
      const link = await page.locator('[role=status] code').first().innerText();
      expect(await (await fetch(link)).text()).toBe('data');
    });

    test('downloads the data', async () => {
      const page = await open(`${gateway.url}/console/images/${ready}`);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Download' }).click(),
      ]);
      expect(await textOf(await download.createReadStream())).toBe('data');
    });

    test('marks a row that changes, strikes out one that goes, and offers new images without moving a row', async () => {
      const [first, second] = [
        await createImage(gateway, { name: 'first' }),
        await createImage(gateway, { name: 'second' }),
      ];
      const page = await open(`${gateway.url}/console/images`);
      await shown(page, 23);
      await run(gateway, RENAME, { id: first, name: 'renamed' });
      await run(gateway, DELETE, { id: second });
      await createImage(gateway, { name: 'newest' });
      await page.getByRole('link', { name: 'renamed' }).waitFor();
      await row(page, 'second').getByText('Deleted').waitFor();
      await listed(page, 'second', 'renamed', 'ready');
      await page.getByRole('button', { name: '1 new image, show' }).click();
      await page.getByText('23 images', { exact: true }).waitFor();
      await page.locator('.list-line:focus').waitFor();
      await page.getByRole('link', { name: 'newest' }).waitFor();
      await listed(page, 'newest', 'renamed', 'ready');
    });

    test('is used by the keyboard alone: search, rows, image and back', async () => {
      const page = await open(`${gateway.url}/console/images`);
      await images(page);
      await page.keyboard.press('/');
      await page.keyboard.type('image-1');
      await shown(page, 10);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'image-29' }).waitFor();
      await page.locator('.grid-body [tabindex="0"]').focus();
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('k');
      const chosen = await page.locator('a:focus').innerText();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: chosen }).waitFor();
      await page.keyboard.press('Escape');
      await eventually(async () => (await page.locator('a:focus').innerText()) === chosen);
      await page.keyboard.press('?');
      await page.getByRole('heading', { name: 'Help' }).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('i');
      await images(page);
    });

    test('keeps the focus in a sensible place when the button that had it goes', async () => {
      const page = await open(`${gateway.url}/console/images?format=raw,qcow2&status=queued`);
      await images(page);
      const press = async (name: string) => {
        await page.getByRole('button', { name }).focus();
        await page.keyboard.press('Enter');
      };
      await press('Remove the filter Format: raw');
      await focused(page, 'Remove the filter Format: qcow2');
      await press('Remove the filter Status: No data yet');
      await focused(page, 'Remove the filter Format: qcow2');
      await press('Remove the filter Format: qcow2');
      await page.locator('.list-line:focus').waitFor();
      await page.goto(`${gateway.url}/console/images?q=nothing`);
      await press('Clear filters');
      await page.locator('.list-line:focus').waitFor();
    });

    test('leaves an image open when Escape is pressed in one of its fields', async () => {
      const page = await open(`${gateway.url}/console/images/${ready}`);
      await page.getByRole('textbox', { name: 'Compare' }).focus();
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Properties' }).click();
      await page.getByText('It has no properties.').waitFor();
    });

    test('leaves single keys alone once they are switched off', async () => {
      const page = await open(`${gateway.url}/console/images`);
      await images(page);
      await page.getByRole('button', { name: /^Settings/ }).click();
      await page.getByRole('menuitemradio', { name: 'Off', exact: true }).click();
      await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      await page.reload();
      await images(page);
      await page.locator('.grid-body [tabindex="0"]').focus();
      await page.keyboard.press('x');
      await page.keyboard.press('e');
      expect(new URL(page.url()).pathname).toBe('/console/images');
      expect(await page.locator('.image-row[aria-selected=true]').count()).toBe(0);
      expect(await page.getByRole('dialog').count()).toBe(0);
    });

    test('shows names and values of every kind as text', async () => {
      const hostile = '<img src=x onerror=alert(1)>\u202Egnp.exe\u200B';
      const id = await createImage(gateway, {
        name: hostile,
        properties: [
          { name: 'script', value: '<script>alert(1)</script>' },
          { name: 'link', value: 'javascript:alert(1)' },
          { name: 'long', value: 'x'.repeat(65_535) },
          { name: 'home', value: 'https://example.org/' },
          ...Array.from({ length: 124 }, (_, n) => ({ name: `p${n}`, value: String(n) })),
        ],
      });
      const page = await open(`${gateway.url}/console/images/${id}/properties`);
      await page.getByRole('heading', { name: '<img src=x' }).waitFor();
      await page.getByRole('cell', { name: '<script>alert(1)</script>' }).waitFor();
      expect(await page.getByRole('row').count()).toBeGreaterThan(128);
      expect(await page.locator('table a').evaluateAll(hrefs)).toEqual(['https://example.org/']);
      expect(await page.locator('table a').getAttribute('rel')).toContain('noopener');
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      await run(gateway, DELETE, { id });
    });
  });

  onSqlite('for tenants behind a proxy', (start) => {
    let gateway: TestGateway;
    let shared: string;
    beforeAll(async () => {
      gateway = await start({
        AUTH: 'trusted',
        CONSOLE_BANNER: 'Maintenance on Sunday',
        CONSOLE_LOGOUT_URL: '/logout',
      });
      await createImage(gateway, { name: 'own' }, as('red'));
      shared = await createImage(gateway, { name: 'offered' }, as('green'));
      await run(gateway, SHARE, { id: shared }, as('green'));
      await createImage(gateway, { name: 'for everybody', visibility: 'PUBLIC' }, as('operators', 'admin'));
    });
    const opened = (tenant: string, path: string) => openAs(open, as(tenant), `${gateway.url}${path}`);

    test('shows the images of the project first, and others where one looks for them', async () => {
      const page = await opened('red', '/console');
      await shown(page, 1);
      expect(await names(page)).toEqual(['own']);
      await page.getByText('Maintenance on Sunday').waitFor();
      await page.getByRole('link', { name: 'Public' }).click();
      await listed(page, 'for everybody');
      await page.getByRole('button', { name: /red-user/ }).click();
      await page.getByRole('menuitem', { name: 'Log out' }).waitFor();
    });

    test('says the same of an image that is not there and of one that one may not see', async () => {
      for (const id of [UNKNOWN, shared]) {
        const page = await opened('red', `/console/images/${id}`);
        await page.getByText('There is no image with this id, or you may not see it.').waitFor();
      }
    });

    test('shows the members of an image to its owner', async () => {
      const page = await opened('green', `/console/images/${shared}/sharing`);
      await page.getByRole('row', { name: /blue\s+No answer yet/ }).waitFor();
    });

    test('says that the login has ended, keeps what it shows, and goes on after a new one', async () => {
      const page = await opened('red', '/console/images');
      await shown(page, 1);
      open.expectFault(/401/);
      await page.context().setExtraHTTPHeaders({});
      await page.getByRole('link', { name: 'Public' }).click();
      await page.getByRole('alertdialog').getByText('Your login has ended.').waitFor();
      expect(await names(page)).toEqual(['own']);
      await page.context().setExtraHTTPHeaders(as('red'));
      await page.getByRole('button', { name: 'Log in again' }).click();
      await listed(page, 'for everybody');
    });
  });

  onSqlite('while the gateway cannot be reached', (start) => {
    test('says so, keeps what it shows, and goes on when the gateway is there again', async () => {
      const PORT = String(await freePort());
      const gateway = await start({ PORT });
      await createImage(gateway, { name: 'one' });
      const page = await open(`${gateway.url}/console/images`);
      await shown(page, 1);
      open.expectFault(/ERR_CONNECTION_REFUSED/);
      let refused = 0;
      page.on('requestfailed', () => (refused += 1));
      await gateway.close();
      await page.getByRole('button', { name: 'Name' }).click();
      await page.getByText(/No connection\. Last update \d\d:\d\d:\d\d\. Trying again in \d+ s\./).waitFor();
      await eventually(() => refused > 3);
      expect(await names(page)).toEqual(['one']);
      const item = (await menuOf(page, 'one')).getByRole('menuitem', { name: 'Delete' });
      await item.getByText('The gateway does not answer at the moment.').waitFor();
      await page.keyboard.press('Escape');
      const again = await start({ PORT });
      await page.getByText('No connection').waitFor({ state: 'hidden' });
      await closeBoth(page, again);
    });

    test('waits as long as the gateway asks it to, and says why', async () => {
      const gateway = await start();
      const page = await open('about:blank');
      let asked = 0;
      await page.route('**/graphql', (route) => {
        if (!isList(route.request().postData())) return route.continue();
        asked += 1;
        const error = {
          message: 'The database is away.',
          extensions: { code: 'DATABASE_UNAVAILABLE', retryAfter: 5 },
        };
        return asked > 2 ? route.continue() : route.fulfill({ json: { data: null, errors: [error] } });
      });
      await page.goto(`${gateway.url}/console/images`);
      await page.getByText(/Trying again in [45] s\. Reason: The database is away\./).waitFor();
      await images(page);
      await closeBoth(page, gateway);
    });

    test('shows an error with its request id, which the log has too', async () => {
      const gateway = await start();
      open.expectFault(/400/);
      const page = await open(`${gateway.url}/console/images?visibility=NOBODY`);
      await page.getByRole('alert').getByText('This could not be read.').waitFor();
      const requestId = await page.locator('.failure code').innerText();
      expect(gateway.log).toContainEqual(expect.objectContaining({ reqId: requestId, path: '/graphql' }));
      await page.getByRole('button', { name: /Remove the filter/ }).click();
      await listed(page, 'one');
      await closeBoth(page, gateway);
    });
  });
});

function hrefs(links: { getAttribute(name: string): string | null }[]): (string | null)[] {
  return links.map((link) => link.getAttribute('href'));
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}
