import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { startCloud } from './dashboard/cloud.js';
import { firstImages, load } from './dashboard/load.js';
import { page, WIDTH } from './dashboard/page.js';
import { readPanels, timesOf, type Panel } from './dashboard/panels.js';

/**
 * Draws `docs/dashboard.png` and `docs/dashboard-dark.png`: the dashboard of `deploy/grafana`, with the metrics of two
 * gateways under load. It runs for about three minutes, and needs mariadbd, Keystone, Prometheus, pngquant and Chromium.
 *
 *   npm run build && node --import @swc-node/register/esm-register scripts/dashboard-picture.ts
 */
const SECONDS = 120;
/** The rates of the first seconds lack what came before. */
const WARM_UP = 20;
const STEP = 2;

const cloud = await startCloud();
try {
  const target = await firstImages(cloud);
  const end = new AbortController();
  const running = load(cloud, target, end.signal);
  await Promise.race([running, wait((WARM_UP + SECONDS) * 1000)]);
  const now = Math.floor(Date.now() / 1000 / STEP) * STEP;
  const range = { start: now - SECONDS, end: now, step: STEP };
  const panels = await readPanels(cloud.prometheus, range);
  end.abort();
  await running;
  for (const { title } of panels.filter(isEmpty)) process.stderr.write(`a panel without data: ${title}\n`);
  await takePictures(page(panels, timesOf(range)));
} finally {
  await cloud.stop();
}

function isEmpty({ type, series }: Panel): boolean {
  return type !== 'row' && series.length === 0;
}

async function takePictures(html: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  for (const colorScheme of ['light', 'dark'] as const) {
    const opened = await browser.newPage({ colorScheme, viewport: { width: WIDTH, height: 800 } });
    await opened.setContent(html);
    const name = colorScheme === 'light' ? 'dashboard.png' : 'dashboard-dark.png';
    const path = fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
    await opened.screenshot({ path, fullPage: true });
    // A palette makes the file a third as large.
    execFileSync('pngquant', ['--force', '--strip', '--speed', '1', '--output', path, '256', path]);
  }
  await browser.close();
}
