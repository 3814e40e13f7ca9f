import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActiveImage, createImage } from '../support/client.js';
import { serveFolder, type FileServer } from '../support/file-server.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { stateOf } from '../support/image-state.js';
import { AUDIENCE, startOidcProvider } from '../support/oidc-provider.js';
import { hasBrowser, withBrowser } from './browser.js';

describe.skipIf(!hasBrowser)('the web page among the examples', () => {
  const open = withBrowser();

  onSqlite('from another origin than the gateway', (start) => {
    let files: FileServer;
    let gateway: TestGateway;
    let address: string;

    beforeAll(async () => {
      files = await serveFolder(fileURLToPath(new URL('../../examples/web/', import.meta.url)));
      const { origin } = files;
      gateway = await start({ CORS_ORIGINS: origin });
      address = `${origin}/?gateway=${gateway.url}`;
      for (let number = 10; number < 35; number++) await createImage(gateway, { name: `image-${number}` });
      await createActiveImage(gateway, 'the data', { name: 'ready' });
    });
    afterAll(() => files.close());

    test('shows images page by page', async () => {
      const page = await open(address);
      await rows(page, 10);
      await page.getByRole('button', { name: 'Next page' }).click();
      await rows(page, 20);
      await page.getByRole('button', { name: 'Next page' }).click();
      await rows(page, 26);
      expect(await page.getByRole('button', { name: 'Next page' }).isVisible()).toBe(false);
      expect(new Set(await names(page)).size).toBe(26);
    });

    test('filters by status and by a part of the name in any letter case, and sorts', async () => {
      const page = await open(address);
      await page.getByLabel('Status').selectOption('active');
      await page.getByRole('button', { name: 'Show' }).click();
      await rows(page, 1);
      expect(await names(page)).toEqual(['ready']);

      await page.getByLabel('Status').selectOption('any');
      await page.getByRole('searchbox', { name: 'Name contains' }).fill('GE-17');
      await page.getByRole('button', { name: 'Show' }).click();
      await page.getByRole('cell', { name: 'image-17' }).waitFor();
      expect(await names(page)).toEqual(['image-17']);

      await page.getByRole('searchbox', { name: 'Name contains' }).fill('');
      await page.getByLabel('Sorted by').selectOption('name');
      await page.getByRole('button', { name: 'Show' }).click();
      await rows(page, 10);
      expect(await names(page)).toEqual(Array.from({ length: 10 }, (_, index) => `image-${10 + index}`));
    });

    test('creates an image, and sends its data with a progress bar that reaches its end and disappears', async () => {
      const page = await open(address);
      const data = randomBytes(3_000_000);
      await fillNew(page, 'from-the-page', data);
      const row = page.getByRole('row').filter({ hasText: 'from-the-page' });
      await row.filter({ hasText: 'active' }).waitFor();
      await page.getByText('from-the-page is active.').waitFor();
      const bar = page.getByLabel('Sent');
      expect([
        await bar.getAttribute('max'),
        await bar.evaluate((each) => (each as unknown as { value: number }).value),
        await bar.isVisible(),
      ]).toEqual([String(data.length), data.length, false]);

      const checksum = createHash('md5').update(data).digest('hex');
      const id = (await row.getAttribute('data-id'))!;
      expect(await stateOf(gateway, id)).toMatchObject({ status: 'active', size: data.length, checksum });
      expect(await row.innerText()).toContain(checksum);
      const download = page.waitForEvent('download');
      await row.getByRole('link', { name: 'Download' }).click();
      const received = await (await download).path();
      expect((await readFile(received)).equals(data)).toBe(true);
    });

    test('says by its code what went wrong', async () => {
      const small = await start({ CORS_ORIGINS: new URL(address).origin, IMAGE_SIZE_CAP: '100' });
      const page = await open(`${new URL(address).origin}/?gateway=${small.url}`);
      await fillNew(page, 'too-large', randomBytes(1000));
      const problem = page.getByRole('alert');
      await problem.filter({ hasText: 'IMAGE_TOO_LARGE' }).waitFor();
      expect(await problem.innerText()).toBe('An image may not be as large as this. (IMAGE_TOO_LARGE)');
      expect(await page.getByLabel('Sent').isVisible()).toBe(false);
      open.expectFault(/status of 413/);
    });

    test('takes a token, and uploads and downloads with it', async () => {
      const provider = await startOidcProvider();
      const strict = await start({
        AUTH: 'oidc',
        OIDC_ISSUER: provider.issuer,
        OIDC_AUDIENCE: AUDIENCE,
        CORS_ORIGINS: new URL(address).origin,
      });
      const page = await open(`${new URL(address).origin}/?gateway=${strict.url}`);
      await page.getByRole('alert').filter({ hasText: 'UNAUTHENTICATED' }).waitFor();
      await page.getByLabel('Token').fill(await provider.token({ tenant: 'demo', roles: ['member'] }));
      await page.getByRole('button', { name: 'Use' }).click();
      await fillNew(page, 'with-a-token', Buffer.from('of the tenant'));
      const row = page.getByRole('row').filter({ hasText: 'with-a-token' });
      await row.filter({ hasText: 'active' }).waitFor();
      expect(await page.getByRole('alert').isVisible()).toBe(false);
      const download = page.waitForEvent('download');
      await row.getByRole('link', { name: 'Download' }).click();
      expect(await readFile(await (await download).path(), 'utf8')).toBe('of the tenant');
      open.expectFault(/status of 401/);
      await provider.stop();
    });

    test('fits a phone, and has a dark theme', async () => {
      const page = await open(address);
      await page.setViewportSize({ width: 390, height: 800 });
      await page.emulateMedia({ colorScheme: 'dark' });
      await rows(page, 10);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      const colour = 'getComputedStyle(document.body).color';
      expect(await page.evaluate(colour)).toBe('rgb(255, 255, 255)');
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await page.evaluate(colour)).toBe('rgb(0, 0, 0)');
    });

    test('lets a page read what tells a download apart, and the id of the request', async () => {
      const page = await open(address);
      await rows(page, 10);
      const id = await createActiveImage(gateway, 'other data');
      const read = `fetch('${gateway.url}/data/${id}', { headers: { range: 'bytes=0-4' } }).then(async (answer) => ({
        text: await answer.text(),
        etag: answer.headers.get('etag'),
        range: answer.headers.get('content-range'),
        request: answer.headers.get('x-openstack-request-id'),
      }))`;
      expect(await page.evaluate(read)).toEqual({
        text: 'other',
        etag: `"${createHash('md5').update('other data').digest('hex')}"`,
        range: 'bytes 0-4/10',
        request: expect.stringMatching(/^req-/),
      });
    });
  });
});

async function fillNew(page: Page, name: string, data: Buffer): Promise<void> {
  const form = page.locator('#new');
  // The formats are there once the gateway has named them.
  await form.getByRole('option', { name: 'raw', exact: true }).waitFor({ state: 'attached' });
  await form.getByLabel('Name').fill(name);
  const file = { name: 'disk.raw', mimeType: 'application/octet-stream', buffer: data };
  await form.getByLabel('Data').setInputFiles(file);
  await form.getByRole('button', { name: 'Create' }).click();
}

async function rows(page: Page, wanted: number): Promise<void> {
  await page
    .locator('#images:not(:has(tr:nth-child(' + (wanted + 1) + '))) tr:nth-child(' + wanted + ')')
    .waitFor();
}

function names(page: Page): Promise<string[]> {
  return page.locator('#images tr td:first-child').allInnerTexts();
}
