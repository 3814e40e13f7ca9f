import { createHash, randomBytes } from 'node:crypto';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { AUDIENCE, startOidcProvider } from '../support/oidc-provider.js';
import { stateOf } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { hasBrowser, withBrowser } from './browser.js';

describe.skipIf(!hasBrowser)('GraphiQL in a browser', () => {
  const open = withBrowser();

  onSqlite('of a gateway', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start();
    });

    test('opens on example operations, and the first of them answers as it is', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await page.getByRole('tab', { name: 'CreateImage' }).waitFor();
      expect(await tabs(page)).toEqual([
        'Images',
        'CreateImage',
        'UploadImage',
        'UpdateImage',
        'DeleteImage',
        'ViewerAndFormats',
      ]);
      await run(page);
      expect(await answer(page)).toMatchObject({ data: { images: { edges: [] } } });
    });

    test('completes what is typed from the schema, and runs it', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await page.getByRole('button', { name: 'New tab' }).click();
      await page.locator('.graphiql-query-editor .view-lines').click();
      await page.keyboard.type('{ vie');
      // The list is narrowed a moment after the typing: only what is focused is taken by Enter.
      await page
        .locator('.suggest-widget .monaco-list-row.focused')
        .filter({ hasText: /^viewer/ })
        .waitFor();
      await page.keyboard.press('Enter');
      await page.keyboard.type(' { isAdmin } }');
      await run(page);
      expect(await answer(page)).toEqual({ data: { viewer: { isAdmin: true } } });
      await page.locator('.graphiql-response').getByText('"isAdmin"').waitFor();
    });

    test('shows the documentation of the schema', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
      await page.locator('.graphiql-doc-explorer').getByRole('link', { name: 'Query', exact: true }).click();
      await page.getByText('Who the gateway takes you for.').first().waitFor();
    });

    test('marks what the schema does not have', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await fill(page, 'query', '{ images { nothing } }');
      await page.locator('.graphiql-query-editor .squiggly-error').waitFor();
    });

    test('creates an image and uploads its data', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await page.getByRole('tab', { name: 'CreateImage' }).click();
      await run(page);
      const { id, status } = (await answer(page)).data.createImage;
      expect(status).toBe('queued');

      const data = randomBytes(300_000);
      await page.getByRole('tab', { name: 'UploadImage' }).click();
      await fill(page, 'variable', JSON.stringify({ id }));
      await page
        .getByLabel('$data')
        .setInputFiles({ name: 'disk.raw', mimeType: 'application/octet-stream', buffer: data });
      await page.getByText('disk.raw, 300000 bytes').waitFor();
      await run(page);
      const checksum = createHash('md5').update(data).digest('hex');
      const uploaded = { status: 'active', size: data.length, checksum };
      expect(await answer(page)).toEqual({ data: { uploadImage: { id, ...uploaded } } });
      expect(await stateOf(gateway, id)).toMatchObject(uploaded);
    });

    test('offers to choose a file only for operations that take one', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await page.getByRole('tab', { name: 'UploadImage' }).click();
      await page.getByLabel('$data').waitFor();
      await page.getByRole('tab', { name: 'DeleteImage' }).click();
      await page.getByLabel('$data').waitFor({ state: 'detached' });
    });

    test('sends the headers that are written, and does not keep them', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await page.getByRole('button', { name: 'Headers' }).click();
      expect(await shown(page, 'header')).toContain('// Headers to send along');
      await fill(page, 'header', '{ "x-openstack-request-id": "req-from-the-page" /* as it is */ }');
      await run(page);
      await answer(page);
      expect(gateway.log.some(({ reqId }) => reqId === 'req-from-the-page')).toBe(true);
      await keptTabs(page, (kept) => kept.includes('Images'));
      const stored: string = await page.evaluate('JSON.stringify({ ...localStorage })');
      expect(stored).not.toContain('req-from-the-page');
    });

    test('keeps its tabs across a reload', async () => {
      const page = await open(`${gateway.url}/graphiql`);
      await page.getByRole('tab', { name: 'ViewerAndFormats' }).click();
      await fill(page, 'query', 'query OfMyOwn { viewer { isAdmin } }');
      await page.getByRole('tab', { name: 'OfMyOwn' }).waitFor();
      await keptTabs(page, (kept) => kept.includes('OfMyOwn'));
      await page.reload();
      await page.getByRole('tab', { name: 'OfMyOwn', selected: true }).waitFor();
      expect(await tabs(page)).toHaveLength(6);
      await run(page);
      expect(await answer(page)).toEqual({ data: { viewer: { isAdmin: true } } });
    });
  });

  onSqlite('of a gateway that asks who is calling', (start) => {
    test('says that it does not know the sender, takes a token, and says then who that is', async () => {
      const provider = await startOidcProvider();
      const gateway = await start({ AUTH: 'oidc', OIDC_ISSUER: provider.issuer, OIDC_AUDIENCE: AUDIENCE });
      const page = await open(`${gateway.url}/graphiql`);
      const bar = page.getByRole('status', { name: 'Who you are' });
      await bar.filter({ hasText: 'does not know you (401)' }).waitFor();

      const token = await provider.token({ tenant: 'demo', roles: ['member', 'admin'] });
      await page.getByRole('button', { name: 'Headers' }).click();
      await fill(page, 'header', JSON.stringify({ 'X-Auth-Token': token }));
      await run(page);
      await bar.filter({ hasText: 'You are user console of tenant demo' }).waitFor();
      expect(await bar.innerText()).toContain('with the roles member, admin; you are administrator.');
      expect(await answer(page)).toMatchObject({ data: { images: { edges: [] } } });
      await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
      await page
        .locator('.graphiql-doc-explorer')
        .getByRole('link', { name: 'Query', exact: true })
        .waitFor();
      expect(await page.evaluate('JSON.stringify({ ...localStorage })')).not.toContain(token);
      open.expectFault(/status of 401/);
      await provider.stop();
    });

    test('says that everybody is administrator where that is so', async () => {
      const gateway = await start();
      const page = await open(`${gateway.url}/graphiql`);
      const bar = page.getByRole('status', { name: 'Who you are' });
      await bar.filter({ hasText: 'Everybody is administrator here; nobody is asked for a name.' }).waitFor();
    });
  });
});

