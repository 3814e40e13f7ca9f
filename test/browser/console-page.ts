import type { Locator, Page } from 'playwright-core';
import { eventually } from '../support/poll.js';

/**
 * Waits until the list says that it has so many images.
 *
 * @param count as a text for thousands, which the page writes with commas
 */
export async function shown(page: Page, count: number | string): Promise<void> {
  await page.getByText(new RegExp(`^${count} images?$`)).waitFor();
  await eventually(async () => (await page.getByRole('grid').locator('.image-row').count()) > 0);
  await eventually(async () => {
    const rows = await page.getByRole('grid').locator('.image-row').count();
    return rows === count || Number(count) !== count || count > 20;
  });
}

/** Opens a page as the caller whom these headers of a proxy name. */
export async function openAs(
  open: (url: string) => Promise<Page>,
  headers: Record<string, string>,
  url: string,
): Promise<Page> {
  const page = await open('about:blank');
  await page.context().setExtraHTTPHeaders(headers);
  await page.goto(url);
  return page;
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

/** Returns true for the request that opens a stream of changes. */
export function isStream(request: { headers(): Record<string, string> }): boolean {
  return request.headers().accept === 'text/event-stream';
}

/** Closes a page, and then its gateway: a page that is open would ask the gateway again. */
export async function closeBoth(page: Page, gateway: { close(): Promise<unknown> }): Promise<void> {
  await page.context().close();
  await gateway.close();
}

/** Selects an image of the list, or takes it out of the selection. */
export function select(page: Page, name: string, options: { modifiers?: 'Shift'[] } = {}): Promise<void> {
  return page.getByRole('checkbox', { name: `Select ${name}`, exact: true }).click(options);
}

/** Returns the names of the selected images in sight, from above to below. */
export async function chosen(page: Page): Promise<string[]> {
  const all = await names(page);
  const selected = await page.locator('.image-row[aria-selected=true] a.name').allInnerTexts();
  return all.filter((name) => selected.includes(name));
}

/** Opens the menu of an image's row. */
export async function menuOf(page: Page, name: string): Promise<Locator> {
  await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click();
  return page.getByRole('menu');
}

/** Waits for the message that tells the result of a change. */
export function told(page: Page, text: string | RegExp): Promise<void> {
  return page.locator('.toast').getByText(text).first().waitFor();
}

/** Waits until an element of the page has the focus: the text or the label of it. */
export async function focused(page: Page, name: string): Promise<void> {
  await eventually(
    () => nameInFocus(page),
    (found) => found === name,
  );
}

/** Presses Tab until the element with this text or label has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  while (passed.length < MOST_STEPS) {
    await page.keyboard.press('Tab');
    const found = await nameInFocus(page);
    if (typeof name === 'string' ? found === name : name.test(found)) return;
    passed.push(found);
  }
  throw new Error(`the Tab key does not lead to ${name}, but to ${JSON.stringify(passed)}`);
}

const MOST_STEPS = 40;

async function nameInFocus(page: Page): Promise<string> {
  const name = await page.evaluate<string>(`(() => {
    const { activeElement } = document;
    const label = activeElement?.getAttribute('aria-label') ?? activeElement?.labels?.[0]?.textContent;
    return label ?? activeElement?.textContent ?? '';
  })()`);
  return name.trim();
}
