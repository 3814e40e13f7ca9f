import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';

/** True when there is a real browser for the tests; Debian's package is called chromium. */
export const hasBrowser = existsSync(CHROMIUM);
if (!hasBrowser && process.env.REQUIRE_ALL)
  throw new Error(`REQUIRE_ALL is set, and ${CHROMIUM} is not there`);
if (!hasBrowser)
  process.stderr.write(`skipped: the pages in a real browser, since ${CHROMIUM} is not there\n`);

export interface OpenPage {
  /** Opens a page of a browser whose storage nobody used before. */
  (url: string): Promise<Page>;
  /** Says of a fault that it belongs to the test, which fails without it. */
  expectFault(pattern: RegExp): void;
}

/**
 * A browser for the tests of a file. After each of them its pages have asked nobody but this machine, and
 * written no error to the console, which is also where a breach of a content security policy shows.
 */
export function withBrowser(): OpenPage {
  let browser: Browser | undefined;
  let contexts: BrowserContext[] = [];
  let faults: string[] = [];
  let expected: RegExp[] = [];

  beforeAll(async () => {
    if (hasBrowser) browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  });
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    const [found, patterns] = [faults, expected];
    [contexts, faults, expected] = [[], [], []];
    for (const pattern of patterns) expect(found).toContainEqual(expect.stringMatching(pattern));
    expect(found.filter((fault) => !patterns.some((pattern) => pattern.test(fault)))).toEqual([]);
  });
  afterAll(() => browser?.close());

  const open = async (url: string) => {
    const context = await browser!.newContext({ viewport: { width: 1280, height: 800 } });
    contexts.push(context);
    context.on('request', (request) => {
      const { protocol, hostname, href } = new URL(request.url());
      if (!['data:', 'blob:'].includes(protocol) && hostname !== '127.0.0.1')
        faults.push(`asked for ${href}`);
    });
    context.on('console', (message) => {
      if (message.type() === 'error') faults.push(`console: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => faults.push(`exception: ${error.error().stack}`));
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };
  return Object.assign(open, { expectFault: (pattern: RegExp) => void expected.push(pattern) });
}

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