type Editor = 'query' | 'variable' | 'header';

const PLACES = {
  query: '.graphiql-query-editor',
  variable: '[aria-label=Variables]',
  header: '[aria-label=Headers]',
};

/** Puts a text in place of what an editor holds, as pasting does. */
async function fill(page: Page, editor: Editor, text: string): Promise<void> {
  await page.locator(`${PLACES[editor]} .view-lines:visible`).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

async function shown(page: Page, editor: Editor): Promise<string> {
  const text = await page.locator(`${PLACES[editor]} .view-lines:visible`).innerText();
  return text.replaceAll('\u00a0', ' ');
}

async function run(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Execute query/ }).click();
}

/** The answer as it stands in its editor, once it is all there; on the page long lines are broken. */
async function answer(page: Page): Promise<any> {
  const text =
    '__MONACO.editor.getEditors().find((each) => each.getDomNode().closest(".graphiql-response")).getValue()';
  return eventually(async () => JSON.parse((await page.evaluate<string>(text)) || 'null'));
}

async function tabs(page: Page): Promise<string[]> {
  return page.getByRole('tab').allInnerTexts();
}

/** GraphiQL writes its tabs down a moment after they change. */
async function keptTabs(page: Page, isWanted: (titles: string[]) => boolean): Promise<void> {
  await eventually(
    () =>
      page.evaluate(
        'JSON.parse(localStorage["graphiql:tabState"] ?? "{}").tabs?.map((tab) => tab.title) ?? []',
      ),
    (titles) => isWanted(titles as string[]),
  );
}
