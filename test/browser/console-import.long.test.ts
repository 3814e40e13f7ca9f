import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { as, run } from '../support/client.js';
import { onMysql, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { file } from '../support/web.js';
import { hasBrowser, withBrowser } from './browser.js';
import { focused, openAs, told } from './console-page.js';
import { faultsInThemes } from './faults-of-axe.js';
import {
  answer,
  buttonOf,
  HALF,
  isLook,
  press,
  slowSource,
  startImport,
  typeAddress,
  type SlowSource,
} from './import-page.js';
import { imageOf, says, transfer } from './upload-page.js';

const DATA = Buffer.from('0123456789abcdef'.repeat(20_000));
const SHA512 = createHash('sha512').update(DATA).digest('hex');
const NAME = 'debian-13-amd64';
const NO_USE = 'The source cannot be used.';
const IMAGE = gql(`query ($id: ID!) {
  image(id: $id) {
    name status statusReason size diskFormat containerFormat visibility protected minDisk minRam tags
    properties { name value } hash { value }
  }
}`);
const COUNT = gql('query { images { totalCount } }');

describe.skipIf(!hasBrowser)('imports in the console', { timeout: 120_000 }, () => {
  const open = withBrowser();
  let source: SlowSource;
  beforeAll(async () => {
    source = await slowSource({ [`/${NAME}.raw?token=secret`]: file(DATA), '/appliance.ova': file(DATA) });
  });
  beforeEach(() => void source.held.splice(0));
  afterAll(() => source.close());

  const options = (own: Record<string, string> = {}) => ({
    AUTH: 'trusted',
    HTTP_SOURCE_HOSTS: '127.0.0.1',
    HTTP_SOURCE_PRIVATE: '127.0.0.1',
    ...own,
  });
  const openConsole = (gateway: TestGateway, identity = as('red'), path = '/console/images') =>
    openAs(open, identity, gateway.url + path);
  const stored = async (gateway: TestGateway, id: string) =>
    (await run(gateway, IMAGE, { id }, as('red'))).image;
  const countOf = async (gateway: TestGateway, tenant: string) =>
    (await run(gateway, COUNT, {}, as(tenant))).images.totalCount;
  const address = (path = `${NAME}.raw?token=secret`) => `${source.url}/${path}`;
  /** Starts an import whose source sends half of the data. */
  const startSlow = async (page: Page) => {
    await typeAddress(page, address('slow.raw'));
    await startImport(page);
    await says(page, 'slow', /1.00 MiB of 2.00 MiB/);
    await eventually(() => source.held.length > 0);
  };

  onMysql('of data that lies on the web', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start(options());
    });

    test('become images with the fields of the form, and show the digest', async () => {
      const page = await openConsole(gateway);
      await typeAddress(page, address());
      await page.getByText('The name says raw.').waitFor();
      await page.getByText('architecture = x86_64').click();
      await page.getByLabel('Digest that the data must have').fill(`${SHA512}  ${NAME}.raw`);
      await page.getByText('Only my project.').click();
      await page.getByLabel('Protected against deletion').click();
      await page.getByLabel('Add a tag').fill('lts');
      await page.getByLabel('Properties', { exact: true }).fill('hw_rng_model=virtio');
      await page.getByLabel('Minimum disk in GiB').fill('2');
      await page.getByLabel('Minimum memory in MiB').fill('256');
      await startImport(page);
      await says(page, NAME, 'Ready.');
      await says(page, NAME, SHA512);
      expect(await stored(gateway, await imageOf(page, NAME))).toEqual({
        name: NAME,
        ...{ status: 'active', statusReason: null, size: DATA.length, hash: { value: SHA512 } },
        ...{ diskFormat: 'raw', containerFormat: 'bare', visibility: 'PRIVATE', protected: true },
        ...{ minDisk: 2, minRam: 256, tags: ['lts'] },
        properties: [
          { name: 'architecture', value: 'x86_64' },
          { name: 'hw_rng_model', value: 'virtio' },
        ],
      });
    });

    test('show how far they are, and are cancelled', async () => {
      const page = await openConsole(gateway);
      await startSlow(page);
      await page.getByRole('link', { name: 'Transfers 1 · 50 %' }).waitFor();
      const id = await imageOf(page, 'slow');
      await answer(page, 'slow', 'Cancel', false);
      await told(page, 'The import of slow is cancelled.');
      await says(page, 'slow', 'The import is cancelled.');
      await eventually(() => source.held[0].destroyed);
      const reason = { status: 'killed', statusReason: 'The import was cancelled.' };
      expect(await stored(gateway, id)).toMatchObject(reason);
      await page.getByRole('link', { name: 'Transfers', exact: true }).waitFor();
    });

    test('of data with another digest fail: a new image is made, and the failed one is deleted when asked', async () => {
      const page = await openConsole(gateway);
      await typeAddress(page, address());
      await page.getByLabel('Digest that the data must have').fill('0'.repeat(32));
      await startImport(page);
      await says(page, NAME, 'The import has failed.');
      await says(page, NAME, /^The declared MD5 is 0{32}/);
      const failed = await imageOf(page, NAME);
      const requestId = await transfer(page, NAME).locator('p', { hasText: 'Request id' }).innerText();
      const [, inLog] = /(req-[\w-]+)/.exec(requestId)!;
      await eventually(() => JSON.stringify(gateway.log).includes(inLog));

      await press(page, NAME, 'Try again');
      await page.getByText('A new image gets the same record and the data. Its id is another one.').waitFor();
      await page.getByRole('button', { name: 'Not now' }).click();
      await answer(page, NAME, 'Try again', true);
      await eventually(async () => (await imageOf(page, NAME)) !== failed);
      await says(page, NAME, /^The declared MD5 is 0{32}/);
      expect(await stored(gateway, failed)).toBeNull();
      const second = await imageOf(page, NAME);
      expect(await stored(gateway, second)).toMatchObject({ name: NAME, status: 'killed' });

      await press(page, NAME, 'Change and try again');
      await page.getByText(`This tries the import of ${NAME} again with a new image`).waitFor();
      expect(await page.getByLabel('Address').inputValue()).toBe(address());
      await page.getByLabel('Digest that the data must have').fill('');
      await startImport(page);
      await says(page, NAME, 'Ready.');
      expect(await stored(gateway, second)).toBeNull();
    });

    test('from an address with nothing say the gateway’s reason, and the failed image stays unless one deletes it', async () => {
      const page = await openConsole(gateway);
      await typeAddress(page, address('nothing.iso'));
      await startImport(page);
      await says(page, 'nothing', NO_USE);
      await transfer(page, 'nothing').getByText('Request id').waitFor();
      const failed = await imageOf(page, 'nothing');
      await answer(page, 'nothing', 'Try again', false);
      await says(page, 'nothing', NO_USE);
      const second = await imageOf(page, 'nothing');
      expect(second).not.toBe(failed);
      expect(await stored(gateway, failed)).toMatchObject({ status: 'killed', diskFormat: 'iso' });
      await answer(page, 'nothing', 'Give up', true);
      await transfer(page, 'nothing').waitFor({ state: 'detached' });
      expect(await stored(gateway, second)).toBeNull();
    });
  });

  onSqlite('of data that lies on the web', (start, place) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start(options());
    });

    test('go on when the page is loaded again; the browser keeps no address', async () => {
      const page = await openConsole(gateway);
      await typeAddress(page, address());
      await page.getByLabel('Address').fill(`${address('slow.raw')}#secret`);
      await page.getByLabel('Name', { exact: true }).fill('reloaded');
      await startImport(page);
      await says(page, 'reloaded', /1.00 MiB of 2.00 MiB/);
      const id = await imageOf(page, 'reloaded');
      await page.reload();
      await says(page, 'reloaded', /1.00 MiB of 2.00 MiB/);
      expect(await page.evaluate<string>(KEPT)).toContain(id);
      expect(await page.evaluate<string>(KEPT)).not.toMatch(/127\.0\.0\.1|secret/);
      source.held[0].end(HALF);
      await says(page, 'reloaded', 'Ready.');
      expect(await stored(gateway, id)).toMatchObject({ status: 'active' });
      await page.reload();
      await page.getByText('No imports at the moment.').waitFor();
    });

    test('that fail after a reload open the form with all but the address', async () => {
      const page = await openConsole(gateway);
      await startSlow(page);
      await page.reload();
      await says(page, 'slow', /1.00 MiB of 2.00 MiB/);
      source.held[0].destroy();
      await says(page, 'slow', NO_USE);
      const failed = await imageOf(page, 'slow');
      await press(page, 'slow', 'Try again');
      expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('slow');
      expect(await page.getByLabel('Address').inputValue()).toBe('');
      await page.getByLabel('Address').fill(address());
      await startImport(page);
      await says(page, 'slow', 'Ready.');
      expect(await stored(gateway, failed)).toBeNull();
    });

    test('show another user of the browser nothing', async () => {
      const page = await openConsole(gateway);
      await startSlow(page);
      await page.context().setExtraHTTPHeaders(as('blue'));
      await page.reload();
      await page.getByText('No imports at the moment.').waitFor();
      expect(await transfer(page, 'slow').count()).toBe(0);
      await page.context().setExtraHTTPHeaders(as('red'));
      await page.reload();
      await answer(page, 'slow', 'Cancel', true);
    });

    test('that the gateway refuses keep their image for another address', async () => {
      const page = await openConsole(gateway);
      await typeAddress(page, `http://127.0.0.2:${source.port}/${NAME}.raw`);
      await startImport(page);
      await says(page, NAME, 'The gateway does not import from this address.');
      await transfer(page, NAME).getByText('Request id').waitFor();
      const id = await imageOf(page, NAME);
      expect(await stored(gateway, id)).toMatchObject({ status: 'queued' });
      await press(page, NAME, 'Change and try again');
      await page.getByText(`This tries the import of ${NAME} again. The image keeps its id.`).waitFor();
      await page.getByLabel('Address').fill(address());
      await startImport(page);
      await says(page, NAME, 'Ready.');
      expect(await imageOf(page, NAME)).toBe(id);
    });

    test('that the gateway refuses leave no image behind when one gives up', async () => {
      const page = await openConsole(gateway);
      await typeAddress(page, `http://127.0.0.2:${source.port}/refused.raw`);
      await startImport(page);
      await says(page, 'refused', 'The gateway does not import from this address.');
      const id = await imageOf(page, 'refused');
      await answer(page, 'refused', 'Give up', true);
      await told(page, 'The import of refused is given up.');
      expect(await stored(gateway, id)).toBeNull();
    });

    test.each(['CreateImage', 'ImportImage'])('whose answer to %s gets lost make one image', async (lost) => {
      open.expectFault(/ERR_FAILED/);
      const page = await openConsole(gateway, as('lost'));
      const before = await countOf(gateway, 'lost');
      let isLost = false;
      await page.route('**/graphql', async (route) => {
        if (isLost || !route.request().postData()!.includes(`mutation ${lost}`)) return route.continue();
        isLost = true;
        await route.fetch();
        await route.abort();
      });
      await typeAddress(page, address());
      await startImport(page);
      if (lost === 'CreateImage') {
        await says(page, NAME, 'No connection.');
        await press(page, NAME, 'Try again');
      }
      await says(page, NAME, 'Ready.');
      expect(await countOf(gateway, 'lost')).toBe(before + 1);
    });

    test('whose page is left before the gateway has the address keep their image', async () => {
      const page = await openConsole(gateway, as('left'));
      let isHeld = false;
      await page.route('**/graphql', (route) => {
        if (isHeld || !route.request().postData()!.includes('mutation ImportImage')) return route.continue();
        isHeld = true;
      });
      await typeAddress(page, address());
      await startImport(page);
      await eventually(() => isHeld);
      const id = await imageOf(page, NAME);
      await page.reload();
      await says(page, NAME, /^The import has not begun/);
      await press(page, NAME, 'Try again');
      await page.getByText(`This tries the import of ${NAME} again. The image keeps its id.`).waitFor();
      await page.getByLabel('Address').fill(address());
      await startImport(page);
      await says(page, NAME, 'Ready.');
      expect(await imageOf(page, NAME)).toBe(id);
      expect(await countOf(gateway, 'left')).toBe(1);
    });

    const errors = [{ message: 'Away.', extensions: { code: 'DATABASE_UNAVAILABLE', retryAfter: 1 } }];
    test.each<[what: string, answer: Answer, sign: string]>([
      ['connection', 'none', 'No connection.'],
      ['login', { status: 401, json: { code: 'UNAUTHENTICATED', message: '' } }, 'Your login has ended.'],
      ['database', { status: 200, json: { data: null, errors } }, 'The gateway cannot answer at the moment.'],
    ])('are looked after when the %s is back', async (what, trouble, sign) => {
      if (what !== 'database') open.expectFault(/ERR_FAILED|401/);
      const page = await openConsole(gateway);
      await startSlow(page);
      await page.route('**/graphql', (route) =>
        trouble === 'none' ? route.abort() : route.fulfill(trouble),
      );
      await page.getByText(sign).first().waitFor();
      source.held[0].end(HALF);
      await page.unroute('**/graphql');
      await says(page, 'slow', 'Ready.');
    });

    test('are in every tab, and go from all of them', async () => {
      const page = await openConsole(gateway);
      await startSlow(page);
      const other = await page.context().newPage();
      await other.goto(`${gateway.url}/console/transfers`);
      await says(other, 'slow', /1.00 MiB of 2.00 MiB/);
      await answer(page, 'slow', 'Cancel', true);
      await transfer(other, 'slow').waitFor({ state: 'detached' });
    });

    test('are asked after every 2 seconds while one sees them, every 10 seconds else, and never when hidden', async () => {
      const page = await openAs(open, as('red'), 'about:blank');
      await page.clock.install();
      await page.goto(`${gateway.url}/console/images`);
      await startSlow(page);
      let [looks, underWay] = [0, 0];
      page.on('request', (request) => {
        if (!isLook(request.postData())) return;
        looks += 1;
        underWay += 1;
      });
      page.on('requestfinished', (request) => void (isLook(request.postData()) && (underWay -= 1)));
      await page.clock.pauseAt(Date.now() + 60_000);
      const come = (count: number) =>
        eventually(
          () => [looks, underWay],
          (found) => String(found) === String([count, 0]),
        );
      /** Lets ten seconds pass. In one of them all imports are asked after, perhaps together with those in sight. */
      const looksInTenSeconds = async (steps: number) => {
        looks = 0;
        for (let n = 1; n <= 5; n += 1) {
          await page.clock.runFor(2000);
          await eventually(() => underWay === 0 && looks >= Math.min(n, steps));
        }
        await eventually(() => underWay === 0 && looks > 0);
        expect(looks).toBeOneOf([Math.max(1, steps), steps + 1]);
      };
      const seesRow = (is: boolean) =>
        eventually(async () => (await page.evaluate(SEES_ROW)) === is && transfer(page, 'slow').isVisible());
      await eventually(() => looks > 0 && underWay === 0);
      await looksInTenSeconds(5);
      await page.setViewportSize({ width: 1280, height: 150 });
      await page.evaluate('scrollTo(0, 0)');
      await seesRow(false);
      await looksInTenSeconds(0);
      await transfer(page, 'slow').scrollIntoViewIfNeeded();
      await seesRow(true);
      await looksInTenSeconds(5);
      looks = 0;
      await page.getByRole('link', { name: 'Images', exact: true }).click();
      await come(1);
      await looksInTenSeconds(0);
      await page.evaluate(HIDE);
      await page.clock.runFor(60_000);
      looks = 0;
      await page.evaluate(SHOW);
      await come(1);
    });

    test('are started by keys alone, and a screen reader hears of their start and end once', async () => {
      const page = await openConsole(gateway);
      await page.locator('.image-row, .empty').first().waitFor();
      await page.evaluate(LISTEN);
      await page.keyboard.press('n');
      await page.getByRole('link', { name: 'From a URL' }).focus();
      await page.keyboard.press('Enter');
      await page.getByLabel('Address').focus();
      await page.keyboard.type(address());
      await page.keyboard.press('Tab');
      await page.keyboard.press('End');
      await page.keyboard.type('-by-keys');
      await page.getByRole('button', { name: 'Start the import' }).focus();
      await page.keyboard.press('Enter');
      await says(page, `${NAME}-by-keys`, 'Ready.');
      await buttonOf(page, `${NAME}-by-keys`, 'Take off the list').focus();
      await page.keyboard.press('Enter');
      await focused(page, 'Imports');
      const heard = await page.evaluate<string[]>('globalThis.heard');
      expect(heard.filter((text) => text.includes('by-keys'))).toEqual([
        `The import of ${NAME}-by-keys begins.`,
        `${NAME}-by-keys is ready.`,
      ]);
    });

    test('look right', async () => {
      for (const width of [390, 1280]) {
        const page = await openConsole(gateway);
        await page.setViewportSize({ width, height: 900 });
        const looksRight = async () => {
          expect(await faultsInThemes(page), `${width} pixels`).toEqual([]);
          expect(await page.evaluate(SIDEWAYS), `${width} pixels`).toBe(0);
        };
        await typeAddress(page, 'https://user:password@host/disk.raw.xz');
        await page.getByText('An address with a user or a password is not taken.').waitFor();
        await looksRight();
        await page.getByLabel('Address').fill(address('nothing.iso'));
        await startImport(page);
        await says(page, 'nothing', NO_USE);
        await typeAddress(page, address());
        await startImport(page);
        await says(page, NAME, 'Ready.');
        await startSlow(page);
        await looksRight();
        await press(page, 'nothing', 'Try again');
        await page.locator('.dialog').waitFor();
        await looksRight();
        await page.getByRole('button', { name: 'Not now' }).click();
        await press(page, 'nothing', 'Change and try again');
        await page.getByText('This tries the import of nothing again with a new image').waitFor();
        await looksRight();
        source.held.splice(0).forEach((each) => each.destroy());
        await page.context().close();
      }
    });

    test('go to the store that one chooses', async () => {
      const stores = { STORES: 'fast:file,slow:file', STORE_SLOW_FOLDER: `${place.options.DATA_DIR}/slow` };
      const page = await openConsole(await start(options(stores)), as('stores'));
      await typeAddress(page, address('appliance.ova'));
      const choice = page.getByRole('combobox', { name: 'Store for the data' });
      expect(await choice.locator('option').allInnerTexts()).toEqual(['fast', 'slow']);
      expect(await choice.inputValue()).toBe('fast');
      await choice.selectOption('slow');
      await startImport(page);
      await says(page, 'appliance', 'Ready.');
      await page.getByRole('link', { name: 'appliance' }).click();
      await page
        .getByRole('definition')
        .filter({ hasText: /^slow$/ })
        .waitFor();
      await page
        .getByRole('definition')
        .filter({ hasText: address('appliance.ova') })
        .waitFor();
    });
  });

  onSqlite('are refused before they start', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start(options({ HTTP_SOURCE_SCHEMES: 'https', IMAGE_COUNT_QUOTA: '1' }));
    });
    const button = (page: Page) => page.getByRole('button', { name: 'Start the import' });

    test.each([
      [
        'a scheme that is not allowed',
        'http://127.0.0.1/x.raw',
        /takes addresses that begin with https:\/\/\.$/,
      ],
      ['a user and a password', 'https://user:password@host/x.raw', /An address with a user or a password/],
      ['no host', 'https:///x.raw', /This is no address of the web/],
    ])('at the field, for an address with %s', async (_, typed, sentence) => {
      const page = await openConsole(gateway);
      await typeAddress(page, typed);
      const field = page.getByLabel('Address');
      await page.getByText(sentence).waitFor();
      expect(await field.getAttribute('aria-invalid')).toBe('true');
      const error = await page.getByText(sentence).getAttribute('id');
      expect(await field.getAttribute('aria-describedby')).toContain(error);
      expect(await button(page).isDisabled()).toBe(true);
      await field.fill('https://host/x.raw');
      await eventually(() => button(page).isEnabled());
    });

    test('where the quota has no room for the image', async () => {
      await run(gateway, gql('mutation { createImage(input: {}) { id } }'), {}, as('red'));
      const page = await openConsole(gateway);
      await typeAddress(page, 'https://host/x.raw');
      await page.getByText('Your quota has room for 0 more images.').waitFor();
      expect(await button(page).isDisabled()).toBe(true);
    });

    test('where no format is chosen, or the name is too long', async () => {
      const page = await openConsole(gateway, as('blue'));
      await typeAddress(page, 'https://host/x.raw');
      await page.getByRole('combobox', { name: 'Format' }).selectOption('');
      await page.getByText('Choose a format.').waitFor();
      await page.getByLabel('Name', { exact: true }).fill('x'.repeat(256));
      await page.getByText('At most 255 characters.').waitFor();
      expect(await button(page).isDisabled()).toBe(true);
    });
  });

  onSqlite('where there are no images yet', (start) => {
    test('are offered beside uploads', async () => {
      const page = await openConsole(await start(options()));
      await page.getByRole('link', { name: 'Import from a URL' }).click();
      await page.getByRole('heading', { name: 'New image from a URL' }).waitFor();
      await page.getByRole('link', { name: 'From files' }).click();
      await page.getByRole('button', { name: 'Choose files' }).waitFor();
    });

    test('are absent where the gateway imports nothing', async () => {
      const gateway = await start(options({ HTTP_SOURCE_HOSTS: '' }));
      const page = await openConsole(gateway);
      await page.getByRole('link', { name: 'Upload files' }).click();
      await page.getByRole('button', { name: 'Choose files' }).waitFor();
      expect(await page.getByRole('link', { name: 'From a URL' }).count()).toBe(0);
      await page.goto(`${gateway.url}/console/new?from=url`);
      await page.getByText('This gateway imports nothing from the web, or you may not import.').waitFor();
      await page.goto(`${gateway.url}/console/transfers`);
      await page.getByText('No uploads at the moment.').waitFor();
      expect(await page.getByRole('heading', { name: 'Imports', exact: true }).count()).toBe(0);
    });
  });
});

