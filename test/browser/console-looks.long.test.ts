import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { createActiveImage, createImage, run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { hasBrowser, withBrowser } from './browser.js';
import { filter, isList, isStream } from './console-page.js';
import { faultsInThemes } from './faults-of-axe.js';
import { misfits, misfitsIn, misfitsInLargeText } from './fitting.js';
import { withoutFilePicker } from './upload-page.js';

const SHARE = gql(
  'mutation ($id: ID!, $member: ID!) { addImageMember(imageId: $id, input: { memberId: $member }) { id } }',
);
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
/** The widths of each layout: of cards, the narrowest one (WCAG 1.4.10) too; of a table; and of a list beside an image. */
const LAYOUTS = [[390, 320], [768], [1280, 1920]];

interface Look {
  /** @param id of an image with data, properties and a member */
  path(id: string): string;
  /** Brings the screen into its state. */
  prepare?(page: Page): Promise<unknown>;
  /** What shows that the state is reached. */
  sign: string;
  fault?: RegExp;
}

const answers = (page: Page, answer: object, status = 200) =>
  page.route('**/graphql', (route) => route.fulfill({ status, json: answer }));

/** Makes the page believe that its viewer has this tenant, and goes where only such a viewer may go. */
async function goAs(page: Page, tenant: string, path: string): Promise<void> {
  await page.route('**/graphql', async (route) => {
    // The stream of changes has no end.
    if (isStream(route.request())) return route.continue();
    const response = await route.fetch();
    const answer = (await response.json()) as { data?: { viewer?: { tenant?: string | null } } };
    if (answer.data?.viewer && 'tenant' in answer.data.viewer) answer.data.viewer.tenant = tenant;
    await route.fulfill({ response, json: answer });
  });
  await page.goto(new URL(path, page.url()).href);
}

/** Gives every project a long name in a domain, as Keystone would, and reads the page again. */
async function nameProjects(page: Page): Promise<void> {
  await page.route('**/graphql', async (route) => {
    if (isStream(route.request())) return route.continue();
    const response = await route.fetch();
    const text = (await response.text()).replaceAll(
      /("name":)null(,"domain":)null/g,
      `$1"${'a long name of a project '.repeat(2)}\u202e"$2"a-domain-with-a-long-name"`,
    );
    await route.fulfill({ response, body: text });
  });
  await page.reload();
}

/** Chooses files on the form for new images. */
async function chooseTexts(page: Page, ...names: string[]): Promise<void> {
  const asked = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose files' }).click();
  const buffer = Buffer.from('data');
  await (await asked).setFiles(names.map((name) => ({ name, mimeType: '', buffer })));
  await page
    .locator('.chosen')
    .nth(names.length - 1)
    .waitFor();
}

/** Each screen in each of its states. */
const LOOKS: Record<string, Look> = {
  'the list': { path: () => '/console/images', sign: '.image-row' },
  'the list with filters': { path: () => '/console/images?status=active&tag=lts', sign: '.chip' },
  'the list with all columns': {
    path: () =>
      '/console/images?cols=status,size,format,visibility,project,tags,changed,created,virtualSize,minDisk,minMemory,protected,hidden,checksum,stores',
    sign: '.image-row',
  },
  'the list where nothing matches': { path: () => '/console/images?q=nothing', sign: '.empty button' },
  'the list without images': { path: () => '/console/images?scope=community', sign: '.empty' },
  'the list that loads': {
    path: () => '/console/images',
    prepare: (page) =>
      page.route('**/graphql', (route) => !isList(route.request().postData()) && route.continue()),
    sign: '.skeleton-row >> visible=true',
  },
  'the list that fails': { path: () => '/console/images?visibility=NOBODY', sign: '.failure', fault: /400/ },
  'a menu of the list': {
    path: () => '/console/images',
    prepare: (page) => page.locator('.image-row button').first().click(),
    sign: '[role=menu]',
  },
  'the filters': {
    path: () => '/console/images',
    prepare: async (page) => {
      const isNarrow = page.viewportSize()!.width < 768;
      if (isNarrow) await page.getByRole('button', { name: 'Filters' }).click();
      else await filter(page, 'More filters');
    },
    sign: '.typed',
  },
  'the settings': {
    path: () => '/console/images',
    prepare: (page) => page.getByRole('button', { name: /^Settings/ }).click(),
    sign: '[role=menuitemradio]',
  },
  'an image': { path: (id) => `/console/images/${id}`, sign: '.compare' },
  'its properties': { path: (id) => `/console/images/${id}/properties`, sign: '.panel table' },
  'its members': { path: (id) => `/console/images/${id}/sharing`, sign: '.panel table' },
  'its use': { path: (id) => `/console/images/${id}/use`, sign: '.command' },
  'an image that is not there': {
    path: () => '/console/images/aaaaaaaa-0000-4000-8000-00000000000a',
    sign: '.not-found',
  },
  'a selection': {
    path: () => '/console/images',
    prepare: (page) => page.getByRole('checkbox', { name: 'Select ready' }).click(),
    sign: '.bulk-bar',
  },
  'a deletion': {
    path: (id) => `/console/images/${id}`,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete' }).click();
    },
    sign: '.button-bad',
  },
  'a deletion of many': {
    path: () => '/console/images',
    prepare: async (page) => {
      for (const nth of [0, 1]) await page.locator('.image-row input[type=checkbox]').nth(nth).click();
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
    },
    sign: '.group',
  },
  'an editor with faults': {
    path: (id) => `/console/images/${id}`,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Edit', exact: true }).click();
      await page.getByLabel('Minimum disk in GiB').fill('a lot');
      await page.getByRole('button', { name: 'Save' }).click();
    },
    sign: '.dialog [role=alert]',
  },
  'a choice of tags': {
    path: (id) => `/console/images/${id}`,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Tags' }).click();
    },
    sign: '.dialog .chip',
  },
  'an editor of properties': {
    path: (id) => `/console/images/${id}/properties`,
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Edit properties' }).click();
      await page.getByLabel('Value of os').fill(' 14');
      await page.getByText('Add many').click();
    },
    sign: '.unseen-character',
  },
  'a message': {
    path: () => '/console/images',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Actions for ready' }).click();
      await page.getByRole('menuitem', { name: 'Copy id' }).click();
      // It stays while the pointer is on it.
      await page.locator('.toast').hover();
    },
    sign: '.toast',
  },
  'the messages': {
    path: () => '/console/images',
    prepare: async (page) => {
      await page.getByRole('button', { name: 'Actions for ready' }).click();
      await page.getByRole('menuitem', { name: 'Copy id' }).click();
      await page.locator('.toast').waitFor();
      await page.getByRole('link', { name: 'Transfers' }).click();
    },
    sign: '.messages',
  },
  'the form for new images': { path: () => '/console/new', sign: '.choose' },
  'chosen files': {
    path: () => '/console/new',
    prepare: async (page) => {
      await chooseTexts(page, 'debian-13-generic-amd64.qcow2', 'a-rather-long-name-'.repeat(9));
      await page.getByRole('button', { name: 'More settings' }).first().click();
      await page.getByText('This file has settings of its own').click();
      await page.getByLabel('Digest that the data must have').fill('no digest');
    },
    sign: '.chosen .settings',
  },
  'uploads in each state': {
    path: () => '/console/new',
    prepare: async (page) => {
      await chooseTexts(page, 'stored.raw');
      await page.getByRole('button', { name: 'Start 1 upload' }).click();
      await page.getByText('Same as here.').waitFor();
      const away = { code: 'DATABASE_UNAVAILABLE', message: 'The database is away.' };
      const headers = { 'retry-after': '100', 'x-openstack-request-id': 'req-1' };
      await page.route('**/uploads/*', (route) => route.fulfill({ status: 503, headers, json: away }));
      await page.getByRole('link', { name: 'New image' }).click();
      await chooseTexts(page, 'tried-again.raw', 'paused-at-the-first-byte.raw');
      await page.getByRole('button', { name: 'Start 2 uploads' }).click();
      await page.getByText('Trying again in').nth(1).waitFor();
      await page.getByRole('button', { name: 'Pause, paused-at-the-first-byte' }).click();
    },
    sign: '.transfer-paused',
    fault: /503/,
  },
  'an upload that is given up': {
    path: () => '/console/new',
    prepare: async (page) => {
      await page.route('**/uploads/*', () => undefined);
      await chooseTexts(page, 'given-up.raw');
      await page.getByRole('button', { name: 'Start 1 upload' }).click();
      const own = page.getByRole('list', { name: 'Uploads', exact: true });
      await own.getByRole('button', { name: 'Give up, given-up' }).click();
    },
    sign: '[role=alertdialog]',
  },
  'a change of the visibility': {
    path: (id) => `/console/images/${id}/sharing`,
    prepare: (page) => page.getByText('Everybody who knows the id.').click(),
    sign: '.visibility-actions',
  },
  'a project that is shared with already': {
    path: (id) => `/console/images/${id}/sharing`,
    prepare: (page) => page.getByLabel('Share with a project').fill('blue'),
    sign: '.add-member .field-error',
  },
  'its members with names': {
    path: (id) => `/console/images/${id}/sharing`,
    prepare: nameProjects,
    sign: '.panel table bdi',
  },
  'the use of projects with names': {
    path: () => '/console/admin/projects',
    prepare: nameProjects,
    sign: '.table bdi',
  },
  'a member that is removed': {
    path: (id) => `/console/images/${id}/sharing`,
    prepare: (page) => page.getByRole('button', { name: 'Remove, blue' }).click(),
    sign: '[role=alertdialog]',
  },
  'the inbox': { path: () => '/console/inbox?project=blue', sign: '.offer' },
  'the inbox without offers': {
    path: () => '/console/inbox?project=blue&show=rejected',
    sign: '.inbox-line',
  },
  'the inbox without a project': { path: () => '/console/inbox', sign: '.inbox .typed' },
  'an answer for another project': {
    path: () => '/console/inbox?project=blue',
    prepare: (page) => page.getByRole('button', { name: 'Accept, ready' }).click(),
    sign: '[role=alertdialog]',
  },
  'a project': {
    path: () => '/console/images',
    prepare: (page) => goAs(page, 'blue', '/console/project'),
    sign: '.quota >> nth=2',
  },
  'what a project shares': {
    path: () => '/console/images',
    prepare: (page) => goAs(page, 'blue', '/console/project'),
    sign: '.report table',
  },
  'the counts of an administrator': { path: () => '/console/admin', sign: '.facets table' },
  'the use by project': { path: () => '/console/admin/projects', sign: '.report table' },
  'the deleted images': { path: () => '/console/admin/deleted', sign: '.report table' },
  'the hidden deleted images': {
    path: () => '/console/admin/deleted',
    prepare: (page) => page.getByRole('checkbox', { name: 'Hidden images' }).click(),
    sign: '.report p.nothing',
  },
  'a part of the administration that fails': {
    path: () => '/console/admin',
    prepare: async (page) => {
      const error = { message: 'It took too long.', extensions: { code: 'SEARCH_TOO_SLOW' } };
      await answers(page, { data: null, errors: [error] });
      await page.getByRole('link', { name: 'Use by project' }).click();
    },
    sign: '.failure',
  },
  'the help': { path: () => '/console/help', sign: '.pairs' },
  'no screen': { path: () => '/console/nowhere', sign: 'p.alone' },
  'a gateway that is away': {
    path: () => '/console/images',
    prepare: async (page) => {
      const error = {
        message: 'The database is away.',
        extensions: { code: 'DATABASE_UNAVAILABLE', retryAfter: 60 },
      };
      await answers(page, { data: null, errors: [error] });
      await page.getByRole('link', { name: 'Public' }).click();
    },
    sign: '.bar-trouble',
  },
  'a login that has ended': {
    path: () => '/console/images',
    prepare: async (page) => {
      await answers(page, { code: 'UNAUTHENTICATED', message: 'Authentication required' }, 401);
      await page.getByRole('link', { name: 'Public' }).click();
    },
    sign: '[role=alertdialog]',
    fault: /401/,
  },
};

