import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, createActiveImage, createImage, run } from '../support/client.js';
import { onMysql, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { hasBrowser, withBrowser } from './browser.js';
import { focused, images, listed, menuOf, openAs, row, told } from './console-page.js';

const IMAGE = gql(
  'query ($id: ID!) { image(id: $id) { name owner visibility protected hidden status diskFormat minDisk minRam } }',
);
const UPDATE = gql(
  'mutation ($id: ID!, $input: UpdateImageInput!) { updateImage(id: $id, input: $input) { id } }',
);
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
const SHARE = gql('mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "blue" }) { id } }');
const ACCEPT = gql('mutation ($id: ID!) { acceptImage(id: $id) { id } }');

describe.skipIf(!hasBrowser)('editing an image in the console', { timeout: 120_000 }, () => {
  const open = withBrowser();

  onMysql('by its owner', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start({ AUTH: 'trusted' });
    });
    const opened = async (path: string, identity = as('red')) => {
      const page = await openAs(open, identity, gateway.url + path);
      await images(page);
      return page;
    };
    const stored = async (id: string) => (await run(gateway, IMAGE, { id }, as('red', 'admin'))).image!;
    const editorOf = async (page: Page, name: string) => {
      await (await menuOf(page, name)).getByText('Edit').click();
      const editor = page.getByRole('dialog', { name: `Edit ${name}` });
      await editor.getByLabel('Name', { exact: true }).waitFor();
      return editor;
    };

    test('changes the fields of the record; the row stays in its place, and is marked', async () => {
      await createImage(gateway, { name: 'mouse-a' }, as('red'));
      const id = await createImage(gateway, { name: 'mouse-b', diskFormat: 'raw' }, as('red'));
      await createImage(gateway, { name: 'mouse-c' }, as('red'));
      const page = await opened('/console/images?q=mouse&sort=name');
      const editor = await editorOf(page, 'mouse-b');
      await editor.getByLabel('Name', { exact: true }).fill('mouse-z');
      await editor.getByText('Only my project.').click();
      await editor.getByLabel('Protected against deletion').click();
      await editor.getByLabel('Format', { exact: true }).selectOption('qcow2');
      await editor.getByLabel('Minimum disk in GiB').fill('10');
      await editor.getByLabel('Minimum memory in MiB').fill('512');
      expect(await editor.getByRole('textbox', { name: 'Project' }).count()).toBe(0);
      expect(await editor.getByRole('radio', { name: 'Public' }).count()).toBe(0);
      await editor.getByRole('button', { name: 'Save' }).click();
      await page.locator('.image-row.changed', { hasText: 'mouse-z' }).waitFor();
      await told(page, 'mouse-z is saved.');
      await listed(page, 'mouse-a', 'mouse-z', 'mouse-c');
      expect(await stored(id)).toMatchObject({
        name: 'mouse-z',
        visibility: 'PRIVATE',
        protected: true,
        diskFormat: 'qcow2',
        minDisk: 10,
        minRam: 512,
      });
    });

    test('is done by keys alone, from the list and beside it', async () => {
      const id = await createImage(gateway, { name: 'keys' }, as('red'));
      const page = await opened('/console/images?q=keys');
      await page.locator('.grid-body [tabindex="0"]').focus();
      await page.keyboard.press('e');
      await page.getByRole('dialog').getByLabel('Name', { exact: true }).waitFor();
      await page.keyboard.press('Control+a');
      await page.keyboard.type('keys-2');
      await page.keyboard.press('Enter');
      await told(page, 'keys-2 is saved.');
      await focused(page, 'keys-2');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'keys-2' }).waitFor();
      await page.getByRole('button', { name: 'Edit' }).waitFor();
      await page.keyboard.press('e');
      await page.getByRole('dialog').getByLabel('Name', { exact: true }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      expect((await stored(id)).name).toBe('keys-2');
    });

    test('says at each field what is wrong; a summary takes the focus and leads there', async () => {
      const id = await createImage(gateway, { name: 'wrong' }, as('red'));
      const page = await opened('/console/images?q=wrong');
      const editor = await editorOf(page, 'wrong');
      await editor.getByLabel('Name', { exact: true }).fill('n'.repeat(256));
      await editor.getByLabel('Minimum disk in GiB').fill('a lot');
      await editor.getByRole('button', { name: 'Save' }).click();
      await editor.getByText('2 fields are wrong. Nothing is saved.').waitFor();
      expect(await page.evaluate("document.activeElement.getAttribute('role')")).toBe('alert');
      await editor.getByRole('link', { name: 'Minimum disk in GiB' }).click();
      const field = editor.getByRole('textbox', { name: 'Minimum disk in GiB' });
      expect(await field.evaluate((element) => element.matches(':focus'))).toBe(true);
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      await field.fill('1');
      await editor.getByLabel('Name', { exact: true }).fill('right');
      await page.keyboard.press('Enter');
      await told(page, 'right is saved.');
      expect((await stored(id)).minDisk).toBe(1);
    });

    test('keeps the format of an image that has data, and says why', async () => {
      const id = await createActiveImage(gateway, 'data', { name: 'full' }, as('red'));
      const page = await opened(`/console/images/${id}`);
      await page.getByRole('button', { name: 'Edit' }).click();
      const format = page.getByLabel('Format', { exact: true });
      expect(await format.isDisabled()).toBe(true);
      await page.getByText('It can change only while there is no data.').first().waitFor();
    });

    test('warns of the projects that lose an image', async () => {
      const id = await createImage(gateway, { name: 'lent' }, as('red'));
      await run(gateway, SHARE, { id }, as('red'));
      await run(gateway, ACCEPT, { id }, as('blue'));
      const page = await opened('/console/images?q=lent');
      const editor = await editorOf(page, 'lent');
      await editor.getByText('Only my project.').click();
      await editor.getByText('1 project loses it.').waitFor();
    });

    test('asks before an image becomes public, and before it gets another owner', async () => {
      const admin = as('operators', 'admin');
      const id = await createImage(gateway, { name: 'published' }, admin);
      const page = await opened('/console/images?scope=all&q=published', admin);
      const editor = await editorOf(page, 'published');
      await editor.getByRole('radio', { name: 'Public' }).click();
      await editor.getByRole('textbox', { name: 'Project' }).fill('red');
      await editor.getByRole('button', { name: 'Save' }).click();
      await editor.getByText('Everybody sees it in lists and can use it.').waitFor();
      await editor
        .getByText('It belongs to project red from now on. Project operators owned it before.')
        .waitFor();
      await focused(page, 'Back to the fields');
      expect((await stored(id)).visibility).toBe('SHARED');
      await editor.getByRole('button', { name: 'Save it so' }).click();
      await told(page, 'published is saved.');
      expect(await stored(id)).toMatchObject({ visibility: 'PUBLIC', owner: 'red' });
    });

    test('shows both values of what somebody else changed meanwhile, and lets choose', async () => {
      const id = await createImage(gateway, { name: 'contested', minDisk: 1, minRam: 1 }, as('red'));
      const page = await opened('/console/images?q=contested');
      const editor = await editorOf(page, 'contested');
      await editor.getByLabel('Name', { exact: true }).fill('mine');
      await editor.getByLabel('Minimum disk in GiB').fill('2');
      await run(gateway, UPDATE, { id, input: { name: 'theirs', minDisk: 3, minRam: 4 } }, as('red'));
      await editor.getByRole('button', { name: 'Save' }).click();
      const name = editor.getByRole('group', { name: 'Name' });
      await name.getByText('Here: mine').waitFor();
      await name.getByText('Stored by now: theirs').click();
      expect(await editor.getByRole('group', { name: 'Minimum disk' }).getByLabel(/Here/).isChecked()).toBe(
        true,
      );
      expect(
        await editor
          .getByRole('group', { name: 'Minimum memory' })
          .getByLabel(/Stored/)
          .isChecked(),
      ).toBe(true);
      await editor.getByRole('button', { name: 'Use these values' }).click();
      expect(await editor.getByLabel('Name', { exact: true }).inputValue()).toBe('theirs');
      await editor.getByRole('button', { name: 'Save' }).click();
      await told(page, 'theirs is saved.');
      expect(await stored(id)).toMatchObject({ name: 'theirs', minDisk: 2, minRam: 4 });
    });

    test('saves over a change that touches none of its fields', async () => {
      const id = await createImage(gateway, { name: 'tagged' }, as('red'));
      const page = await opened('/console/images?q=tagged');
      const editor = await editorOf(page, 'tagged');
      await editor.getByLabel('Hidden from lists').click();
      const properties = { set: [{ name: 'a', value: 'b' }] };
      await run(gateway, UPDATE, { id, input: { properties } }, as('red'));
      await editor.getByRole('button', { name: 'Save' }).click();
      await told(page, 'tagged is saved.');
      expect((await stored(id)).hidden).toBe(true);
    });

    test('says that somebody deleted the image while its editor is open', async () => {
      const id = await createImage(gateway, { name: 'doomed' }, as('red'));
      const page = await opened('/console/images?q=doomed');
      const editor = await editorOf(page, 'doomed');
      await run(gateway, DELETE, { id }, as('red'));
      await editor.getByLabel('Name', { exact: true }).fill('too late');
      await editor.getByRole('button', { name: 'Save' }).click();
      await editor.getByText(/Somebody deleted this image/).waitFor();
      await focused(page, 'Close');
    });

    test('is not offered for an image of somebody else, and "e" does nothing there', async () => {
      await createImage(gateway, { name: 'foreign', visibility: 'PUBLIC' }, as('operators', 'admin'));
      const page = await opened('/console/images?scope=public&q=foreign');
      await page.locator('.grid-body [tabindex="0"]').focus();
      await page.keyboard.press('e');
      const item = (await menuOf(page, 'foreign')).getByRole('menuitem', { name: 'Edit' });
      await item.getByText('It is not yours to change.').waitFor();
      expect(await page.getByRole('dialog', { name: /^Edit/ }).count()).toBe(0);
    });
  });

  onSqlite('by an administrator', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start();
    });
    const opened = async (query: string) => {
      const page = await open(`${gateway.url}/console/images?${query}`);
      await images(page);
      return page;
    };
    const stored = async (id: string) => (await run(gateway, IMAGE, { id })).image!;

    test('hides and protects an image from its row, and takes both back', async () => {
      const id = await createImage(gateway, { name: 'simple' });
      const page = await opened('q=simple');
      await (await menuOf(page, 'simple')).getByText('Hide', { exact: true }).click();
      await told(page, 'simple is hidden.');
      await page.getByText('0 images', { exact: true }).waitFor();
      await row(page, 'simple').waitFor();
      await (await menuOf(page, 'simple')).getByText('Protect', { exact: true }).click();
      await told(page, 'simple is protected.');
      expect(await stored(id)).toMatchObject({ hidden: true, protected: true });
      await (await menuOf(page, 'simple')).getByText('Show in lists').click();
      await told(page, 'simple is in lists again.');
      await page.getByText('1 image', { exact: true }).waitFor();
    });

    test('withholds an image after saying what that means, and releases it', async () => {
      const id = await createActiveImage(gateway, 'data', { name: 'held' });
      const page = await opened('q=held');
      await (await menuOf(page, 'held')).getByText('Withhold').click();
      await page.getByText('Nobody can download the data until it is released.').waitFor();
      await focused(page, 'Cancel');
      await page.getByRole('button', { name: 'Withhold' }).click();
      await told(page, 'held is withheld.');
      await eventually(async () => (await row(page, 'held').innerText()).includes('Withheld'));
      expect((await stored(id)).status).toBe('deactivated');
      await (await menuOf(page, 'held')).getByText('Release').click();
      await told(page, 'held is released.');
      expect((await stored(id)).status).toBe('active');
    });

    test('keeps a message while the pointer is on it, and all messages among the transfers', async () => {
      await createImage(gateway, { name: 'spoken' });
      const page = await open('about:blank');
      await page.clock.install();
      await page.goto(`${gateway.url}/console/images?q=spoken`);
      await images(page);
      await (await menuOf(page, 'spoken')).getByText('Protect', { exact: true }).click();
      await told(page, 'spoken is protected.');
      await page.locator('.toast').hover();
      await page.clock.runFor(15_000);
      expect(await page.locator('.toast').count()).toBe(1);
      await page.mouse.move(5, 5);
      await page.clock.runFor(15_000);
      await page.locator('.toast').waitFor({ state: 'hidden' });
      await page.keyboard.press('g');
      await page.keyboard.press('t');
      await page.getByRole('heading', { name: 'Messages' }).waitFor();
      await page.getByRole('listitem').getByText('spoken is protected.').waitFor();
    });

    test('says so when its dialogs cannot be loaded, as after a new version of the gateway', async () => {
      await createImage(gateway, { name: 'late' });
      const page = await opened('q=late');
      open.expectFault(/ERR_FAILED|dynamically imported/);
      await page.route('**/assets/dialogs-*', (route) => route.abort());
      await (await menuOf(page, 'late')).getByText('Edit').click();
      await told(page, 'A part of the page could not be loaded.');
      await page.getByRole('link', { name: 'late' }).click();
      await page.getByRole('heading', { name: 'late' }).waitFor();
    });

    test('says that the id of a row is copied', async () => {
      const id = await createImage(gateway, { name: 'copied' });
      const page = await opened('q=copied');
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await (await menuOf(page, 'copied')).getByText('Copy id').click();
      await told(page, 'The id of copied is copied.');
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(id);
    });
  });
});
