import { beforeAll, describe, expect, test } from 'vitest';
import { as, createActiveImage, createImage, run } from '../support/client.js';
import { onMysql, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { hasBrowser, withBrowser } from './browser.js';
import {
  closeBoth,
  focused,
  images,
  listed,
  menuOf,
  openAs,
  row,
  select,
  shown,
  told,
} from './console-page.js';

const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
const STATUS = gql('query ($id: ID!) { image(id: $id) { status } }');
const SHARE = gql('mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "blue" }) { id } }');
const ACCEPT = gql('mutation ($id: ID!) { acceptImage(id: $id) { id } }');

describe.skipIf(!hasBrowser)('deletion in the console', { timeout: 120_000 }, () => {
  const open = withBrowser();

  onMysql('of one image', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start({ AUTH: 'trusted' });
    });
    const opened = async (path = '/console/images', tenant = 'red') => {
      const page = await openAs(open, as(tenant), gateway.url + path);
      await images(page);
      return page;
    };
    const isThere = async (id: string) => (await run(gateway, STATUS, { id }, as('red'))).image !== null;

    test('says which image, begins on Cancel, and moves the focus to the next row', async () => {
      await createImage(gateway, { name: 'below' }, as('red'));
      const id = await createActiveImage(gateway, 'data', { name: 'unwanted' }, as('red'));
      await createImage(gateway, { name: 'above' }, as('red'));
      const page = await opened();
      await (await menuOf(page, 'unwanted')).getByText('Delete').click();
      const dialog = page.getByRole('alertdialog', { name: 'Delete unwanted?' });
      await dialog.getByText('4 B').waitFor();
      await dialog.getByText('This cannot be undone.').waitFor();
      await focused(page, 'Cancel');
      await dialog.getByRole('button', { name: 'Delete unwanted' }).click();
      await told(page, 'unwanted is deleted.');
      await focused(page, 'below');
      expect(await row(page, 'unwanted').innerText()).toContain('Deleted');
      await page.getByText('2 images', { exact: true }).waitFor();
      expect(await isThere(id)).toBe(false);
    });

    test('is done by keys alone, and is given up with Escape', async () => {
      const id = await createImage(gateway, { name: 'by keys' }, as('red'));
      const page = await opened('/console/images?q=by+keys');
      await shown(page, 1);
      await page.locator('.grid-body [tabindex="0"]').focus();
      await page.keyboard.press('End');
      for (const isDeleted of [false, true]) {
        await focused(page, 'Actions for by keys');
        await page.keyboard.press('Enter');
        await page.getByRole('menu').waitFor();
        await page.keyboard.press('End');
        await page.keyboard.press('Enter');
        await focused(page, 'Cancel');
        await page.getByRole('button', { name: 'Delete by keys' }).waitFor();
        if (!isDeleted) await page.keyboard.press('Escape');
      }
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await told(page, 'by keys is deleted.');
      expect(await isThere(id)).toBe(false);
    });

    test.each([
      ['is public', 'PUBLIC' as const, false],
      ['is for everybody who knows its id', 'COMMUNITY' as const, false],
      ['has a member who accepted it', 'SHARED' as const, true],
    ])('asks for the name of an image that %s', async (_, visibility, isAccepted) => {
      const owner = as('red', 'admin');
      const id = await createImage(gateway, { name: `used ${visibility}`, visibility }, owner);
      if (isAccepted) {
        await run(gateway, SHARE, { id }, owner);
        await run(gateway, ACCEPT, { id }, as('blue'));
      }
      const page = await opened(`/console/images/${id}`);
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      const dialog = page.getByRole('alertdialog');
      const button = dialog.getByRole('button', { name: `Delete used ${visibility}` });
      const field = dialog.getByRole('textbox', { name: /Type its name/ });
      if (isAccepted) await dialog.getByText('1 project, of which 1 accepted: blue').waitFor();
      await field.fill('used');
      expect(await button.isDisabled()).toBe(true);
      await field.fill(`used ${visibility}`);
      await button.click();
      await told(page, `used ${visibility} is deleted.`);
      await page.waitForURL((url) => url.pathname === '/console/images');
    });

    test('asks for the name of an image that is selected alone, too', async () => {
      const owner = as('red', 'admin');
      const id = await createImage(gateway, { name: 'used alone', visibility: 'PUBLIC' }, owner);
      const page = await opened('/console/images?scope=mine&q=used+alone');
      await select(page, 'used alone');
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      const dialog = page.getByRole('alertdialog', { name: 'Delete used alone?' });
      await dialog.getByRole('textbox', { name: /Type its name/ }).fill('used alone');
      await dialog.getByRole('button', { name: 'Delete used alone' }).click();
      await told(page, 'used alone is deleted.');
      await page.getByText('0 images', { exact: true }).waitFor();
      expect(await page.getByText('1 image selected').count()).toBe(0);
      expect(await isThere(id)).toBe(false);
    });

    test('of a protected image is not offered, and its protection is removed by itself', async () => {
      const id = await createImage(gateway, { name: 'kept', protected: true }, as('red'));
      const page = await opened('/console/images?q=kept');
      const menu = await menuOf(page, 'kept');
      const item = menu.getByRole('menuitem', { name: 'Delete' });
      expect(await item.getAttribute('aria-disabled')).toBe('true');
      await item.getByText('It is protected. Remove the protection first.').waitFor();
      // The keyboard reaches the reason; Enter does nothing.
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      await menu.getByText('Remove protection').click();
      await told(page, 'kept is not protected any more.');
      expect(await isThere(id)).toBe(true);
      const again = await menuOf(page, 'kept');
      await again.getByText('Delete').click();
      await page.getByRole('button', { name: 'Delete kept' }).waitFor();
    });

    test('shows a hostile name as it is, with what would not be seen', async () => {
      const name = '<b>image</b>\u202Egnp.exe';
      await createImage(gateway, { name, tags: ['hostile'] }, as('red'));
      const page = await opened('/console/images?tag=hostile');
      await page.locator('.cell-actions button').click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
      await page.getByRole('button', { name: 'Delete <b>image</b>U+202Egnp.exe' }).waitFor();
      await page.getByRole('definition').getByText('<b>image</b>').waitFor();
    });

    test('says when somebody protects the image, or deletes it, while the dialog is open', async () => {
      const id = await createImage(gateway, { name: 'contested' }, as('red'));
      const page = await opened('/console/images?q=contested');
      await (await menuOf(page, 'contested')).getByText('Delete').click();
      const button = page.getByRole('button', { name: 'Delete contested' });
      await button.waitFor();
      await run(gateway, PROTECT, { id, is: true }, as('red'));
      await button.click();
      await page
        .getByRole('alertdialog')
        .getByText(/is protected; set protected to false/)
        .waitFor();
      await run(gateway, PROTECT, { id, is: false }, as('red'));
      await run(gateway, DELETE, { id }, as('red'));
      await button.click();
      await told(page, 'contested was deleted already.');
    });

    test('is not offered for an image of somebody else, which says so', async () => {
      await createImage(gateway, { name: 'theirs', visibility: 'PUBLIC' }, as('operators', 'admin'));
      const page = await opened('/console/images?scope=public&q=theirs');
      const item = (await menuOf(page, 'theirs')).getByRole('menuitem', { name: 'Delete' });
      await item.getByText('It is not yours to change.').waitFor();
      expect(await page.getByRole('menuitem', { name: 'Withhold' }).count()).toBe(0);
    });
  });

  onSqlite('of images of several owners', (start) => {
    test('is for those of the caller, and says so of the others', async () => {
      const gateway = await start({ AUTH: 'trusted' });
      await createImage(gateway, { name: 'theirs', visibility: 'PUBLIC' }, as('operators', 'admin'));
      await createImage(gateway, { name: 'own' }, as('red'));
      const page = await openAs(open, as('red'), `${gateway.url}/console/images?scope=all`);
      await listed(page, 'own', 'theirs');
      await page.getByRole('checkbox', { name: 'Select all that are loaded' }).click();
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText('1 image is not yours to change').waitFor();
      await dialog.getByText('1 image will be deleted').waitFor();
      await dialog.getByRole('textbox').fill('1');
      await dialog.getByRole('button', { name: 'Delete 1 image' }).click();
      await dialog.getByText('1 image is deleted.').waitFor();
      await closeBoth(page, gateway);
    });
  });

  onSqlite('with a delay', (start) => {
    test('says until when the data is kept', async () => {
      const gateway = await start({ DELAYED_DELETE: 'true', SCRUB_TIME: '3600' });
      await createActiveImage(gateway, 'data', { name: 'slow' });
      const page = await open(`${gateway.url}/console/images`);
      await (await menuOf(page, 'slow')).getByText('Delete').click();
      const dialog = page.getByRole('alertdialog');
      await dialog.getByText('This cannot be undone.').waitFor();
      const until = await dialog.locator('time').getAttribute('datetime');
      const minutes = (new Date(until!).getTime() - Date.now()) / 60_000;
      expect(minutes).toBeGreaterThan(55);
      expect(minutes).toBeLessThanOrEqual(60);
      await closeBoth(page, gateway);
    });
  });

  onSqlite('of many images', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start();
    });
    const created = async (count: number, name: string) => {
      for (let number = 1; number <= count; number++)
        await createImage(gateway, { name: `${name}-${number}` });
    };

    test('shows groups first, asks for their number, reports each image, and spares the protected', async () => {
      await created(3, 'group');
      const gone = await createImage(gateway, { name: 'group-gone' });
      await createImage(gateway, { name: 'group-kept', protected: true });
      const page = await open(`${gateway.url}/console/images?q=group&sort=name`);
      await listed(page, 'group-1');
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.getByRole('checkbox', { name: 'Select all that are loaded' }).click();
      await run(gateway, DELETE, { id: gone });
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Delete 5 images?' });
      await dialog.getByText('3 images will be deleted').waitFor();
      await dialog.getByText('1 image is protected').waitFor();
      await dialog.getByText('1 image is there no longer').waitFor();
      await focused(page, 'Cancel');
      const button = dialog.getByRole('button', { name: 'Delete 3 images' });
      expect(await button.isDisabled()).toBe(true);
      await dialog.getByRole('textbox').fill('3');
      await button.click();
      await dialog.getByText('3 images are deleted.').waitFor();
      await dialog.getByRole('button', { name: 'Copy the report' }).click();
      await dialog.getByText('Copied').waitFor();
      const report = await page.evaluate<string>('navigator.clipboard.readText()');
      expect(report.split('\n')).toHaveLength(3);
      expect(report).toMatch(/^[-0-9a-f]{36}\tgroup-1\tdone$/m);
      await dialog.getByRole('button', { name: 'Close' }).click();
      await focused(page, 'group-kept');
      await page.getByText('2 images selected').waitFor();
      await page.getByText('1 image', { exact: true }).waitFor();
    });

    test('says that images may be deleted where no answer came, and can be repeated', async () => {
      await created(2, 'lost');
      open.expectFault(/502/);
      const page = await open(`${gateway.url}/console/images?q=lost&sort=name`);
      await listed(page, 'lost-1', 'lost-2');
      let isLost = true;
      await page.route('**/graphql', async (route) => {
        if (!isLost || !route.request().postData()?.includes('DeleteImages')) return route.continue();
        isLost = false;
        await route.fetch();
        await route.fulfill({ status: 502, body: '<h1>Bad Gateway</h1>' });
      });
      await page.getByRole('checkbox', { name: 'Select all that are loaded' }).click();
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox').fill('2');
      await dialog.getByRole('button', { name: 'Delete 2 images' }).click();
      await dialog.getByText(/No answer came for 2 images/).waitFor();
      await dialog.getByRole('button', { name: 'Go on with the rest' }).click();
      await dialog.getByText('2 images are there no longer').waitFor();
      await told(page, '2 images are deleted.');
    });

    test('goes by requests of 100, stops when asked, and goes on with the rest', async () => {
      await created(205, 'many');
      const page = await open(`${gateway.url}/console/images?q=many&sort=name`);
      await shown(page, 205);
      await select(page, 'many-1');
      await page.getByRole('button', { name: 'Select all 205 that match' }).click();
      await page.getByText('205 images selected').waitFor();
      let requests = 0;
      await page.route('**/graphql', async (route) => {
        if (!route.request().postData()?.includes('DeleteImages')) return route.continue();
        requests += 1;
        // The first request waits until the run is told to stop.
        if (requests === 1) await eventually(() => page.getByRole('button', { name: 'Stop' }).isDisabled());
        await route.continue();
      });
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox').fill('205');
      await dialog.getByRole('button', { name: 'Delete 205 images' }).click();
      await dialog.getByRole('button', { name: 'Stop' }).click();
      await dialog.getByText('100 images are deleted.').waitFor();
      await dialog.getByText('105 images are left as before.').waitFor();
      await dialog.getByRole('button', { name: 'Go on with the rest' }).click();
      await dialog.getByText('205 images are deleted.').waitFor();
      expect(requests).toBe(3);
    });
  });
});

const PROTECT = gql(
  'mutation ($id: ID!, $is: Boolean!) { updateImage(id: $id, input: { protected: $is }) { id } }',
);