describe.skipIf(!hasBrowser)('the console looks right', { timeout: 300_000 }, () => {
  const open = withBrowser();

  onSqlite('on every screen, in every state', (start) => {
    let gateway: TestGateway;
    let id: string;
    beforeAll(async () => {
      gateway = await start();
      for (let number = 0; number < 30; number++)
        await createImage(gateway, { name: `image-${number} ${'with a long name '.repeat(number % 4)}` });
      const ofBlue = await createImage(gateway, {
        name: 'of blue',
        owner: 'blue',
        tags: ['a-long-tag'.repeat(9)],
      });
      await run(gateway, SHARE, { id: ofBlue, member: 'green' });
      const gone = await createActiveImage(gateway, 'data', {
        name: 'gone '.repeat(40),
        owner: 'b'.repeat(255),
      });
      await run(gateway, DELETE, { id: gone });
      id = await createActiveImage(gateway, 'data', {
        name: 'ready',
        tags: ['lts'],
        properties: [
          { name: 'home', value: 'https://example.org/a/very/long/address/'.repeat(4) },
          { name: 'os', value: '13' },
          { name: 'hw_disk_bus', value: 'nvme' },
        ],
      });
      await run(gateway, SHARE, { id, member: 'blue' });
    });
    const shownAt = async (look: Look, width: number) => {
      const page = await open('about:blank');
      if (look.fault) open.expectFault(look.fault);
      await page.setViewportSize({ width, height: 900 });
      await withoutFilePicker(page);
      if (look.sign.includes('skeleton')) await look.prepare!(page);
      await page.goto(gateway.url + look.path(id));
      if (look.prepare && !look.sign.includes('skeleton')) {
        await page.locator(READY).first().waitFor();
        await look.prepare(page);
      }
      await page.locator(look.sign).first().waitFor();
      return page;
    };

    test.each(Object.entries(LOOKS))(
      '%s has no fault that axe finds, and fits in every width, in large text and in other languages',
      async (_, look) => {
        for (const widths of LAYOUTS) {
          const page = await shownAt(look, widths[0]);
          for (const width of widths) {
            await page.setViewportSize({ width, height: 900 });
            await page.locator(look.sign).first().waitFor();
            expect(await faultsInThemes(page), `${width} pixels`).toEqual([]);
            expect(await page.evaluate(SIDEWAYS), `${width} pixels`).toBe(0);
          }
          await page.setViewportSize({ width: widths[0], height: 900 });
          const found = [
            ...(await misfits(page)),
            ...(widths.includes(768) ? [] : await misfitsInLargeText(page)),
            ...(await misfitsIn(page, 'long')),
            ...(await misfitsIn(page, 'from right to left')),
          ];
          expect(found, `${widths[0]} pixels`).toEqual([]);
          if (widths.includes(1280)) expect(await unseenInForcedColours(page)).toEqual([]);
          await page.context().close();
        }
      },
    );

    test('follows the theme that one chooses from the first moment, whatever the system says', async () => {
      const page = await shownAt(LOOKS['the settings'], 1280);
      await page.getByRole('menuitemradio', { name: 'Dark' }).click();
      await page.emulateMedia({ colorScheme: 'light' });
      await page.reload({ waitUntil: 'commit' });
      expect(await page.evaluate(BACKGROUND)).toBe('rgb(22, 24, 29)');
    });
  });
});

