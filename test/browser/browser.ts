import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

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
 * A browser for the tests of a file, which run one after another. After each of them its pages have asked nobody but this
 * machine, and written no error to the console, which is also where a breach of a content security policy shows.
 *
 * @param more returns further arguments for the browser; called after the hooks that stand before
 */
export function withBrowser(more: () => readonly string[] = () => []): OpenPage {
  let browser: Browser | undefined;
  let pages: Pages | undefined;

  beforeAll(async () => {
    if (hasBrowser) browser = await launch(more());
  });
  afterEach(async () => {
    const opened = pages;
    pages = undefined;
    await opened?.close();
  });
  afterAll(() => browser?.close());

  const current = () => (pages ??= pagesOf(browser!));
  return Object.assign((url: string) => current().open(url), {
    expectFault: (pattern: RegExp) => current().open.expectFault(pattern),
  });
}

/** A test that may run beside others of its file: `open` is its own. Its pages may do what those of `withBrowser` may. */
export const testInBrowser = test.extend<{ browser: Browser; open: OpenPage }>({
  browser: [
    // eslint-disable-next-line no-empty-pattern -- Vitest reads the names of fixtures from the pattern
    async ({}, use) => {
      const browser = await launch();
      await use(browser);
      await browser.close();
    },
    { scope: 'file' },
  ],
  open: async ({ browser }, use) => {
    const pages = pagesOf(browser);
    await use(pages.open);
    await pages.close();
  },
});

/** The pages of one test. */
interface Pages {
  readonly open: OpenPage;
  /** Closes the pages, and fails for a fault that nobody expects. */
  close(): Promise<void>;
}

function launch(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: [...ARGUMENTS, ...more] });
}

function pagesOf(browser: Browser): Pages {
  const contexts: BrowserContext[] = [];
  const faults: string[] = [];
  const expected: RegExp[] = [];

  const open = async (url: string) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    contexts.push(context);
    context.setDefaultTimeout(PATIENCE_MS);
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
  return {
    open: Object.assign(open, { expectFault: (pattern: RegExp) => void expected.push(pattern) }),
    async close() {
      await Promise.all(contexts.map((context) => context.close()));
      for (const pattern of expected) expect(faults).toContainEqual(expect.stringMatching(pattern));
      expect(faults.filter((fault) => !expected.some((pattern) => pattern.test(fault)))).toEqual([]);
    },
  };
}

/** The time for one step in a page. Pages that are open at once share the processor. */
const PATIENCE_MS = 60_000;
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
