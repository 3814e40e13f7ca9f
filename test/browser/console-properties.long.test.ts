import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createImage, run } from '../support/client.js';
import { onMysql, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { hasBrowser, withBrowser } from './browser.js';
import { closeBoth, images, listed, menuOf, select, told } from './console-page.js';

const IMAGE = gql('query ($id: ID!) { image(id: $id) { properties { name value } tags visibility hidden } }');
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
const SET = gql(
  'mutation ($id: ID!, $set: [PropertyInput!]!) { updateImage(id: $id, input: { properties: { set: $set } }) { id } }',
);

describe.skipIf(!hasBrowser)('properties and tags in the console', { timeout: 120_000 }, () => {
  const open = withBrowser();

  onSqlite('of one image', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start();
      await createImage(gateway, {
        name: 'other',
        tags: ['suggested'],
        properties: [{ name: 'os_distro', value: 'debian' }],
      });
    });
    const edited = async (properties: Record<string, string>, change?: (page: Page) => Promise<unknown>) => {
      const pairs = Object.entries(properties).map(([name, value]) => ({ name, value }));
      const id = await createImage(gateway, { name: 'edited', properties: pairs });
      const page = await open('about:blank');
      await change?.(page);
      await page.goto(`${gateway.url}/console/images/${id}/properties`);
      await page.getByRole('button', { name: 'Edit properties' }).click();
      await page.getByRole('combobox', { name: 'New property' }).waitFor();
      return { id, page };
    };
    const stored = async (id: string) => {
      const { image } = await run(gateway, IMAGE, { id });
      return Object.fromEntries(image!.properties.map(({ name, value }) => [name, value]));
    };
    const state = (page: Page, name: string) =>
      page
        .getByRole('row')
        .filter({ has: page.getByRole('rowheader', { name, exact: true }) })
        .getByRole('cell')
        .nth(1)
        .innerText();

    test('are changed, added and removed, can be undone, and only what differs is sent', async () => {
      const { id, page } = await edited({ a: '1', b: '2', c: '3', d: '4' });
      await page.getByRole('combobox', { name: 'Value of a' }).fill('new');
      await page.getByRole('button', { name: 'Remove b' }).click();
      await page.getByRole('button', { name: 'Remove c' }).click();
      await page.getByRole('button', { name: 'Undo the change of c' }).click();
      await page.getByRole('combobox', { name: 'New property' }).fill('e');
      await page.getByRole('combobox', { name: 'Value', exact: true }).fill('5');
      await page.getByRole('button', { name: 'Add', exact: true }).click();
      expect(await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => state(page, name)))).toEqual([
        'Changed',
        'Removed',
        'Same',
        'Same',
        'New',
      ]);
      await page.getByText('4 of at most 128 properties').waitFor();
      const [request] = await Promise.all([
        page.waitForRequest((each) => each.postData()?.includes('UpdateImage') ?? false),
        page.getByRole('button', { name: 'Save' }).click(),
      ]);
      const { variables } = request.postDataJSON() as { variables: { input: object } };
      expect(variables.input).toEqual({
        properties: {
          set: [
            { name: 'a', value: 'new' },
            { name: 'e', value: '5' },
          ],
          remove: ['b'],
        },
      });
      await told(page, 'The properties of edited are saved.');
      await page.getByRole('cell', { name: 'new' }).waitFor();
      expect(await stored(id)).toEqual({ a: 'new', c: '3', d: '4', e: '5' });
    });

    test('are edited by keys alone', async () => {
      const { id, page } = await edited({});
      await page.getByRole('combobox', { name: 'New property' }).focus();
      await page.keyboard.type('key');
      await page.keyboard.press('Tab');
      await page.keyboard.type('board');
      await page.keyboard.press('Enter');
      await page.getByRole('row', { name: 'key' }).waitFor();
      for (const name of ['Value', 'Add', 'Add many', 'Discard changes', 'Save']) {
        await page.keyboard.press('Tab');
        expect(await page.evaluate<string>(FOCUSED)).toContain(name);
      }
      await page.keyboard.press('Enter');
      await told(page, 'The properties of edited are saved.');
      expect(await stored(id)).toEqual({ key: 'board' });
    });

    test('are found by words, and pasted as lines or as JSON', async () => {
      const { id, page } = await edited({ kept: 'x' });
      await page.getByText('Add many').click();
      const field = page.getByRole('textbox', { name: 'Lines name=value, or JSON' });
      await field.fill('one=1\nnonsense');
      await page.getByRole('button', { name: 'Add all' }).click();
      await page.getByText('Line 2 is no name=value.').waitFor();
      await field.fill('one=1\ntwo=a=b');
      await page.getByRole('button', { name: 'Add all' }).click();
      await field.fill('{"three": 3}');
      await page.getByRole('button', { name: 'Add all' }).click();
      await page.getByRole('searchbox', { name: 'Search properties' }).fill('TWO');
      await eventually(async () => (await page.locator('.table-edit tbody tr').count()) === 1);
      await page.getByRole('button', { name: 'Save' }).click();
      await told(page, 'The properties of edited are saved.');
      expect(await stored(id)).toEqual({ kept: 'x', one: '1', two: 'a=b', three: '3' });
    });

    test('are suggested from those in use, names and values, with counts', async () => {
      const { page } = await edited({});
      const options = (name: string) =>
        page
          .locator('.field', { has: page.getByRole('combobox', { name, exact: true }) })
          .locator('option')
          .evaluateAll((all) =>
            all.map((each) => `${each.getAttribute('value')}: ${each.getAttribute('label')}`),
          );
      await page.getByRole('combobox', { name: 'New property' }).focus();
      await eventually(
        () => options('New property'),
        (found) => found.includes('os_distro: Distribution, 1 image') && found.includes('a: 1 image'),
      );
      await page.getByRole('combobox', { name: 'New property' }).fill('os_distro');
      await page.getByRole('combobox', { name: 'Value', exact: true }).focus();
      await eventually(
        () => options('Value'),
        (found) => found.includes('debian: 1 image'),
      );
    });

    test('show both values of what somebody else changed meanwhile, and let choose', async () => {
      const { id, page } = await edited({ a: '1', b: '2', c: '3' });
      await page.getByRole('combobox', { name: 'Value of a' }).fill('mine');
      await page.getByRole('button', { name: 'Remove b' }).click();
      const set = [
        { name: 'a', value: 'theirs' },
        { name: 'b', value: 'theirs' },
        { name: 'd', value: '4' },
      ];
      await run(gateway, SET, { id, set });
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('group', { name: 'a' }).getByText('Here: mine').waitFor();
      await page.getByRole('group', { name: 'a' }).getByText('Stored by now: theirs').click();
      await page.getByRole('group', { name: 'b' }).getByText('Here: Not there').waitFor();
      await page.getByRole('button', { name: 'Use these values' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await told(page, 'The properties of edited are saved.');
      expect(await stored(id)).toEqual({ a: 'theirs', c: '3', d: '4' });
    });

    test('ask again about a conflict that was left without a choice', async () => {
      const { id, page } = await edited({ a: '1' });
      await page.getByRole('combobox', { name: 'Value of a' }).fill('mine');
      const set = [
        { name: 'a', value: 'theirs' },
        { name: 'b', value: 'theirs' },
      ];
      await run(gateway, SET, { id, set });
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('group', { name: 'a' }).waitFor();
      await page.getByRole('link', { name: 'Overview' }).click();
      await page.getByRole('link', { name: 'Properties' }).click();
      await page.getByRole('button', { name: 'Edit properties' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('group', { name: 'b' }).getByText('Stored by now: theirs').waitFor();
      expect(await stored(id)).toEqual({ a: 'theirs', b: 'theirs' });
    });

    test('show characters that nobody sees', async () => {
      const { page } = await edited({ hidden: ' pay\u200bpal ' });
      await page.getByText('·payU+200Bpal·').waitFor();
    });

    test('are not lost when another image is looked at before they are saved', async () => {
      const { id, page } = await edited({ a: '1' });
      await page.getByRole('combobox', { name: 'Value of a' }).fill('unsaved');
      await page.getByRole('link', { name: 'Overview' }).click();
      await page.getByText('What it is').waitFor();
      await page.getByRole('link', { name: 'Properties' }).click();
      await page.getByRole('button', { name: 'Edit properties' }).click();
      await page.getByText('Your changes from before are here again.').waitFor();
      await page.getByRole('button', { name: 'Save' }).click();
      await told(page, 'The properties of edited are saved.');
      expect(await stored(id)).toEqual({ a: 'unsaved' });
    });

    test('are not saved once somebody deleted the image, which is said', async () => {
      const { id, page } = await edited({ a: '1' });
      await page.getByRole('combobox', { name: 'Value of a' }).fill('too late');
      await run(gateway, DELETE, { id });
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText(/Somebody deleted this image/).waitFor();
    });

    test('take tags as chips, with suggestions', async () => {
      const id = await createImage(gateway, { name: 'tagged', tags: ['old', 'kept'] });
      const page = await open(`${gateway.url}/console/images?q=tagged`);
      await (await menuOf(page, 'tagged')).getByText('Tags').click();
      const dialog = page.getByRole('dialog', { name: 'Tags of 1 image' });
      await dialog.getByRole('button', { name: 'Remove the tag old' }).click();
      await dialog.getByRole('combobox', { name: 'Add a tag' }).focus();
      await eventually(async () => (await dialog.locator('option[value=suggested]').count()) === 1);
      await page.keyboard.type('new');
      await page.keyboard.press('Enter');
      await dialog.getByRole('button', { name: 'Save' }).click();
      await told(page, 'The tags of 1 image are changed.');
      await dialog.waitFor({ state: 'hidden' });
      expect((await run(gateway, IMAGE, { id })).image!.tags).toEqual(['kept', 'new']);
    });
  });

  onSqlite('where an image may have few properties', (start) => {
    test('are counted against the limit, and not sent beyond it', async () => {
      const gateway = await start({ IMAGE_PROPERTY_QUOTA: '2' });
      const id = await createImage(gateway, { name: 'few' });
      const page = await open(`${gateway.url}/console/images/${id}/properties`);
      await page.getByRole('button', { name: 'Edit properties' }).click();
      await page.getByText('0 of at most 2 properties').waitFor();
      await page.getByText('Add many').click();
      await page.getByRole('textbox', { name: 'Lines name=value, or JSON' }).fill('a=1\nb=2\nc=3');
      await page.getByRole('button', { name: 'Add all' }).click();
      await page.getByText('3 of at most 2 properties').waitFor();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('An image has at most 2 properties. Remove some.').waitFor();
      await page.getByRole('button', { name: 'Undo the change of b' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await told(page, 'The properties of few are saved.');
      await closeBoth(page, gateway);
    });
  });

  onMysql('of many images', (start) => {
    let gateway: TestGateway;
    let ids: string[];
    beforeAll(async () => {
      gateway = await start();
      ids = [
        await createImage(gateway, { name: 'bulk-1', tags: ['all', 'some'] }),
        await createImage(gateway, { name: 'bulk-2', tags: ['all'] }),
      ];
    });
    const opened = async () => {
      const page = await open(`${gateway.url}/console/images?q=bulk&sort=name`);
      await images(page);
      await listed(page, 'bulk-1', 'bulk-2');
      await select(page, 'bulk-1');
      await select(page, 'bulk-2');
      return page;
    };
    const stored = async () => Promise.all(ids.map(async (id) => (await run(gateway, IMAGE, { id })).image!));

    test('gain and lose tags, which say how many images have them', async () => {
      const page = await opened();
      await page.getByRole('button', { name: 'Tags', exact: true }).click();
      const dialog = page.getByRole('dialog', { name: 'Tags of 2 images' });
      await dialog.getByText('1 of 2').waitFor();
      await dialog.getByRole('button', { name: 'Remove the tag all' }).click();
      await dialog.getByRole('combobox', { name: 'Add a tag' }).fill('new');
      await page.keyboard.press('Enter');
      await dialog.getByRole('button', { name: 'Next' }).click();
      await dialog.getByText('2 images will change').waitFor();
      await dialog.getByRole('button', { name: 'Change 2 images' }).click();
      await dialog.getByText('The tags of 2 images are changed.').waitFor();
      expect((await stored()).map(({ tags }) => tags)).toEqual([['new', 'some'], ['new']]);
    });

    test('become public together, after saying what that means', async () => {
      const page = await opened();
      await page.getByRole('button', { name: 'More', exact: true }).click();
      await page.getByRole('menuitem', { name: 'Visibility' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('radio', { name: 'Public' }).click();
      await dialog.getByRole('button', { name: 'Next' }).click();
      await dialog.getByText('Everybody sees it in lists and can use it.').waitFor();
      await dialog.getByRole('button', { name: 'Change 2 images' }).click();
      await dialog.getByText('The visibility of 2 images is changed.').waitFor();
      expect((await stored()).map(({ visibility }) => visibility)).toEqual(['PUBLIC', 'PUBLIC']);
    });

    test('are hidden together, and those that are hidden already are passed over', async () => {
      const page = await opened();
      for (const expected of ['2 images will be hidden', '2 images are so already']) {
        await page.getByRole('button', { name: 'More', exact: true }).click();
        await page.getByRole('menuitem', { name: 'Hide' }).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByText(expected).waitFor();
        const button = dialog.getByRole('button', { name: 'Hide 2 images' });
        if (await button.count()) {
          await button.click();
          await dialog.getByText('2 images are hidden.').waitFor();
          await dialog.getByRole('button', { name: 'Close' }).click();
        }
      }
      expect((await stored()).map(({ hidden }) => hidden)).toEqual([true, true]);
    });
  });
});

/** Runs in the page: the label or the text of what has the focus. */
const FOCUSED =
  "document.activeElement.labels?.[0]?.textContent ?? document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent";
