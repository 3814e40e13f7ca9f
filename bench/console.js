import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { median } from './rounds.js';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
/** Milliseconds until the first row of the list is there, on loopback. */
const ALLOWED_FIRST = 1000;
/** Milliseconds from the last key to the result: a pause of 200, and 300 for the answer. */
const ALLOWED_SEARCH = 500;
const SEARCHES = 20;
/** Milliseconds from a change that somebody makes to the row that shows it. */
const ALLOWED_EVENT = 1000;
const EVENTS = 20;

/** The console in a browser, among the 10,000 images of the lists. */
export async function console({ servers: { ours }, quick, say }) {
  if (!existsSync(CHROMIUM)) {
    say('console: left out, since there is no Chromium');
    return {};
  }
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  try {
    const rounds = quick ? 3 : 7;
    say(`console: ${rounds} first visits, then ${SEARCHES} searches and ${EVENTS} changes by others`);
    await firstRow(browser, ours);
    const firsts = [];
    for (let round = 0; round < rounds; round += 1) firsts.push(await firstRow(browser, ours));
    const searches = (await searchTimes(browser, ours)).sort((one, other) => one - other);
    const events = (await eventTimes(browser, ours)).sort((one, other) => one - other);
    const row = (milliseconds, allowed, what) => ({
      ratio: milliseconds / allowed,
      other: `allowed: ${allowed} ms`,
      ours: `${milliseconds.toFixed(0)} ms ${what}`,
    });
    return {
      'console-first': row(median(firsts), ALLOWED_FIRST, 'to the first row'),
      'console-search': row(searches.at(-2), ALLOWED_SEARCH, 'for 19 of 20 searches'),
      'console-events': row(events.at(-2), ALLOWED_EVENT, 'for 19 of 20 changes'),
    };
  } finally {
    await browser.close();
  }
}

/** The time of a browser that has nothing of the console yet. */
async function firstRow(browser, { url }) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const began = performance.now();
  await page.goto(`${url}/console/images`, { waitUntil: 'commit' });
  await page.evaluate(rowsAppear, {});
  const milliseconds = performance.now() - began;
  await context.close();
  return milliseconds;
}

async function searchTimes(browser, { url }) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${url}/console/images`);
  await page.locator('.image-row').first().waitFor();
  const names = (await page.locator('.image-row a.name').allTextContents()).slice(0, SEARCHES);
  const times = [];
  for (const name of names) {
    const began = performance.now();
    // A part that no other name has: the newest images have numbers of four digits.
    await page.getByRole('searchbox').fill(name.slice(2));
    await page.evaluate(rowsAppear, { only: name });
    times.push(performance.now() - began);
    await page.getByRole('searchbox').fill('');
    await page.locator('.image-row').nth(1).waitFor();
  }
  await page.close();
  return times;
}

/** The times from a change by another client to the row that shows it. */
async function eventTimes(browser, { url }) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const isStream = (response) => response.request().headers().accept === 'text/event-stream';
  const stream = page.waitForResponse(isStream);
  await page.goto(`${url}/console/images`);
  await stream;
  const link = page.locator('.image-row a.name').first();
  await link.waitFor();
  const id = (await link.getAttribute('href')).split('/').at(-1);
  const name = await link.textContent();
  const times = [];
  for (let n = 0; n < EVENTS; n += 1) {
    const began = performance.now();
    await rename(url, id, `event-${n}`);
    await page.evaluate(nameAppears, `event-${n}`);
    times.push(performance.now() - began);
  }
  await rename(url, id, name);
  await page.close();
  return times;
}

async function rename(url, id, name) {
  const query =
    'mutation ($id: ID!, $name: String!) { updateImage(id: $id, input: { name: $name }) { name } }';
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables: { id, name } }),
  });
  const { data } = await response.json();
  if (data?.updateImage.name !== name) throw new Error('the image has not got its name');
}

async function nameAppears(name) {
  const names = () => [...document.querySelectorAll('.image-row a.name')];
  while (!names().some(({ textContent }) => textContent === name)) await new Promise(requestAnimationFrame);
}

/**
 * Waits in the page until there are rows, or one row alone. It looks at each frame: a locator looks again after 500 ms at
 * last, and so tells more of itself than of the page.
 */
async function rowsAppear({ only }) {
  for (;;) {
    const names = [...document.querySelectorAll('.image-row a.name')].map(({ textContent }) => textContent);
    if (only === undefined ? names.length > 0 : names.length === 1 && names[0].includes(only)) return;
    await new Promise(requestAnimationFrame);
  }
}
