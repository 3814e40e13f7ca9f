import { parse } from 'graphql';
import { expect, test } from 'vitest';
import {
  documentBytes,
  documentStore,
  persistedQueryStore,
} from '../../../src/graphql/execution/document-store.js';

const MEGABYTE = 1024 * 1024;

/** Returns a document with this number of tokens and a unique text. */
const documentOf = (tokens: number, nth: number, text = '') =>
  parse(`query Q${nth} { ${'user '.repeat(tokens - 6)} } ${text}`);

/** Returns how many of a thousand such documents the store keeps, and their approximate memory. */
async function kept(tokens: number, text = ''): Promise<{ count: number; bytes: number }> {
  const store = documentStore();
  for (let nth = 0; nth < 1000; nth += 1) await store.set(String(nth), documentOf(tokens, nth, text));
  let count = 0;
  let bytes = 0;
  for (let nth = 0; nth < 1000; nth += 1) {
    const document = await store.get(String(nth));
    if (!document) continue;
    count += 1;
    bytes += documentBytes(document);
  }
  return { count, bytes };
}

test('the store takes no more memory for large documents than for small ones, whether by tokens or by text', async () => {
  const small = await kept(10);
  expect(small.count).toBe(1000);
  const large = await kept(800);
  expect(large.count).toBeLessThan(200);
  expect(large.count).toBeGreaterThan(20);
  const wordy = await kept(10, `#${'x'.repeat(90_000)}`);
  expect(wordy.count).toBeLessThan(250);
  for (const { bytes } of [small, large, wordy]) expect(bytes).toBeLessThanOrEqual(32 * MEGABYTE);
});

test.each<[texts: string, length: number, most: number, least: number]>([
  ['short texts, which take little beside their hashes', 20, 32_000, 25_000],
  ['long texts', 90_000, 100, 50],
])('the store of automatic persisted queries keeps its memory with %s', async (_, length, most, least) => {
  const store = persistedQueryStore();
  let sent = 0;
  for (; sent < 2 * most; sent += 1) await store.set(`hash ${sent}`, 'x'.repeat(length));
  let count = 0;
  for (let nth = 0; nth < sent; nth += 1) if (await store.get(`hash ${nth}`)) count += 1;
  expect(count).toBeLessThan(most);
  expect(count).toBeGreaterThan(least);
  expect(await store.get(`hash ${sent - 1}`)).toBeDefined();
});
