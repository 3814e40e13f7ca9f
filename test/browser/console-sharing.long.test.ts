import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, createActiveImage, createImage, run } from '../support/client.js';
import { onMysql, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { hasBrowser, withBrowser } from './browser.js';
import { focused, listed, menuOf, openAs, shown, told } from './console-page.js';

const ADD = gql(`mutation ($id: ID!, $member: ID!, $canShare: Boolean) {
  addImageMember(imageId: $id, input: { memberId: $member, canShare: $canShare }) { id } }`);
const REPLACE = gql(`mutation ($id: ID!, $members: [ImageMemberInput!]!) {
  replaceImageMembers(imageId: $id, members: $members) { id } }`);
const ACCEPT = gql('mutation ($id: ID!) { acceptImage(id: $id) { id } }');
const MEMBERS = gql(
  'query ($id: ID!) { image(id: $id) { visibility members { memberId status canShare } } }',
);
const MD5_OF_DATA = '8d777f385d3dfec8815d20f7496026dc';
const QUOTA = 1000;

describe.skipIf(!hasBrowser)('sharing in the console', { timeout: 120_000 }, () => {
  const open = withBrowser();

  onMysql('between projects', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start({ AUTH: 'trusted', IMAGE_MEMBER_QUOTA: String(QUOTA) });
    });
    const opened = (tenant: string, path: string, ...roles: string[]) =>
      openAs(open, as(tenant, ...roles), `${gateway.url}/console${path}`);
    const sharing = (tenant: string, id: string) => opened(tenant, `/images/${id}/sharing`);
    const add = (id: string, member: string, canShare = false) =>
      run(gateway, ADD, { id, member, canShare }, as('red'));
    const membersOf = async (id: string) => (await run(gateway, MEMBERS, { id }, as('red'))).image!;
    /** Makes an image of the project `red` that it offers to another one. */
    const offered = async (member: string, name: string) => {
      const id = await createImage(gateway, { name }, as('red'));
      await add(id, member);
      return id;
    };

    test('goes from the offer by way of the inbox to the list of the other project', async () => {
      const id = await createActiveImage(gateway, 'data', { name: 'debian' }, as('red'));
      const red = await opened('red', '/images');
      await (await menuOf(red, 'debian')).getByRole('menuitem', { name: 'Share' }).click();
      await red.getByText('It is shared with nobody.').waitFor();
      await red.getByLabel('Share with a project').fill(' blue ');
      await red.keyboard.press('Enter');
      await told(red, 'debian is offered to project blue.');
      await red.getByRole('row', { name: /^blue\s+No answer yet/ }).waitFor();

      const blue = await opened('blue', '/images?scope=shared');
      await blue.locator('.empty').waitFor();
      await blue.getByRole('link', { name: 'Inbox 1' }).click();
      const offer = blue.getByRole('listitem', { name: 'debian' });
      for (const text of ['red', '4 B (4 bytes)', MD5_OF_DATA])
        await offer.getByText(text, { exact: true }).waitFor();
      await offer.getByRole('button', { name: 'Accept, debian' }).click();
      await told(blue, 'debian is accepted.');
      await blue.getByText('Nothing waits for your answer.').waitFor();
      await blue.getByRole('link', { name: 'Inbox', exact: true }).waitFor();
      await blue.getByRole('link', { name: 'Images', exact: true }).click();
      await blue.getByRole('link', { name: 'Shared with me' }).click();
      await listed(blue, 'debian');

      await red.getByRole('row', { name: /^blue\s+Accepted/ }).waitFor();
      expect((await membersOf(id)).members).toEqual([
        { memberId: 'blue', status: 'accepted', canShare: false },
      ]);
    });

    test('finds a rejected image again, which can be accepted later', async () => {
      await offered('green', 'unwanted');
      const page = await opened('green', '/inbox');
      await page.getByRole('button', { name: 'Reject, unwanted' }).click();
      await told(page, 'unwanted is rejected.');
      await page.getByText('Nothing waits for your answer.').waitFor();
      await focusedLine(page);
      await page.getByRole('link', { name: 'Rejected' }).click();
      await page.getByRole('button', { name: 'Accept, unwanted' }).click();
      await page.getByText('You have rejected no image.').waitFor();
      await page.getByRole('link', { name: 'Accepted' }).click();
      await page.getByRole('button', { name: 'Reject, unwanted' }).waitFor();
    });

    test('keeps an offer for later, out of the count, also after a reload', async () => {
      await offered('white', 'not now');
      await offered('white', 'soon');
      const page = await opened('white', '/inbox');
      await page.getByRole('link', { name: 'Inbox 2' }).waitFor();
      await page.getByRole('button', { name: 'Decide later, not now' }).click();
      await page.getByRole('link', { name: 'Inbox 1' }).waitFor();
      await page.reload();
      await page.getByRole('button', { name: 'Accept, soon' }).waitFor();
      expect(await page.getByRole('listitem', { name: 'not now' }).count()).toBe(0);
      await page.getByRole('link', { name: 'Decide later' }).click();
      await page.getByRole('button', { name: 'Back to waiting, not now' }).click();
      await page.getByRole('link', { name: 'Inbox 2' }).waitFor();
    });

    test('does not offer an image that is not shared any more', async () => {
      const id = await offered('black', 'withdrawn');
      const owner = await sharing('red', id);
      await owner.getByText('Only my project.').click();
      await owner.getByRole('button', { name: 'Change the visibility' }).click();
      await told(owner, 'The visibility of withdrawn is changed.');
      await owner.getByText('these projects cannot use it').waitFor();
      const page = await opened('black', '/inbox');
      await page.getByText('Nothing waits for your answer.').waitFor();
      expect(await page.locator('.nav-count').count()).toBe(0);
    });

    test('says before a change of the visibility what others lose by it', async () => {
      const id = await offered('blue', 'to be private');
      await run(gateway, ACCEPT, { id }, as('blue'));
      const page = await sharing('red', id);
      await page.getByText('Only my project.').click();
      await page.getByText('1 project loses it.').waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();
      expect(await page.getByText('1 project loses it.').count()).toBe(0);
      expect((await membersOf(id)).visibility).toBe('SHARED');
    });

    test('lets a member answer beside the image, and anew', async () => {
      const id = await offered('blue', 'beside');
      const page = await sharing('blue', id);
      await page.getByText('The image is not in your lists until you accept it.').waitFor();
      await page.getByRole('button', { name: 'Accept, beside' }).click();
      await page.getByText('The image is in your lists.').waitFor();
      await page.getByRole('button', { name: 'Reject, beside' }).click();
      await page.getByText('You can still accept it.').waitFor();
      expect(await page.getByRole('radio').count()).toBe(0);
    });

    test('lets a member share further, and sees only its own answer', async () => {
      const id = await offered('blue', 'further');
      await add(id, 'green');
      const red = await sharing('red', id);
      await red.getByRole('checkbox', { name: 'May share further, blue' }).click();
      await eventually(
        async () => (await membersOf(id)).members.find(({ canShare }) => canShare)?.memberId === 'blue',
      );
      const blue = await sharing('blue', id);
      await blue.getByText('You may share it, and see only the answer of your own project.').waitFor();
      expect(await blue.getByRole('row').count()).toBe(2);
      await blue.getByLabel('Share with a project').fill('white');
      await blue.getByRole('button', { name: 'Share', exact: true }).click();
      await told(blue, 'further is offered to project white.');
      expect((await membersOf(id)).members.map(({ memberId }) => memberId)).toContain('white');
    });

    test('removes a member after saying what it loses, and the focus goes on to the next', async () => {
      const id = await offered('blue', 'shrinking');
      await add(id, 'green');
      await run(gateway, ACCEPT, { id }, as('blue'));
      const page = await sharing('red', id);
      await page.getByRole('button', { name: 'Remove, blue' }).click();
      const dialog = page.getByRole('alertdialog', { name: 'Remove project blue?' });
      await dialog.getByText('It accepted the image, and loses it.').waitFor();
      await focused(page, 'Cancel');
      await dialog.getByRole('button', { name: 'Remove' }).click();
      await told(page, 'Project blue is removed.');
      await focused(page, 'Remove, green');
      await page.keyboard.press('Enter');
      await page.getByText('The image is not offered to it any more.').waitFor();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
      await page.getByText('It is shared with nobody.').waitFor();
      await eventually(() => page.evaluate<boolean>("document.activeElement?.id === 'add-member'"));
    });

    test('refuses a member that is there already, or has too long a name, at the field', async () => {
      const id = await offered('blue', 'strict');
      const page = await sharing('red', id);
      const field = page.getByLabel('Share with a project');
      await field.fill('blue');
      await page.getByText('It is shared with this project already.').waitFor();
      await field.fill('x'.repeat(256));
      await page.getByText('At most 255 characters.').waitFor();
      await page.keyboard.press('Enter');
      expect((await membersOf(id)).members.length).toBe(1);
    });

    test('shows characters of a project that nobody would see', async () => {
      const id = await createImage(gateway, { name: '<img src=x onerror=alert(1)>' }, as('red'));
      const member = 'blue\u202e\u200b<b>';
      await add(id, member);
      const red = await sharing('red', id);
      await red.getByRole('row', { name: 'blueU+202EU+200B<b>' }).waitFor();
      await red.getByRole('button', { name: 'Remove, blueU+202EU+200B<b>' }).click();
      await red.getByRole('heading', { name: 'Remove project blueU+202EU+200B<b>?' }).waitFor();
    });

    test('says that the image has all members that it may have, and shows 1,000 of them', async () => {
      const id = await createImage(gateway, { name: 'popular' }, as('red'));
      const members = Array.from({ length: QUOTA }, (_, n) => ({ memberId: `project-${n}` }));
      await run(gateway, REPLACE, { id, members }, as('red'));
      const page = await sharing('red', id);
      await page.getByText('An image is shared with at most 1,000 projects.').waitFor();
      expect(await page.locator('.members').getByRole('row').count()).toBe(QUOTA + 1);
    });

    test('keeps what is typed when the gateway refuses it, and says why', async () => {
      const id = await createImage(gateway, { name: 'going' }, as('red'));
      const page = await sharing('red', id);
      await page.getByLabel('Share with a project').fill('blue');
      await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id }, as('red'));
      await page.keyboard.press('Enter');
      await page.locator('.add-member .failure, .not-found').first().waitFor();
    });

    test('is done by the keyboard alone', async () => {
      const id = await createImage(gateway, { name: 'by keys' }, as('red'));
      const red = await sharing('red', id);
      await red.getByText('It is shared with nobody.').waitFor();
      await tabTo(red, 'add-member');
      await red.keyboard.type('keys');
      await red.keyboard.press('Enter');
      await red.getByRole('row', { name: /^keys\s+No answer yet/ }).waitFor();
      const guest = await opened('keys', '/images');
      await guest.locator('.empty').waitFor();
      await guest.keyboard.press('g');
      await guest.keyboard.press('o');
      const accept = guest.getByRole('button', { name: 'Accept, by keys' });
      await accept.waitFor();
      for (let presses = 0; presses < 60 && !(await accept.evaluate(HAS_FOCUS)); presses += 1)
        await guest.keyboard.press('Tab');
      await guest.keyboard.press('Enter');
      await guest.getByText('Nothing waits for your answer.').waitFor();
      await focusedLine(guest);
    });

    test('names the project when an administrator answers for it', async () => {
      const id = await offered('yellow', 'for yellow');
      const page = await opened('operators', '/inbox', 'admin');
      await page.getByLabel('Project').fill('yellow');
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'Accept, for yellow' }).click();
      const dialog = page.getByRole('alertdialog', { name: 'Accept for yellow for project yellow?' });
      await focused(page, 'Cancel');
      await dialog.getByRole('button', { name: 'Accept' }).click();
      await told(page, 'for yellow is accepted.');
      await page.getByText('Nothing waits for your answer.').waitFor();
      expect((await membersOf(id)).members[0].status).toBe('accepted');
      expect(new URL(page.url()).search).toBe('?project=yellow');
    });

    test('pages through many offers', async () => {
      for (let n = 0; n < 60; n += 1) await offered('many', `offer-${n}`);
      const page = await opened('many', '/inbox');
      await page.getByText('50 images', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Show more' }).click();
      await page.getByText('60 images', { exact: true }).waitFor();
      await page.getByRole('listitem', { name: 'offer-59' }).waitFor();
    });

    test('lists the images of an administrator first where nobody offers any', async () => {
      const page = await opened('operators', '/images', 'admin');
      await shown(page, await total());
      await page.getByRole('link', { name: 'Inbox', exact: true }).click();
      await page.getByText('Nothing waits for your answer.').waitFor();
    });
    const total = async () =>
      (await run(gateway, gql('{ images { totalCount } }'), {}, as('operators', 'admin'))).images.totalCount;
  });
});

/** An element that goes when it is pressed leaves the focus on the line above the offers. */
function focusedLine(page: Page): Promise<void> {
  return page.locator('.inbox-line:focus').waitFor();
}

async function tabTo(page: Page, id: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await page.evaluate<boolean>(`document.activeElement?.id === '${id}'`)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${id}`);
}

const HAS_FOCUS = (element: unknown) =>
  element === (globalThis as { document?: { activeElement?: unknown } }).document?.activeElement;
