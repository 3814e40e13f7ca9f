import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, createActiveImage, createImage, run } from '../support/client.js';
import { onMysql, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { hasBrowser, withBrowser } from './browser.js';
import { openAs } from './console-page.js';

const ADD = gql(`mutation ($id: ID!, $member: ID!) {
  addImageMember(imageId: $id, input: { memberId: $member }) { id } }`);
const REPLACE = gql(`mutation ($id: ID!, $members: [ImageMemberInput!]!) {
  replaceImageMembers(imageId: $id, members: $members) { id } }`);
const ACCEPT = gql('mutation ($id: ID!) { acceptImage(id: $id) { id } }');
const REJECT = gql('mutation ($id: ID!) { rejectImage(id: $id) { id } }');
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
/** A page of the console's lists of administrators. */
const PAGE = 50;

describe.skipIf(!hasBrowser)('the console', { timeout: 120_000 }, () => {
  const open = withBrowser();

  onMysql('for a project', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start({ AUTH: 'trusted', IMAGE_COUNT_QUOTA: '150', IMAGE_MEMBER_QUOTA: '50' });
    });
    const opened = (tenant: string, path = '/project') =>
      openAs(open, as(tenant), `${gateway.url}/console${path}`);

    test('shows its use against its quota, and the limits of an image', async () => {
      for (let n = 0; n < 3; n += 1) await createActiveImage(gateway, 'x'.repeat(1024), {}, as('uses'));
      const page = await opened('uses', '/images');
      await page.getByRole('link', { name: 'Project', exact: true }).click();
      await page.getByText('3 of 150').waitFor();
      const bar = page.getByRole('progressbar', { name: 'Images' });
      expect([await bar.getAttribute('value'), await bar.getAttribute('max')]).toEqual(['3', '150']);
      await page.getByText('3.00 KiB, no limit').waitFor();
      await page.getByText('At most 50', { exact: true }).waitFor();
      expect(await page.getByRole('progressbar').count()).toBe(1);
      expect(await page.title()).toBe('Project · Images');
    });

    test('says that the quota is used up', async () => {
      const full = await start({ AUTH: 'trusted', USER_STORAGE_QUOTA: '1KB' });
      await createActiveImage(full, 'x'.repeat(1024), {}, as('full'));
      const page = await openAs(open, as('full'), `${full.url}/console/project`);
      await page.getByText('1.00 KiB of 1.00 KiB').waitFor();
      await page.getByText('The quota is used up.').waitFor();
      await full.close();
    });

    test('leads from a tag in use to the images that have it', async () => {
      await createImage(gateway, { name: 'first', tags: ['lts, "old"', 'web'] }, as('tags'));
      await createImage(gateway, { name: 'second', tags: ['web'] }, as('tags'));
      const page = await opened('tags');
      const section = page.getByRole('region', { name: 'Tags in use' });
      await section.getByRole('link', { name: 'web, 2 images' }).waitFor();
      await section.getByRole('link', { name: 'lts, "old", 1 image' }).click();
      await page.getByText('1 image', { exact: true }).waitFor();
      await page.getByRole('link', { name: 'first', exact: true }).waitFor();
    });

    test('shows which projects have its images, and what they answered', async () => {
      const id = await createImage(gateway, { name: 'given' }, as('gives'));
      await createImage(gateway, { name: 'with nobody' }, as('gives'));
      for (const member of ['yes', 'no', 'silent']) await run(gateway, ADD, { id, member }, as('gives'));
      await run(gateway, ACCEPT, { id }, as('yes'));
      await run(gateway, REJECT, { id }, as('no'));
      const page = await opened('gives');
      const row = page.getByRole('row', { name: 'given' });
      await row.waitFor();
      expect((await row.getByRole('listitem').allInnerTexts()).map((each) => each.trim())).toEqual([
        'yes Accepted',
        'no Rejected',
        'silent No answer yet',
      ]);
      expect(await page.getByText('with nobody').count()).toBe(0);
      await page.getByRole('link', { name: 'given' }).click();
      await page.getByLabel('Share with a project').waitFor();
      expect(new URL(page.url()).pathname).toBe(`/console/images/${id}/sharing`);
    });

    test('names twenty projects of an image, and says how many more have it', async () => {
      const id = await createImage(gateway, { name: 'popular' }, as('many'));
      const members = Array.from({ length: 25 }, (_, n) => ({ memberId: `project-${n}` }));
      await run(gateway, REPLACE, { id, members }, as('many'));
      const page = await opened('many');
      await page.getByText('and 5 others').waitFor();
      expect(await page.getByRole('row', { name: 'popular' }).getByRole('listitem').count()).toBe(21);
    });

    test('says that it looks at the newest hundred shared images only', async () => {
      for (let n = 0; n < 101; n += 1) await createImage(gateway, { name: `image-${n}` }, as('hundreds'));
      const page = await opened('hundreds');
      await page.getByText('Only the newest 100 images with the visibility Shared are looked at.').waitFor();
      await page.getByText('The project shares no image with another project.').waitFor();
    });

    test('is empty for a project that has nothing', async () => {
      const page = await opened('new');
      await page.getByText('0 of 150').waitFor();
      await page.getByText('No image has a tag.').waitFor();
      await page.getByText('The project shares no image with another project.').waitFor();
    });

    test('keeps what it shows while the gateway is away, and says why a part cannot be read', async () => {
      await createImage(gateway, { name: 'kept', tags: ['kept'] }, as('away'));
      const page = await opened('away');
      await page.getByRole('link', { name: 'kept, 1 image' }).waitFor();
      open.expectFault(/ERR_FAILED/);
      await page.route('**/graphql', (route) => route.abort());
      const images = page.getByRole('link', { name: 'Images', exact: true });
      await images.click();
      await page.locator('.bar-trouble').waitFor();
      await page.goBack();
      await page.getByText('1 of 150').waitFor();
      await page.unroute('**/graphql');
      await page.getByRole('button', { name: 'Try now' }).click();
      await eventually(async () => (await page.locator('.bar-trouble').count()) === 0);
      await page.getByText('1 of 150').waitFor();
    });

    test('reads a part again that could not be read', async () => {
      const page = await opened('again', '/images');
      let isRefused = true;
      await page.route('**/graphql', (route) =>
        isRefused && route.request().postData()?.includes('ProjectTags')
          ? route.fulfill({ json: tooSlow() })
          : route.continue(),
      );
      await page.getByRole('link', { name: 'Project', exact: true }).click();
      const section = page.getByRole('region', { name: 'Tags in use' });
      await section.getByText('This could not be read.').waitFor();
      await page.getByText('0 of 150').waitFor();
      isRefused = false;
      await section.getByRole('button', { name: 'Try again' }).click();
      await section.getByText('No image has a tag.').waitFor();
    });
  });

  onSqlite('for administrators', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start({ AUTH: 'trusted', USER_STORAGE_QUOTA: '1MB' });
      await createActiveImage(gateway, 'x'.repeat(2048), { name: 'large' }, as('red'));
      await createImage(gateway, { name: 'queued', visibility: 'PRIVATE' }, as('red'));
      await createImage(
        gateway,
        { name: 'container', diskFormat: 'raw', containerFormat: 'ovf' },
        as('blue'),
      );
      await createImage(gateway, { name: 'hidden', hidden: true }, as('blue'));
      for (const [name, hidden] of [
        ['gone first', false],
        ['gone last', false],
        ['gone and hidden', true],
      ] as const) {
        const id = await createActiveImage(gateway, 'data', { name, hidden }, as('red'));
        await run(gateway, DELETE, { id }, as('red'));
      }
    });
    const opened = (path: string, roles = 'admin', tenant = 'operators') =>
      openAs(open, as(tenant, roles), `${gateway.url}/console${path}`);
    const region = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
    const rows = (page: Page) =>
      page
        .locator('tbody tr')
        .evaluateAll((all) => all.map((row) => (row.querySelector('th')?.textContent ?? '').trim()));

    test('counts the images by each field, and leads to the list of each value', async () => {
      const page = await opened('/images');
      await page.getByRole('link', { name: 'Admin', exact: true }).click();
      await region(page, 'Status').getByRole('row', { name: 'Ready 1' }).waitFor();
      await region(page, 'Status').getByRole('row', { name: 'No data yet 2' }).waitFor();
      await region(page, 'Visibility').getByRole('row', { name: 'Private 1' }).waitFor();
      await region(page, 'Format').getByRole('row', { name: 'raw 2' }).waitFor();
      await region(page, 'Container').getByRole('row', { name: 'None 1' }).waitFor();
      await region(page, 'Hidden from lists').getByRole('row', { name: 'Not hidden 3' }).waitFor();
      for (const [part, value, shown] of [
        ['Status', 'No data yet', 2],
        ['Visibility', 'Private', 1],
        ['Format', 'raw', 2],
        ['Container', 'ovf', 1],
        ['Hidden from lists', 'Hidden', 1],
        ['Hidden from lists', 'Not hidden', 3],
      ] as const) {
        await region(page, part).getByRole('link', { name: value, exact: true }).click();
        await page.getByText(new RegExp(`^${shown} images?$`)).waitFor();
        await page.goBack();
      }
    });

    test('counts deleted images, too, on request', async () => {
      const page = await opened('/admin');
      await region(page, 'Status').getByRole('row', { name: 'Ready 1' }).waitFor();
      await page.getByRole('checkbox', { name: 'With deleted images' }).click();
      await region(page, 'Format').getByRole('row', { name: 'raw 4' }).waitFor();
      expect(await region(page, 'Format').getByRole('link').count()).toBe(0);
      await region(page, 'Status').getByRole('row', { name: 'Deleted 2' }).waitFor();
      await region(page, 'Status').getByRole('link', { name: 'Deleted' }).click();
      await page.getByRole('row', { name: 'gone last' }).waitFor();
    });

    test('shows the deleted images, the newest first, and who cannot be named', async () => {
      const page = await opened('/admin/deleted');
      await page.getByText('That is in the audit log of the gateway only.').waitFor();
      const row = page.getByRole('row', { name: 'gone last' });
      await row.getByText('red', { exact: true }).waitFor();
      await row.getByText(/^4 B/).waitFor();
      await row.locator('time').waitFor();
      expect(await rows(page)).toEqual(['gone last', 'gone first']);
      await page.getByRole('checkbox', { name: 'Hidden images' }).click();
      await eventually(
        () => rows(page),
        (found) => String(found) === 'gone and hidden',
      );
      await page.getByRole('link', { name: 'gone and hidden' }).click();
      await page.getByText('Deleted', { exact: true }).first().waitFor();
    });

    test('shows what each project uses, in the order that one chooses', async () => {
      const page = await opened('/admin');
      await page.getByRole('link', { name: 'Use by project' }).click();
      await page.getByRole('row', { name: /^red 2 2\.00 KiB.* 1\.00 MiB/ }).waitFor();
      expect(await rows(page)).toEqual(['red', 'blue']);
      const sort = async (name: string, ...order: string[]) => {
        await page.getByRole('button', { name }).click();
        await eventually(
          () => rows(page),
          (found) => String(found) === String(order),
        );
      };
      await sort('Project', 'blue', 'red');
      await sort('Project', 'red', 'blue');
      await sort('Data', 'red', 'blue');
      await sort('Data', 'blue', 'red');
      await page.locator('th[aria-sort=ascending]', { hasText: 'Data' }).waitFor();
      await page.getByRole('link', { name: 'blue' }).click();
      await page.getByText('1 image', { exact: true }).waitFor();
      await page.getByRole('link', { name: 'container' }).waitFor();
    });

    test('reads again what could not be read', async () => {
      const page = await opened('/admin');
      await region(page, 'Status').waitFor();
      let isRefused = true;
      await page.route('**/graphql', (route) =>
        isRefused ? route.fulfill({ json: tooSlow() }) : route.continue(),
      );
      await page.getByRole('link', { name: 'Use by project' }).click();
      await page.getByText('This could not be read.').waitFor();
      isRefused = false;
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('row', { name: /^red/ }).waitFor();
    });

    test('keeps the old rows when another order cannot be read', async () => {
      const page = await opened('/admin/projects');
      await page.getByRole('row', { name: /^red/ }).waitFor();
      await page.route('**/graphql', (route) => route.fulfill({ json: tooSlow() }));
      await page.getByRole('button', { name: 'Images' }).click();
      await page.getByText('This could not be read.').waitFor();
      expect(await rows(page)).toEqual(['red', 'blue']);
    });

    test('is no page for others', async () => {
      for (const path of ['/admin', '/admin/projects', '/admin/deleted', '/admin/nothing']) {
        const page = await opened(path, 'member', 'red');
        await page.getByText('There is no such page.').waitFor();
        expect(await page.getByRole('link', { name: 'Admin', exact: true }).count()).toBe(0);
        await page.context().close();
      }
      const page = await opened('/admin/nothing');
      await page.getByText('There is no such page.').waitFor();
    });

    test('goes from part to part by the keyboard alone', async () => {
      const page = await opened('/admin');
      await region(page, 'Status').waitFor();
      const link = page.getByRole('link', { name: 'Deleted images' });
      await link.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('row', { name: 'gone last' }).waitFor();
      expect(await page.locator(':focus').innerText()).toBe('Deleted images');
    });

    test('shows more deleted images and more projects on request', async () => {
      const many = await start({ AUTH: 'trusted' });
      for (let n = 0; n < PAGE + 2; n += 1) {
        await createImage(many, { name: 'stays' }, as(`project-${n}`));
        const id = await createImage(many, { name: `deleted-${n}` }, as('red'));
        await run(many, DELETE, { id }, as('red'));
      }
      for (const path of ['projects', 'deleted']) {
        const page = await openAs(open, as('o', 'admin'), `${many.url}/console/admin/${path}`);
        await eventually(
          () => rows(page),
          ({ length }) => length === PAGE,
        );
        await page.getByRole('button', { name: 'Show more' }).click();
        await eventually(
          () => rows(page),
          ({ length }) => length > PAGE,
        );
        const all = await rows(page);
        expect(new Set(all).size).toBe(all.length);
        expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
      }
    });
  });
});

function tooSlow() {
  return {
    data: null,
    errors: [{ message: 'The search took too long.', extensions: { code: 'SEARCH_TOO_SLOW' } }],
  };
}
