import axe from 'axe-core';
import type { Page } from 'playwright-core';

/**
 * Returns what axe finds against WCAG 2.2 AA in the light theme and in the dark one. A theme changes colours and nothing
 * else: the dark one is asked for what depends on them.
 */
export async function faultsInThemes(page: Page): Promise<string[]> {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe.source);
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await faultsOf(page, ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await faultsOf(page, ['color-contrast', 'link-in-text-block']);
  return [...light.map((fault) => `light: ${fault}`), ...dark.map((fault) => `dark: ${fault}`)];
}

/** @param runOnly names of rules, or of groups of rules */
async function faultsOf(page: Page, runOnly: string[]): Promise<string[]> {
  const { violations } = await page.evaluate<axe.AxeResults>(
    `axe.run({ runOnly: ${JSON.stringify(runOnly)} })`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  );
}
