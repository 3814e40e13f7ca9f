import { availableParallelism, loadavg } from 'node:os';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { run } from '../support/client.js';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { sql } from '../support/sql.js';
import { hasBrowser, withBrowser } from './browser.js';
import { closeBoth, isStream, listed } from './console-page.js';
import { heapOf } from './memory.js';

const COUNT = 10_000;
const MOST_ROWS = 60;
const MOST_HEAP = 80 * 1024 ** 2;
/** For each of the thirds of a long way through the list, so that a busy moment of the machine does not count. */
const LONGEST_TASK_MS = 200;
const FIRST_ROW_MS = 2500;
const MOST_HEAP_AFTER_CHANGES = 20 * 1024 ** 2;
/** In rounds of a hundred; 28,800 changes are those of eight hours with one a second. */
const CHANGES = Number(process.env.CONSOLE_CHANGES ?? 2000);
const ROUNDS = CHANGES / 100;
/** A page that falls behind the changes shows the last of them much later. */
const SOON = { timeout: 10_000 };
const RENAME = gql(
  'mutation ($ids: [ID!]!, $name: String!) { updateImages(ids: $ids, input: { name: $name }) { error { code } } }',
);
const ROWS = Array.from(
  { length: COUNT },
  (_, n) =>
    `('${idOf(n)}', 'image-${String(n).padStart(5, '0')}', ${n}, 'active', ` +
    `0, 0, 'public', 0, 0, '2026-01-01 ${String(n % 24).padStart(2, '0')}:00:00', 0)`,
);

describe.skipIf(!hasBrowser)('the console among ten thousand images', { timeout: 300_000 }, () => {
  const open = withBrowser();

  onSqlite('on SQLite', (start, place) => {
    let gateway: TestGateway;
    beforeAll(async () => {
      await (await start()).close();
      for (let at = 0; at < COUNT; at += 1000)
        await sql(
          place,
          'INSERT INTO images (id, name, size, status, min_disk, min_ram, visibility, protected, os_hidden, created_at, deleted) ' +
            `VALUES ${ROWS.slice(at, at + 1000).join()}`,
        );
      gateway = await start();
    });

    test('scrolls to the end: each row once and in order, few of them in the document, little memory', async () => {
      const page = await open(`${gateway.url}/console/images?sort=name`);
      await listed(page, 'image-00000');
      const before = await heapOf(page);
      const { seen, most, tasks } = await page.evaluate<Scrolled>(SCROLL);
      expect(seen).toHaveLength(COUNT);
      expect(seen).toEqual([...seen].sort());
      expect(new Set(seen).size).toBe(COUNT);
      expect(most).toBeLessThanOrEqual(MOST_ROWS);
      expect((await heapOf(page)) - before).toBeLessThan(MOST_HEAP);
      await page.evaluate("document.querySelector('.grid').scrollTop = 0");
      await listed(page, 'image-00000');
      expect(medianOfThirds(tasks)).toBeLessThan(LONGEST_TASK_MS * slowness());
    });

    test('shows the first row soon over a slow network on a slow machine', async () => {
      const times: number[] = [];
      for (let round = 0; round < 3; round++) {
        const page = await open('about:blank');
        await slowDown(page);
        await page.addInitScript(NOTE_FIRST_ROW);
        await page.goto(`${gateway.url}/console/images?sort=name`);
        await page.locator('.image-row').first().waitFor();
        times.push(await page.evaluate<number>('globalThis.firstRowAt'));
        await page.context().close();
      }
      expect(median(times)).toBeLessThan(FIRST_ROW_MS * slowness());
    });

    test(`takes ${CHANGES.toLocaleString('en')} live changes by one stream, with few rows in the document and little memory`, async () => {
      const page = await open('about:blank');
      let streams = 0;
      page.on('request', (request) => (streams += Number(isStream(request))));
      await page.goto(`${gateway.url}/console/images?sort=name`);
      await listed(page, 'image-00000');
      await page.evaluate(COUNT_ROWS);
      const ids = Array.from({ length: 100 }, (_, n) => idOf(n));
      const rename = (name: string) => run(gateway, RENAME, { ids, name });
      await rename('before');
      await listed(page, 'before');
      const before = await heapOf(page);
      for (let round = 0; round < ROUNDS; round += 4)
        await Promise.all([0, 1, 2, 3].map((each) => rename(`round-${round + each}`)));
      await rename('afterwards');
      await page.getByRole('link', { name: 'afterwards' }).first().waitFor(SOON);
      const after = await heapOf(page);
      if (CHANGES > 2000) process.stderr.write(`heap: ${before} bytes before, ${after} after\n`);
      expect(after - before).toBeLessThan(MOST_HEAP_AFTER_CHANGES);
      expect(await page.evaluate('globalThis.mostRows')).toBeLessThanOrEqual(MOST_ROWS);
      expect(streams).toBe(1);
      await closeBoth(page, gateway);
    });
  });
});

