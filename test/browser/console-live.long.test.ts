import { request, type ClientRequest } from 'node:http';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { as, createImage, run } from '../support/client.js';
import { onMysql, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { freePort } from '../support/mysql-server.js';
import { eventually } from '../support/poll.js';
import { hasBrowser, withBrowser } from './browser.js';
import { closeBoth, images, isList, isStream, listed, openAs, row } from './console-page.js';

const RENAME = gql(
  'mutation ($id: ID!, $name: String!) { updateImage(id: $id, input: { name: $name }) { id } }',
);
const HIDE = gql(
  'mutation ($id: ID!, $is: Boolean!) { updateImage(id: $id, input: { hidden: $is }) { id } }',
);
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');
const SHARE = gql('mutation ($id: ID!) { addImageMember(imageId: $id, input: { memberId: "blue" }) { id } }');
const ACCEPT = gql('mutation ($id: ID!) { acceptImage(id: $id) { id } }');
/** Sooner than the page asks by itself. */
const AT_ONCE = { timeout: 5000 };

describe.skipIf(!hasBrowser)('live changes in the console', { timeout: 120_000 }, () => {
  const open = withBrowser();
  /** Opens a page, and waits until its stream of changes is there. */
  const opened = async (url: string, headers: Record<string, string> = {}) => {
    const page = await openAs(open, headers, 'about:blank');
    const stream = streamOf(page);
    await page.goto(url);
    await stream;
    return page;
  };

  onMysql('by an administrator', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start();
    });

    test('show in the list at once: a new name, a deletion, and images that are new', async () => {
      const [first, second] = [
        await createImage(gateway, { name: 'first' }),
        await createImage(gateway, { name: 'second' }),
      ];
      const page = await opened(`${gateway.url}/console/images`);
      await listed(page, 'second', 'first');
      await run(gateway, RENAME, { id: first, name: 'renamed' });
      await page.getByRole('link', { name: 'renamed' }).waitFor(AT_ONCE);
      await run(gateway, DELETE, { id: second });
      await row(page, 'second')
        .getByText('No longer here')
        .or(row(page, 'second').getByText('Deleted'))
        .waitFor(AT_ONCE);
      await createImage(gateway, { name: 'third' });
      await createImage(gateway, { name: 'fourth' });
      await page.getByRole('button', { name: '2 new images, show' }).waitFor(AT_ONCE);
      await listed(page, 'second', 'renamed');
    });

    test('keep an image in a list of hidden ones', async () => {
      const id = await createImage(gateway, { name: 'shy', hidden: true });
      const page = await opened(`${gateway.url}/console/images?hidden=true`);
      await listed(page, 'shy');
      await run(gateway, RENAME, { id, name: 'still shy' });
      await page.getByRole('link', { name: 'still shy' }).waitFor(AT_ONCE);
      await run(gateway, HIDE, { id, is: false });
      await run(gateway, RENAME, { id, name: 'not shy' });
      await page.getByRole('link', { name: 'not shy' }).waitFor(AT_ONCE);
      expect(await page.locator('.image-row.gone').count()).toBe(0);
    });

    test('show on the page of an image, with the progress of its data', async () => {
      const id = await createImage(gateway, {
        ...{ name: 'filling', diskFormat: 'raw', containerFormat: 'bare' },
      });
      const page = await opened(`${gateway.url}/console/images/${id}`);
      await page.getByRole('heading', { name: 'filling' }).waitFor();
      await run(gateway, RENAME, { id, name: 'filled' });
      await page.getByRole('heading', { name: 'filled' }).waitFor(AT_ONCE);
      const upload = sending(gateway, id, 100);
      upload.write('x'.repeat(50));
      await page.getByText('50 % of the data has arrived.').waitFor(AT_ONCE);
      upload.end('x'.repeat(50));
      await page.getByText('Ready').first().waitFor(AT_ONCE);
    });

    test('come by one stream to all tabs of a browser, and go on in another tab when that one is closed', async () => {
      const id = await createImage(gateway, { name: 'one stream' });
      const leader = await opened(`${gateway.url}/console/images`);
      const other = await leader.context().newPage();
      const streams: string[] = [];
      other.on('request', (asked) => isStream(asked) && streams.push(asked.url()));
      await other.goto(`${gateway.url}/console/images`);
      await other.getByRole('link', { name: 'one stream' }).waitFor();
      await run(gateway, RENAME, { id, name: 'for both' });
      for (const page of [leader, other]) await page.getByRole('link', { name: 'for both' }).waitFor(AT_ONCE);
      expect(streams).toEqual([]);
      const next = streamOf(other);
      await leader.close();
      await run(gateway, RENAME, { id, name: 'for the other' });
      await next;
      await other.getByRole('link', { name: 'for the other' }).waitFor(AT_ONCE);
    });
  });

  onSqlite('between projects', (start) => {
    test('count an offer in the inbox, and show an image that one accepts', async () => {
      const gateway = await start({ AUTH: 'trusted' });
      const page = await opened(`${gateway.url}/console/images?scope=shared`, as('blue'));
      await page.locator('.empty').waitFor();
      const id = await createImage(gateway, { name: 'offered' }, as('red'));
      await run(gateway, SHARE, { id }, as('red'));
      await run(gateway, ACCEPT, { id }, as('blue'));
      await listed(page, 'offered');
      await closeBoth(page, gateway);
    });

    test('go to nobody who may not see the image', async () => {
      const gateway = await start({ AUTH: 'trusted' });
      const page = await opened(`${gateway.url}/console/images`, as('green'));
      await page.locator('.empty').waitFor();
      const id = await createImage(gateway, { name: 'private' }, as('red'));
      await run(gateway, RENAME, { id, name: 'still private' }, as('red'));
      await createImage(gateway, { name: 'own' }, as('green'));
      await listed(page, 'own');
      expect(await page.content()).not.toContain('private');
      await closeBoth(page, gateway);
    });
  });

  onSqlite('over a broken stream', (start) => {
    test('go on behind the last one when the gateway is there again', async () => {
      const PORT = String(await freePort());
      const gateway = await start({ PORT });
      const id = await createImage(gateway, { name: 'before' });
      const page = await opened(`${gateway.url}/console/images`);
      await listed(page, 'before');
      await run(gateway, RENAME, { id, name: 'meanwhile' });
      await page.getByRole('link', { name: 'meanwhile' }).waitFor(AT_ONCE);
      open.expectFault(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET/);
      let after: unknown;
      page.on('request', (asked) => {
        if (isStream(asked))
          after = (asked.postDataJSON() as { variables: { after?: string } }).variables.after;
      });
      await gateway.close();
      await page.waitForRequest(isStream);
      const again = await start({ PORT });
      await run(again, RENAME, { id, name: 'afterwards' });
      await page.getByRole('link', { name: 'afterwards' }).waitFor();
      expect(after).toEqual(expect.any(String));
      await closeBoth(page, again);
    });

    test('are read anew where the gateway does not know them all', async () => {
      const gateway = await start();
      const page = await open('about:blank');
      let [streams, lists] = [0, 0];
      let expire!: () => void;
      const isExpired = new Promise<void>((resolve) => (expire = resolve));
      const expired = { errors: [{ message: 'expired', extensions: { code: 'CHANGES_EXPIRED' } }] };
      await page.route('**/graphql', async (route) => {
        const asked = route.request();
        if (isList(asked.postData())) lists += 1;
        if (!isStream(asked)) return route.continue();
        streams += 1;
        if (streams > 1) return route.continue();
        await isExpired;
        const body = `event: next\ndata: ${JSON.stringify(expired)}\n\nevent: complete\ndata:\n\n`;
        return route.fulfill({ contentType: 'text/event-stream', body });
      });
      await page.goto(`${gateway.url}/console/images`);
      await images(page);
      const before = lists;
      expire();
      await eventually(() => streams > 1 && lists > before);
      await closeBoth(page, gateway);
    });

    test('are asked for each ten seconds where the gateway opens no stream', async () => {
      const gateway = await start();
      const id = await createImage(gateway, { name: 'polled' });
      const page = await open('about:blank');
      open.expectFault(/429/);
      await page.route('**/graphql', (route) =>
        isStream(route.request())
          ? route.fulfill({ status: 429, json: { errors: [{ message: 'too many' }] } })
          : route.continue(),
      );
      await page.goto(`${gateway.url}/console/images`);
      await listed(page, 'polled');
      await run(gateway, RENAME, { id, name: 'found' });
      await page.getByRole('link', { name: 'found' }).waitFor({ timeout: 15_000 });
      await closeBoth(page, gateway);
    });
  });
});

/** Resolves when the stream of changes of a page has begun. */
async function streamOf(page: Page): Promise<void> {
  await page.waitForResponse((response) => isStream(response.request()) && response.ok());
}

/** Begins to send the data of an image, of so many bytes in all. */
function sending({ url }: TestGateway, id: string, size: number): ClientRequest {
  return request(`${url}/data/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream', 'content-length': size },
  });
}
