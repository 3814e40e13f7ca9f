import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Locator, Page } from 'playwright-core';
import type { Conduct, Interposed } from '../support/interposed.js';

export const MIB = 1024 ** 2;

/** Makes a file of so many MiB: some text, and zeros behind it. */
export function madeFile(path: string, mebibytes: number, text = basename(path)): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  truncateSync(path, mebibytes * MIB);
  return path;
}

export async function sha512Of(path: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Has pages ask for files by an input, as browsers without handles of files do: tests can answer that. */
export async function withoutFilePicker(page: Page): Promise<void> {
  await page.addInitScript('delete globalThis.showOpenFilePicker');
}

/** Chooses files for a button that asks for some. */
export async function choose(page: Page, button: Locator, ...files: string[]): Promise<void> {
  const asked = page.waitForEvent('filechooser');
  await button.click();
  await (await asked).setFiles(files);
}

/** Opens the form for new images, chooses files, and starts their uploads. */
export async function startUploads(page: Page, ...files: string[]): Promise<void> {
  await chooseNew(page, ...files);
  await page.getByRole('button', { name: /^Start/ }).click();
  await page.getByRole('heading', { name: 'Uploads', exact: true }).waitFor();
}

export async function chooseNew(page: Page, ...files: string[]): Promise<void> {
  await page.getByRole('link', { name: 'New image' }).click();
  await choose(page, page.getByRole('button', { name: 'Choose files' }), ...files);
  for (const file of files) await page.locator('.chosen', { hasText: basename(file) }).waitFor();
}

/** Returns the row of an upload, by the name of its image. */
export function transfer(page: Page, name: string): Locator {
  return page.getByRole('listitem', { name, exact: true });
}

/** Waits until an upload says this. */
export function says(page: Page, name: string, text: string | RegExp): Promise<void> {
  return transfer(page, name).getByText(text).first().waitFor();
}

/** Returns the id of an upload's image. */
export async function imageOf(page: Page, name: string): Promise<string> {
  const address = await transfer(page, name).getByRole('link').first().getAttribute('href');
  return address!.split('/').at(-1)!;
}

/** Passes everything on but the parts of uploads, which get this. */
export function onParts(
  between: Interposed,
  conduct: (incoming: IncomingMessage, response: ServerResponse) => void,
): Conduct {
  return (incoming, response) =>
    incoming.method === 'PATCH' ? conduct(incoming, response) : between.pass(incoming, response);
}

/** Parts of uploads that a proxy holds for ever. */
export interface HeldParts {
  /** Resolves when the first of them has come in part. */
  come: Promise<void>;
  /** Breaks their connections off. */
  drop(): void;
}

/** Lets the first parts pass, and holds those from here on. */
export function holdParts(between: Interposed, nth: number): HeldParts {
  const held: IncomingMessage[] = [];
  let parts = 0;
  const come = new Promise<void>((resolve) => {
    between.conduct = onParts(between, (incoming, response) => {
      parts += 1;
      if (parts < nth) return between.pass(incoming, response);
      held.push(incoming);
      afterBytes(incoming, MIB, resolve);
    });
  });
  return { come, drop: () => held.forEach(({ socket }) => socket.destroy()) };
}

/** Reads a body, and says when so many bytes of it have come. */
export function afterBytes(incoming: IncomingMessage, bytes: number, then: () => void): void {
  let read = 0;
  incoming.on('data', (piece: Buffer) => {
    const isBefore = read < bytes;
    read += piece.length;
    if (isBefore && read >= bytes) then();
  });
}
