import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, createActiveImage, createImage, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { sql } from '../support/sql.js';
import { hasBrowser, withBrowser } from './browser.js';
import { chosen, closeBoth, focused, images, listed, menuOf, select, shown, tabTo } from './console-page.js';

const FIELDS = gql('query { images { edges { node { status tags } } } }');
const MANY = 1100;
const ROWS = Array.from(
  { length: MANY },
  (_, n) =>
    `('00000000-0000-4000-8000-${String(n).padStart(12, '0')}', 'image-${String(n).padStart(4, '0')}', ${n}, 'queued', ` +
    `0, 0, 'private', 0, 0, '2026-01-01 00:00:00', 0)`,
);

describe.skipIf(!hasBrowser)('the selection of the console', { timeout: 120_000 }, () => {
  const open = withBrowser();

  onSqlite('in a short list', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start();
      for (let number = 1; number <= 6; number++) await createImage(gateway, { name: `image-${number}` });
    });
    const opened = async (width = 1280) => {
      const page = await open('about:blank');
      await page.setViewportSize({ width, height: 800 });
      await page.goto(`${gateway.url}/console/images?sort=name`);
      await listed(page, 'image-1');
      return page;
    };

    test.each([
      ['a table', 1280],
      ['cards', 390],
    ])('takes single images and, with Shift, all up to another one, in %s', async (_, width) => {
      const page = await opened(width);
      await select(page, 'image-2');
      await status(page, '1 image selected');
      await select(page, 'image-4', { modifiers: ['Shift'] });
      await status(page, '3 images selected');
      expect(await chosen(page)).toEqual(['image-2', 'image-3', 'image-4']);
      await select(page, 'image-3');
      await status(page, '2 images selected');
      await page.getByRole('button', { name: 'Clear selection' }).click();
      expect(await chosen(page)).toEqual([]);
      expect(await page.getByRole('grid').getAttribute('aria-multiselectable')).toBe('true');
    });

    test('is made by keys alone: x, Shift with the arrows, Control with A', async () => {
      const page = await opened();
      await page.locator('.grid-body [tabindex="0"]').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('x');
      await status(page, '1 image selected');
      await page.keyboard.press('Shift+ArrowDown');
      await page.keyboard.press('Shift+ArrowDown');
      await status(page, '3 images selected');
      await page.keyboard.press('Shift+ArrowUp');
      await status(page, '2 images selected');
      expect(await chosen(page)).toEqual(['image-2', 'image-3']);
      await page.keyboard.press('Control+a');
      await status(page, '6 images selected');
    });

    test('selects what is loaded by the head of its column, and nothing again', async () => {
      const page = await opened();
      const all = page.getByRole('checkbox', { name: 'Select all that are loaded' });
      await all.click();
      await status(page, '6 images selected');
      await all.click();
      expect(await chosen(page)).toEqual([]);
    });

    test('stays when the list is sorted or an image is opened, and ends with another list', async () => {
      const page = await opened();
      await select(page, 'image-2');
      await page.getByRole('button', { name: 'Name' }).click();
      await listed(page, 'image-6');
      await page.getByRole('link', { name: 'image-5' }).click();
      await page.getByRole('heading', { name: 'image-5' }).waitFor();
      await status(page, '1 image selected');
      await page.getByRole('searchbox', { name: 'Search images' }).fill('image');
      await eventually(async () => (await chosen(page)).length === 0);
    });
  });

  onSqlite('of images with data', (start) => {
    test('gets tags, is withheld and deleted by keys alone', async () => {
      const gateway = await start();
      for (const name of ['one', 'two']) await createActiveImage(gateway, 'data', { name });
      const stored = async () => (await run(gateway, FIELDS)).images.edges.map(({ node }) => node);
      const page = await open(`${gateway.url}/console/images?sort=name`);
      await listed(page, 'one', 'two');
      const { keyboard } = page;
      const dialog = page.getByRole('dialog');
      await tabTo(page, 'one');
      await keyboard.press('Control+a');
      await status(page, '2 images selected');

      await tabTo(page, 'Tags');
      await keyboard.press('Enter');
      await dialog.waitFor();
      await tabTo(page, 'Add a tag');
      await keyboard.type('lts');
      await tabTo(page, 'Next');
      await keyboard.press('Enter');
      await tabTo(page, 'Change 2 images');
      await keyboard.press('Enter');
      await focused(page, 'Close');
      await keyboard.press('Enter');
      await focused(page, 'Tags');
      expect(await stored()).toEqual(Array(2).fill({ status: 'active', tags: ['lts'] }));

      await tabTo(page, /^More/);
      await keyboard.press('Enter');
      await page.getByRole('menu').waitFor();
      await keyboard.type('with');
      await keyboard.press('Enter');
      await dialog.getByText('2 images will be withheld').waitFor();
      await tabTo(page, 'Withhold 2 images');
      await keyboard.press('Enter');
      await focused(page, 'Close');
      await keyboard.press('Enter');
      await focused(page, 'More ▾');
      expect(await stored()).toEqual(Array(2).fill({ status: 'deactivated', tags: ['lts'] }));

      await keyboard.press('Shift+Tab');
      await keyboard.press('Shift+Tab');
      await focused(page, 'Delete');
      await keyboard.press('Enter');
      await focused(page, 'Cancel');
      await tabTo(page, /^Type/);
      await keyboard.type('2');
      await tabTo(page, 'Delete 2 images');
      await keyboard.press('Enter');
      await focused(page, 'Close');
      await keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      expect(await stored()).toEqual([]);
      await closeBoth(page, gateway);
    });
  });

  onSqlite('in a long list', (start, place) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      await (await start()).close();
      for (let at = 0; at < MANY; at += 500)
        await sql(
          place,
          'INSERT INTO images (id, name, size, status, min_disk, min_ram, visibility, protected, os_hidden, created_at, deleted) ' +
            `VALUES ${ROWS.slice(at, at + 500).join()}`,
        );
      gateway = await start();
    });

    test('takes at most 1000 of all that match, and says so', async () => {
      const page = await open(`${gateway.url}/console/images?sort=name`);
      await shown(page, '1,100');
      await select(page, 'image-0000');
      await page.getByRole('button', { name: 'Select the first 1,000 of 1,100 that match' }).click();
      await status(page, '1,000 images selected');
    });

    test('takes nothing of a list that is left before the answer comes', async () => {
      const page = await open(`${gateway.url}/console/images?sort=name`);
      await shown(page, '1,100');
      let asked = 0;
      let letGo = () => {};
      const held = new Promise<void>((resolve) => (letGo = resolve));
      const isIds = (body: string | null) => body?.includes('ImageIds') === true;
      await page.route('**/graphql', async (route) => {
        if (isIds(route.request().postData())) {
          asked += 1;
          await held;
        }
        await route.continue();
      });
      const answered = page.waitForResponse((response) => isIds(response.request().postData()));
      await select(page, 'image-0000');
      await page.getByRole('button', { name: 'Select the first 1,000 of 1,100 that match' }).click();
      await eventually(() => asked === 1);
      await page.getByRole('searchbox', { name: 'Search images' }).fill('image-000');
      await shown(page, 10);
      letGo();
      await (await answered).finished();
      await page.evaluate('new Promise((resolve) => requestAnimationFrame(resolve))');
      expect(await page.getByText(/selected$/).count()).toBe(0);
      expect(asked).toBe(1);
    });

    test('takes all that match where they are fewer, also those that are not loaded', async () => {
      const page = await open(`${gateway.url}/console/images?sort=name&q=image-02`);
      await shown(page, 100);
      await page.goto(`${gateway.url}/console/images?sort=name&q=image-0`);
      await shown(page, '1,000');
      await select(page, 'image-0000');
      await page.getByRole('button', { name: 'Select all 1,000 that match' }).click();
      await status(page, '1,000 images selected');
    });
  });

  onSqlite('for somebody who may change nothing', (start) => {
    test('is not there, nor is any change', async () => {
      const gateway = await start({ AUTH: 'trusted', ALLOW_ANONYMOUS_ACCESS: 'true' });
      await createImage(gateway, { name: 'public', visibility: 'PUBLIC' }, as('operators', 'admin'));
      const page = await open(`${gateway.url}/console/images`);
      await images(page);
      expect(await page.getByRole('checkbox').count()).toBe(0);
      await page.locator('.grid-body [tabindex="0"]').focus();
      await page.keyboard.press('x');
      expect(await chosen(page)).toEqual([]);
      const menu = await menuOf(page, 'public');
      expect(await menu.getByRole('menuitem').allInnerTexts()).toEqual(['Open', 'Copy id']);
      await closeBoth(page, gateway);
    });
  });
});

/** Waits until screen readers hear this of the selection. */
function status(page: Page, text: string): Promise<void> {
  return page.locator('.bulk-bar [role=status]').getByText(text, { exact: true }).waitFor();
}