interface Scrolled {
  seen: string[];
  most: number;
  tasks: Task[];
}

/** A task that held the page for more than 50 ms. */
interface Task {
  startTime: number;
  duration: number;
}

/** Runs in the page: scrolls to the end by steps of half a window, and notes each row that is drawn. */
const SCROLL = `new Promise((resolve) => {
  const grid = document.querySelector('.grid');
  const seen = new Map();
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((each) => each.toJSON())));
  observer.observe({ type: 'longtask' });
  let most = 0;
  let still = 0;
  const step = () => {
    const rows = [...grid.querySelectorAll('.image-row')];
    most = Math.max(most, rows.length);
    for (const row of rows) seen.set(Number(row.getAttribute('aria-rowindex')), row.querySelector('a').textContent);
    const before = grid.scrollTop;
    grid.scrollTop += grid.clientHeight / 2;
    still = grid.scrollTop === before ? still + 1 : 0;
    if (still > (seen.size < ${COUNT} ? 600 : 30)) {
      const inOrder = [...seen].sort(([one], [other]) => one - other).map(([, name]) => name);
      observer.disconnect();
      return resolve({ seen: inOrder, most, tasks });
    }
    requestAnimationFrame(step);
  };
  step();
})`;

/** Runs in the page before its scripts: notes when the first row is there. */
const NOTE_FIRST_ROW = `new MutationObserver((_, observer) => {
  if (!document.querySelector('.image-row')) return;
  globalThis.firstRowAt = performance.now();
  observer.disconnect();
}).observe(document, { childList: true, subtree: true })`;

/** Runs in the page: notes the largest number of rows after each change of the document. */
const COUNT_ROWS = `(() => {
  globalThis.mostRows = 0;
  const note = () => (globalThis.mostRows = Math.max(mostRows, document.querySelectorAll('.image-row').length));
  new MutationObserver(note).observe(document.querySelector('.grid'), { childList: true, subtree: true });
  note();
})()`;

/** Gives a page 10 Mbit/s, a latency of 40 ms and a quarter of the processor. */
async function slowDown(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const throughput = 10_000_000 / 8;
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', {
    ...{ offline: false, latency: 40, downloadThroughput: throughput, uploadThroughput: throughput },
  });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
}

/** Returns the median of the longest tasks of each third of the time. */
function medianOfThirds(tasks: Task[]): number {
  const [from, to] = [tasks[0]?.startTime ?? 0, tasks.at(-1)?.startTime ?? 0];
  const longest = [0, 0, 0];
  for (const { startTime, duration } of tasks) {
    const third = Math.min(2, Math.floor((3 * (startTime - from)) / (to - from || 1)));
    longest[third] = Math.max(longest[third], duration);
  }
  return median(longest);
}

/** Returns by how much longer all takes because others use the processors, too; 1 where nobody does. */
function slowness(): number {
  return Math.max(1, loadavg()[0] / availableParallelism());
}

function median(numbers: number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

function idOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}
