import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { eventually } from '../support/poll.js';
import { hasBrowser, withBrowser } from './browser.js';
import { answer, choose, PLACES, run } from './graphiql-page.js';

type Theme = 'light' | 'dark';

/** The panels at the left, by the names of their buttons. */
const PANELS = ['Documentation Explorer', 'History', 'GraphiQL Explorer'];

describe.skipIf(!hasBrowser)('GraphiQL in a browser', { timeout: 180_000 }, () => {
  const open = withBrowser();

  onSqlite('is readable', (start) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      gateway = await start();
    });
    const openAt = async (width: number) => {
      const page = await open(`${gateway.url}/graphiql`);
      await page.setViewportSize({ width, height: 900 });
      await run(page);
      expect(await answer(page)).toMatchObject({ data: { images: {} } });
      return page;
    };

    test.each([390, 1920])('in the light and in the dark, %i pixels wide', async (width) => {
      const page = await openAt(width);
      for (const theme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme: theme });
        await themed(page, theme);
        await contrasts(page, `${theme}, the operation and its answer`);
        await choose(page, 'UploadImage');
        await contrasts(page, `${theme}, the bar of files`);
        for (const panel of PANELS) {
          await page.getByRole('button', { name: `Show ${panel}` }).click();
          await page.getByRole('button', { name: `Hide ${panel}` }).waitFor();
          await contrasts(page, `${theme}, ${panel}`);
          await page.getByRole('button', { name: `Hide ${panel}` }).click();
        }
        await page.getByRole('button', { name: 'Open settings dialog' }).click();
        await page.getByRole('dialog').waitFor();
        await contrasts(page, `${theme}, the settings`);
        await page.keyboard.press('Escape');
        await choose(page, 'Images');
      }
      await page.emulateMedia({ colorScheme: 'light' });
      await themed(page, 'light');
      await contrasts(page, 'light again');
    });

    test('in the theme that the user chooses, which the bars follow too', async () => {
      const page = await openAt(1280);
      for (const theme of ['dark', 'light'] as const) {
        await page.getByRole('button', { name: 'Open settings dialog' }).click();
        await page.getByRole('button', { name: theme === 'dark' ? 'Dark' : 'Light', exact: true }).click();
        await page.keyboard.press('Escape');
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          await themed(page, theme);
          await contrasts(page, `${theme} chosen, and the system is ${colorScheme}`);
        }
      }
    });

    test('on a phone, where the operation, its variables and the answer are each as wide as the screen', async () => {
      const page = await openAt(390);
      const places = [PLACES.query, PLACES.variable, '.graphiql-response'];
      for (const place of places.map((each) => page.locator(`${each} .view-lines:visible`))) {
        await place.scrollIntoViewIfNeeded();
        const box = (await place.boundingBox())!;
        expect(box.width).toBeGreaterThan(200);
        expect(box.height).toBeGreaterThan(100);
      }
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    });

    test('in the explorer, which writes an operation from the fields that are chosen', async () => {
      const page = await openAt(1280);
      await page.getByRole('button', { name: 'New tab' }).click();
      await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
      const explorer = page.locator('.graphiql-explorer-root');
      await explorer.getByRole('combobox', { name: 'The kind of the new operation' }).waitFor();
      await explorer.getByText('viewer', { exact: true }).click();
      await explorer.getByText('isAdmin', { exact: true }).click();
      await run(page);
      expect(await answer(page)).toEqual({ data: { viewer: { isAdmin: true } } });
    });
  });
});

/** Waits until the bars and the editors have a theme. */
async function themed(page: Page, theme: Theme): Promise<void> {
  for (const place of ['.viewer-bar', '.graphiql-query-editor .monaco-editor'])
    await eventually(
      () => page.locator(`${place}:visible`).first().evaluate(isDark),
      (found) => found === (theme === 'dark'),
    );
}

/** Runs in the page: returns true for light text. */
function isDark(element: unknown): boolean {
  const { color } = (
    globalThis as unknown as { getComputedStyle(of: unknown): { color: string } }
  ).getComputedStyle(element);
  const [red, green, blue] = color.match(/[\d.]+/g)!.map(Number);
  return red + green + blue > 3 * 128;
}

/** Checks the contrasts of the page as it is shown (WCAG 2 AA). */
async function contrasts(page: Page, place: string): Promise<void> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<axe.AxeResults>("axe.run({ runOnly: ['color-contrast'] })");
  const faults = found.violations.flatMap(({ nodes }) =>
    nodes.map((node) => `${node.html}: ${node.failureSummary}`),
  );
  expect(faults, place).toEqual([]);
  // Where axe cannot tell a background, it can tell no contrast either.
  expect(found.passes.flatMap(({ nodes }) => nodes).length, place).toBeGreaterThan(20);
}