/** The list or an image, whichever the window shows. */
const READY =
  '.image-row:visible, .empty:visible, .image-head:visible, .choose:visible, .inbox:visible, .report:visible';
/** Pixels by which the page, or a part of it that scrolls down, is wider than its place. */
const SIDEWAYS = `Math.max(...[document.documentElement, ...document.querySelectorAll('.panel, .help, .alone, .list, .dialog, .new-images, .inbox, .report')]
  .map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth))`;
/** Borders and icons that have the colour of what is behind them, and the element with the focus if no ring shows it. */
const UNSEEN = `(() => {
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const { backgroundColor } = getComputedStyle(each);
      if (!/^rgba\\(.*, 0\\)$/.test(backgroundColor)) return backgroundColor;
    }
  };
  const isSeen = (element, line, color) => !line.startsWith('0px') && !line.includes('none') && color !== behind(element.parentElement);
  const inSight = (selector) => [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility());
  const bordered = inSight('.button, .input').filter((each) => {
    const { borderTopWidth, borderTopStyle, borderTopColor } = getComputedStyle(each);
    return !isSeen(each, borderTopWidth + ' ' + borderTopStyle, borderTopColor);
  });
  const marks = inSight('.mark').filter((each) => getComputedStyle(each).color === behind(each) || !each.textContent.trim());
  const focused = [document.activeElement].filter((each) => {
    const { outlineWidth, outlineStyle, outlineColor } = getComputedStyle(each);
    return each !== document.body && !isSeen(each, outlineWidth + ' ' + outlineStyle, outlineColor);
  });
  return [...bordered, ...marks, ...focused].map(({ outerHTML }) => outerHTML.slice(0, 200));
})()`;
const BACKGROUND = 'getComputedStyle(document.documentElement).backgroundColor';

/** Returns what one does not see where the system chooses the colours. */
async function unseenInForcedColours(page: Page): Promise<string[]> {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.keyboard.press((await page.getByRole('menu').count()) > 0 ? 'ArrowDown' : 'Tab');
  return page.evaluate(UNSEEN);
}
