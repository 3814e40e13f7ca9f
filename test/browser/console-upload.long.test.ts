import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, createImage, run } from '../support/client.js';
import { onMysql, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { folderOfTests } from '../support/temporary-folder.js';
import { hasBrowser, withBrowser } from './browser.js';
import { closeBoth, focused, openAs, tabTo, told } from './console-page.js';
import {
  choose,
  chooseNew,
  imageOf,
  madeFile,
  says,
  sha512Of,
  transfer,
  withoutFilePicker,
} from './upload-page.js';

const IMAGE = gql(`query ($id: ID!) {
  image(id: $id) {
    name status statusReason size diskFormat containerFormat visibility protected minDisk minRam tags
    properties { name value } hash { algorithm value }
  }
}`);
const COUNT = gql('query { images { totalCount } }');

describe.skipIf(!hasBrowser)('uploads in the console', { timeout: 120_000 }, () => {
  const open = withBrowser();
  const folder = folderOfTests();
  const file = (name: string, mebibytes = 1, text?: string) =>
    madeFile(join(folder, crypto.randomUUID(), name), mebibytes, text);

  const openNew = async (gateway: TestGateway, identity = as('red')): Promise<Page> => {
    const page = await openAs(open, identity, 'about:blank');
    await withoutFilePicker(page);
    await page.goto(`${gateway.url}/console/images`);
    return page;
  };

  onMysql('of chosen files', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start({ AUTH: 'trusted' });
    });
    const stored = async (id: string) => (await run(gateway, IMAGE, { id }, as('red'))).image!;

    test('become images with the fields of the form, and the digest that the page computed', async () => {
      const page = await openNew(gateway);
      const small = file('debian-13-generic-amd64.raw');
      const large = file('three-parts.raw', 130);
      await chooseNew(page, small, large);
      await page
        .getByRole('listitem', { name: /debian/ })
        .getByText('architecture = x86_64')
        .click();
      const shared = page.locator('.shared-settings');
      await shared.getByText('Only my project.').click();
      await shared.getByLabel('Protected against deletion').click();
      await shared.getByLabel('Add a tag').fill('lts');
      await shared.getByRole('button', { name: 'Add', exact: true }).click();
      await shared.getByLabel('Properties').fill('hw_rng_model=virtio\nos_type=linux');
      await shared.getByLabel('Minimum disk in GiB').fill('2');
      await shared.getByLabel('Minimum memory in MiB').fill('256');
      await page.getByRole('button', { name: 'Start 2 uploads' }).click();
      await says(page, 'debian-13-generic-amd64', 'Same as here.');
      await says(page, 'three-parts', 'Same as here.');

      const [one, other] = [
        await imageOf(page, 'debian-13-generic-amd64'),
        await imageOf(page, 'three-parts'),
      ];
      const fields = {
        status: 'active',
        diskFormat: 'raw',
        containerFormat: 'bare',
        visibility: 'PRIVATE',
        protected: true,
        minDisk: 2,
        minRam: 256,
        tags: ['lts'],
      };
      const properties = [
        { name: 'hw_rng_model', value: 'virtio' },
        { name: 'os_type', value: 'linux' },
      ];
      expect(await stored(one)).toMatchObject({
        ...fields,
        properties: [{ name: 'architecture', value: 'x86_64' }, ...properties],
        hash: { value: await sha512Of(small) },
      });
      expect(await stored(other)).toMatchObject({
        ...fields,
        properties,
        size: 130 * 1024 ** 2,
        hash: { value: await sha512Of(large) },
      });
    });

    test('take settings of their own, another format, and a digest that the data must have', async () => {
      open.expectFault(/400/);
      const page = await openNew(gateway);
      const [one, other] = [file('own.raw'), file('wrong-digest.raw')];
      await chooseNew(page, one, other);
      const row = page.getByRole('listitem', { name: 'own.raw' });
      await row.getByRole('button', { name: 'More settings' }).click();
      await row.getByLabel('Digest that the data must have').fill(await sha512Of(one));
      await row.getByText('This file has settings of its own').click();
      await row.getByText('Only my project.').click();
      await row.getByLabel('Name', { exact: true }).fill('renamed');
      const wrong = page.getByRole('listitem', { name: 'wrong-digest.raw' });
      await wrong.getByRole('button', { name: 'More settings' }).click();
      await wrong.getByLabel('Digest that the data must have').fill('0'.repeat(64));
      await page.getByRole('button', { name: 'Start 2 uploads' }).click();
      await says(page, 'renamed', 'Same as here.');
      await says(page, 'wrong-digest', 'The gateway refused the data.');
      expect(await stored(await imageOf(page, 'renamed'))).toMatchObject({
        visibility: 'PRIVATE',
        status: 'active',
      });
      expect(await stored(await imageOf(page, 'wrong-digest'))).toMatchObject({
        visibility: 'SHARED',
        status: 'killed',
      });
    });

    test('an image without data gets data', async () => {
      const formats = { diskFormat: 'raw', containerFormat: 'bare' };
      const id = await createImage(gateway, { name: 'waits-for-data', ...formats }, as('red'));
      const page = await openNew(gateway);
      await page.goto(`${gateway.url}/console/images/${id}`);
      const data = file('data.raw', 2);
      await choose(page, page.getByRole('button', { name: 'Upload data' }), data);
      await says(page, 'waits-for-data', 'Same as here.');
      expect(await stored(id)).toMatchObject({ status: 'active', hash: { value: await sha512Of(data) } });
    });
  });

  onSqlite('of files', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start({ AUTH: 'trusted' });
    });

    test('begin with files that are dropped on any screen', async () => {
      const page = await openNew(gateway);
      await page.getByRole('grid').or(page.locator('.empty')).first().waitFor();
      const data = await page.evaluateHandle(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(['dropped'], 'dropped.iso'));
        return transfer;
      });
      await page.dispatchEvent('body', 'dragover', { dataTransfer: data });
      await page.getByText('Drop the files').waitFor();
      await page.dispatchEvent('body', 'drop', { dataTransfer: data });
      await page.getByRole('listitem', { name: 'dropped.iso' }).getByText('The name says iso.').waitFor();
      expect(await page.getByText('Drop the files').count()).toBe(0);
    });

    test('are done by keys alone', async () => {
      const page = await openNew(gateway);
      await page.locator('.image-row, .empty').first().waitFor();
      await page.keyboard.press('n');
      const button = page.getByRole('button', { name: 'Choose files' });
      await button.focus();
      const asked = page.waitForEvent('filechooser');
      await page.keyboard.press('Enter');
      await (await asked).setFiles(file('by-keys.raw'));
      await page.locator('.chosen').waitFor();
      await page.getByRole('button', { name: 'Start 1 upload' }).focus();
      await page.keyboard.press('Enter');
      await says(page, 'by-keys', 'Ready.');
      await page.keyboard.press('g');
      await page.keyboard.press('i');
      await page.getByRole('link', { name: 'by-keys' }).waitFor();
    });

    test('are paused, go on and are given up by keys alone', async () => {
      const page = await openNew(gateway);
      // The browser sends no parts for the moment.
      const isPart = (method: string) => method === 'PATCH';
      await page.route('**/uploads/*', (route) => !isPart(route.request().method()) && route.continue());
      await chooseNew(page, file('no-mouse.raw'));
      await page.getByRole('button', { name: 'Start 1 upload' }).click();
      await says(page, 'no-mouse', /of 1.00 MiB/);
      await tabTo(page, 'Pause, no-mouse');
      await page.keyboard.press('Enter');
      await focused(page, 'Go on, no-mouse');
      await page.keyboard.press('Enter');
      await focused(page, 'Pause, no-mouse');
      await tabTo(page, 'Give up, no-mouse');
      await page.keyboard.press('Enter');
      await focused(page, 'Keep the upload');
      await tabTo(page, 'Give up');
      await page.keyboard.press('Enter');
      await told(page, 'The upload of no-mouse is given up.');
      await focused(page, 'Uploads');
    });

    test('take a file of sums for all files, each by its name', async () => {
      open.expectFault(/400/);
      const page = await openNew(gateway);
      const files = [file('sums-a.raw', 1, 'a'), file('sums-b.raw', 1, 'b')];
      await chooseNew(page, ...files);
      const sums = `${await sha512Of(files[0])}  sums-a.raw\n${'0'.repeat(64)} *sums-b.raw\n`;
      await page.getByLabel('Digests of all files').fill(sums);
      await page.getByText('It has the digest of 2 of 2 files.').waitFor();
      await page.getByRole('button', { name: 'Start 2 uploads' }).click();
      await says(page, 'sums-a', 'Same as here.');
      await says(page, 'sums-b', 'The gateway refused the data.');
    });

    test('take a file of sums that is chosen with them', async () => {
      open.expectFault(/400/);
      const page = await openNew(gateway);
      const [data, sums] = [file('with-sums.raw'), join(folder, 'SHA512SUMS')];
      writeFileSync(sums, `${'0'.repeat(128)}  with-sums.raw\n`);
      await page.getByRole('link', { name: 'New image' }).click();
      await choose(page, page.getByRole('button', { name: 'Choose files' }), data, sums);
      await page.getByText('It has the digest of 1 of 1 file.').waitFor();
      await page.getByRole('button', { name: 'Start 1 upload' }).click();
      await says(page, 'with-sums', 'The gateway refused the data.');
    });

    test('say what the data and the name tell of the format', async () => {
      const page = await openNew(gateway);
      const qcow2 = join(folder, 'named.vmdk');
      writeFileSync(qcow2, Buffer.concat([Buffer.from('QFI\xfb\0\0\0\x03', 'latin1'), Buffer.alloc(600)]));
      const unknown = file('unknown', 1, 'text');
      await chooseNew(page, qcow2, unknown, file('packed.raw.gz', 1, '\x1f\x8b'));
      const row = page.getByRole('listitem', { name: 'named.vmdk' });
      await row.getByText('The name says vmdk, and the data is qcow2.').waitFor();
      expect(await row.getByRole('combobox', { name: 'Format' }).inputValue()).toBe('qcow2');
      const guessed = page.getByRole('listitem', { name: 'unknown' });
      await guessed.getByText('raw is a guess').waitFor();
    });

    test('run three at once unless one chooses another number', async () => {
      const page = await openNew(gateway);
      // The browser sends no parts for the moment.
      await page.route('**/uploads/*', () => undefined);
      const files = ['1', '2', '3', '4', '5'].map((name) => file(`many-${name}.raw`));
      await chooseNew(page, ...files);
      await page.getByRole('button', { name: 'Start 5 uploads' }).click();
      const waiting = page.getByText('Waiting for other uploads.');
      await eventually(
        () => waiting.count(),
        (count) => count === 2,
      );
      await page.getByRole('combobox', { name: 'At once' }).selectOption('5');
      await eventually(
        () => waiting.count(),
        (count) => count === 0,
      );
      await page.getByRole('link', { name: /Transfers 5 · 0 %/ }).waitFor();
    });

    test('go on in the background, with pause and another number at once, while the list is used', async () => {
      const page = await openNew(gateway);
      let letGo = () => {};
      const held = new Promise<void>((resolve) => (letGo = resolve));
      await page.route('**/uploads/*', async (route) => {
        await held;
        // The part of an upload that was paused is gone.
        await route.continue().catch(() => undefined);
      });
      const all = Array.from({ length: 10 }, (_, n) => `ten-${n}`);
      await chooseNew(page, ...all.map((name) => file(`${name}.raw`)));
      await page.getByRole('button', { name: 'Start 10 uploads' }).click();
      const waiting = () =>
        page
          .getByRole('listitem')
          .filter({ hasText: 'Waiting for other uploads.' })
          .locator('a')
          .allInnerTexts();
      await eventually(waiting, (names) => String(names) === String(all.slice(3)));
      await page.getByRole('button', { name: 'Pause, ten-0' }).click();
      await eventually(waiting, (names) => String(names) === String(all.slice(4)));
      await page.getByRole('button', { name: 'Go on, ten-0' }).click();
      await page.getByRole('button', { name: 'Pause, ten-1' }).click();
      await page.getByRole('combobox', { name: 'At once' }).selectOption('4');
      await eventually(waiting, (names) => String(names) === String(['ten-0', ...all.slice(6)]));
      await page.getByRole('link', { name: 'Transfers 9 · 0 %' }).waitFor();

      await page.getByRole('link', { name: 'Images', exact: true }).click();
      await page.getByRole('searchbox', { name: 'Search images' }).fill('TEN-');
      letGo();
      await page.getByRole('button', { name: '4 new images, show' }).click();
      await eventually(
        () => page.locator('.image-row').filter({ hasText: 'Ready' }).count(),
        (count) => count === 9,
      );
      await page.getByRole('link', { name: 'ten-5' }).click();
      await page.getByRole('heading', { name: 'ten-5' }).waitFor();

      await page.getByRole('link', { name: 'Transfers' }).click();
      await page.getByRole('button', { name: 'Go on, ten-1' }).click();
      for (const name of all) await says(page, name, 'Same as here.');
    });

    test('say what a digest is for, where it has none for the file', async () => {
      const page = await openNew(gateway);
      await chooseNew(page, file('no-digest.raw'));
      await page.getByRole('button', { name: 'More settings' }).click();
      await page.getByLabel('Digest that the data must have').fill('no digest');
      await page.getByText('This holds no digest for this file.').waitFor();
      expect(await page.getByRole('button', { name: 'Start 1 upload' }).isDisabled()).toBe(true);
    });

    test('after the gateway refused the data, a new image gets them', async () => {
      open.expectFault(/400/);
      const page = await openNew(gateway);
      await chooseNew(page, file('refused.raw'));
      await page.getByRole('combobox', { name: 'Format' }).selectOption('qcow2');
      await page.getByRole('button', { name: 'More settings' }).click();
      await page.getByLabel('Digest that the data must have').fill('0'.repeat(32));
      await page.getByRole('button', { name: 'Start 1 upload' }).click();
      await says(page, 'refused', 'This image takes no data any more.');
      const before = await imageOf(page, 'refused');
      await transfer(page, 'refused').getByRole('button', { name: 'Try again with a new image' }).click();
      await says(page, 'refused', 'This image takes no data any more.');
      expect(await imageOf(page, 'refused')).not.toBe(before);
    });
  });

  onSqlite('to a gateway with several stores', (start, place) => {
    test('go to the store that one chooses, which the image then names', async () => {
      const gateway = await start({
        ...{ AUTH: 'trusted', STORES: 'fast:file,slow:file' },
        STORE_SLOW_FOLDER: join(place.options.DATA_DIR, 'slow'),
      });
      const page = await openNew(gateway);
      await chooseNew(page, file('stored.raw'));
      const store = page.getByRole('combobox', { name: 'Store for the data' });
      expect(await store.inputValue()).toBe('fast');
      await store.selectOption('slow');
      await page.getByRole('button', { name: 'Start 1 upload' }).click();
      await says(page, 'stored', 'Same as here.');
      await page.getByRole('link', { name: 'stored' }).click();
      await page
        .getByRole('definition')
        .filter({ hasText: /^slow$/ })
        .waitFor();
      await closeBoth(page, gateway);
    });
  });

  onSqlite('are refused before the first byte', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start({
        AUTH: 'trusted',
        IMAGE_SIZE_CAP: String(2 * 1024 ** 2),
        USER_STORAGE_QUOTA: String(3 * 1024 ** 2),
        IMAGE_COUNT_QUOTA: '3',
      });
    });
    const refused = async (page: Page, text: RegExp) => {
      await page.getByText(text).waitFor();
      expect(await page.getByRole('button', { name: /^Start/ }).isDisabled()).toBe(true);
      expect((await run(gateway, COUNT, {}, as('red'))).images.totalCount).toBe(0);
    };

    test('where a file is larger than an image may be', async () => {
      const page = await openNew(gateway);
      await chooseNew(page, file('huge.raw', 3));
      await refused(page, /It is too large: an image has at most 2,097,152 bytes/);
    });

    test('where the quota has no room for all of them together', async () => {
      const page = await openNew(gateway);
      await chooseNew(page, file('a.raw', 2), file('b.raw', 2));
      await refused(page, /Your quota has room for 3,145,728 more bytes/);
    });

    test('where the images would be too many', async () => {
      const page = await openNew(gateway);
      await chooseNew(page, ...['a', 'b', 'c', 'd'].map((name) => file(`${name}.raw`, 0)));
      await refused(page, /Your quota has room for 3 more images/);
    });
  });
});
