import { beforeAll, describe, expect, test } from 'vitest';
import { onSqlite, type TestGateway } from '../support/gateway.js';
import { sql } from '../support/sql.js';
import { hasBrowser, withBrowser } from './browser.js';
import { listed } from './console-page.js';
import { heapOf } from './memory.js';

const COUNT = 10_000;
const MOST_ROWS = 60;
const MOST_HEAP = 80 * 1024 ** 2;
const ROWS = Array.from(
  { length: COUNT },
  (_, n) =>
    `('00000000-0000-4000-8000-${String(n).padStart(12, '0')}', 'image-${String(n).padStart(5, '0')}', ${n}, 'active', ` +
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
      const { seen, most } = await page.evaluate<{ seen: string[]; most: number }>(SCROLL);
      expect(seen).toHaveLength(COUNT);
      expect(seen).toEqual([...seen].sort());
      expect(new Set(seen).size).toBe(COUNT);
      expect(most).toBeLessThanOrEqual(MOST_ROWS);
      expect((await heapOf(page)) - before).toBeLessThan(MOST_HEAP);
      await page.evaluate("document.querySelector('.grid').scrollTop = 0");
      await listed(page, 'image-00000');
    });
  });
});

/** Runs in the page: scrolls to the end by steps of half a window, and notes each row that is drawn. */
const SCROLL = `new Promise((resolve) => {
  const grid = document.querySelector('.grid');
  const seen = new Map();
  let most = 0;
  let still = 0;
  const step = () => {
    const rows = [...grid.querySelectorAll('.image-row')];
    most = Math.max(most, rows.length);
    for (const row of rows) seen.set(Number(row.getAttribute('aria-rowindex')), row.querySelector('a').textContent);
    const before = grid.scrollTop;
    grid.scrollTop += grid.clientHeight / 2;
    still = grid.scrollTop === before ? still + 1 : 0;
    if (still > 600) {
      const inOrder = [...seen].sort(([one], [other]) => one - other).map(([, name]) => name);
      return resolve({ seen: inOrder, most });
    }
    requestAnimationFrame(step);
  };
  step();
})`;
