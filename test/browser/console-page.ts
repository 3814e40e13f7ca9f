import type { Locator, Page } from 'playwright-core';
import { eventually } from '../support/poll.js';

/** Waits until the list says that it has so many images. */
export async function shown(page: Page, count: number): Promise<void> {
  await page.getByText(new RegExp(`^${count} images?$`)).waitFor();
  await eventually(async () => (await page.getByRole('grid').locator('.image-row').count()) > 0);
  await eventually(async () => {
    const rows = await page.getByRole('grid').locator('.image-row').count();
    return rows === count || count > 20;
  });
}

/** Waits until the list or its empty state is there. */
export async function images(page: Page): Promise<void> {
  await page.locator('.image-row, .empty').first().waitFor();
}

/** Returns the names of the images in sight, from above to below. */
export async function names(page: Page): Promise<string[]> {
  return page.locator('.image-row a.name').evaluateAll((links) =>
    links
      .map((link) => [link.getBoundingClientRect().top, link.textContent ?? ''] as const)
      .sort(([one], [other]) => one - other)
      .map(([, name]) => name),
  );
}

/** Waits until these are the first images of the list. */
export async function listed(page: Page, ...first: string[]): Promise<void> {
  await eventually(
    async () => (await names(page)).slice(0, first.length),
    (found) => String(found) === String(first),
  );
}

/** Opens the menu of a filter. */
export async function filter(page: Page, name: string): Promise<Locator> {
  await page.getByRole('group', { name: 'Filters' }).getByRole('button', { name, exact: true }).click();
  return page.getByRole('dialog');
}

/** Returns the row of an image. */
export function row(page: Page, name: string): Locator {
  return page.locator('.image-row', { has: page.getByRole('link', { name, exact: true }) });
}

/** Returns true for a question of the list, by the body of its request. */
export function isList(question: string | null): boolean {
  return /ImagePage|ImageNumbers/.test(question ?? '');
}