/** An answer that a proxy gives in place of the gateway. */
type Answer = { status: number; json: object } | 'none';

/** All that the browser keeps for the page, as a text. */
const KEPT = `(async () => {
  const opened = (name) => new Promise((resolve) => {
    indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result);
  });
  const all = [JSON.stringify({ ...localStorage, ...sessionStorage })];
  for (const { name } of await indexedDB.databases()) {
    const database = await opened(name);
    for (const table of database.objectStoreNames)
      all.push(await new Promise((resolve) => {
        const request = database.transaction(table).objectStore(table).getAll();
        request.onsuccess = () => resolve(JSON.stringify(request.result));
      }));
    database.close();
  }
  return all.join();
})()`;
const HIDE = `(() => {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
  document.dispatchEvent(new Event('visibilitychange'));
})()`;
const SHOW = `(() => {
  delete document.hidden;
  document.dispatchEvent(new Event('visibilitychange'));
})()`;
/** True once the browser has told the page whether the row of an import is in the window. */
const SEES_ROW = `new Promise((resolve) => {
  const observer = new IntersectionObserver(([{ isIntersecting }]) => {
    observer.disconnect();
    resolve(isIntersecting);
  });
  observer.observe(document.querySelector('.transfer-running'));
})`;
/** Notes what polite regions say from now on. */
const LISTEN = `globalThis.heard = [];
new MutationObserver((changes) => {
  for (const { target } of changes) {
    const region = (target.nodeType === 3 ? target.parentElement : target)?.closest('[role=status]');
    if (region && heard.at(-1) !== region.textContent) heard.push(region.textContent);
  }
}).observe(document.body, { subtree: true, childList: true, characterData: true });`;
/** Pixels by which the page, or a part of it that scrolls down, is wider than its place. */
const SIDEWAYS = `Math.max(...[document.documentElement, ...document.querySelectorAll('.help, .dialog, .new-images')]
  .map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth))`;
