import type { ServerResponse } from 'node:http';
import type { Locator, Page } from 'playwright-core';
import { web, type Web } from '../support/web.js';
import { MIB, transfer } from './upload-page.js';

/** A web server that sends half of the data, and the rest when the test says so. */
export interface SlowSource extends Web {
  /** The requests that wait for the rest, oldest first. */
  held: ServerResponse[];
}

/** The bytes of `/slow.raw`. */
export const SLOW = 2 * MIB;
export const HALF = Buffer.alloc(SLOW / 2, 'half');

/** @param paths what else the server answers */
export async function slowSource(paths: Parameters<typeof web>[0]): Promise<SlowSource> {
  const held: ServerResponse[] = [];
  const server = await web({
    ...paths,
    '/slow.raw': (_, response) => {
      held.push(response);
      response.writeHead(200, { 'content-length': SLOW }).flushHeaders();
      response.write(HALF);
    },
  });
  return { ...server, held };
}

/** Opens the form for a new image from a URL, and types the address. */
export async function typeAddress(page: Page, address: string): Promise<void> {
  await page.getByRole('link', { name: 'New image', exact: true }).click();
  await page.getByRole('link', { name: 'From a URL' }).click();
  await page.getByLabel('Address').fill(address);
}

/** Presses the button that starts an import, and waits for its row. */
export async function startImport(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start the import' }).click();
  await page.getByRole('heading', { name: 'Imports', exact: true }).waitFor();
}

/** Presses a button in the row of an import, and answers the question that follows. */
export async function answer(page: Page, name: string, button: string, withImage: boolean): Promise<void> {
  await press(page, name, button);
  // A message has the role of a dialog, too.
  const dialog = page.locator('.dialog');
  await dialog.getByRole('checkbox').setChecked(withImage);
  await dialog.getByRole('button').last().click();
  await dialog.waitFor({ state: 'detached' });
}

export function press(page: Page, name: string, button: string): Promise<void> {
  return buttonOf(page, name, button).click();
}

export function buttonOf(page: Page, name: string, button: string): Locator {
  return transfer(page, name).getByRole('button', { name: `${button}, ${name}`, exact: true });
}

/** Returns true for a question after running imports, by the body of its request. */
export function isLook(question: string | null): boolean {
  return /ImportsNow/.test(question ?? '');
}
