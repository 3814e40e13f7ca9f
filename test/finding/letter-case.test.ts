import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createImage, run } from '../support/client.js';
import { onEachDatabase, startGateway, type TestGateway } from '../support/gateway.js';
import { addGlanceImage, makeGlanceDatabase } from '../support/glance-database.js';
import { gql } from '../support/gql.js';
import type { StringFilter } from '../support/operations.js';

/** Texts that equal each other, and no text of another line. */
const EQUAL: string[][] = [
  ['z', 'Z'],
  ['e', 'E'],
  ['é', 'É'],
  ['e\u0301', 'E\u0301'],
  ['ä', 'Ä'],
  ['å', 'Å', '\u212b'],
  ['k', 'K', '\u212a'],
  ['s', 'S', 'ſ'],
  ['ss', 'SS', 'sS'],
  ['ß', 'ẞ'],
  ['ff', 'FF'],
  ['ﬀ'],
  ['i', 'I'],
  ['ı'],
  ['İ'],
  ['i\u0307', 'I\u0307'],
  ['ǆ', 'ǅ', 'Ǆ'],
  ['σ', 'Σ', 'ς'],
  ['θ', 'Θ', 'ϑ', 'ϴ'],
  ['µ', 'μ', 'Μ'],
  ['ά', 'Ά'],
  ['ж', 'Ж'],
  ['ё', 'Ё'],
  ['ա', 'Ա'],
  ['ა', 'Ა'],
  ['ꭰ', 'Ꭰ'],
  ['ⅷ', 'Ⅷ'],
  ['ⓐ', 'Ⓐ'],
  ['ｅ', 'Ｅ'],
  ['中'],
];
const ALL = EQUAL.flat();

const LIST = gql(`query ($name: StringFilter) {
  images(filter: { name: $name }, first: 100) { edges { node { name } } } }`);

async function found(gateway: TestGateway, name: StringFilter): Promise<(string | null)[]> {
  return (await run(gateway, LIST, { name })).images.edges.map(({ node }) => node.name).sort();
}

onEachDatabase('a filter without regard to letter case', (start) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start();
    await Promise.all(ALL.map((text) => createImage(gateway, { name: `<${text}>` })));
  });

  test.each(EQUAL.flatMap((equal) => equal.map((text) => [text, equal] as const)))(
    'finds for %s exactly %j',
    async (text, equal) => {
      const names = equal.map((each) => `<${each}>`).sort();
      expect(await found(gateway, { equalsIgnoreCase: `<${text}>` })).toEqual(names);
      expect(await found(gateway, { containsIgnoreCase: `<${text}>` })).toEqual(names);
    },
  );

  test('finds part of a text', async () => {
    const parts = ['e', 'E', 'e\u0301', 'E\u0301'].map((text) => `<${text}>`).sort();
    expect(await found(gateway, { containsIgnoreCase: 'E' })).toEqual(parts);
    expect(await found(gateway, { equalsIgnoreCase: 'E' })).toEqual([]);
  });

  test('finds every letter that has a capital letter', async () => {
    const letters = Array.from({ length: 0xd800 }, (_, code) => String.fromCharCode(code)).filter(
      (small) => small.toUpperCase() !== small && new RegExp(`^${small}$`, 'iu').test(small.toUpperCase()),
    );
    expect(letters.length).toBeGreaterThan(1000);
    for (let at = 0; at < letters.length; at += 200) {
      const small = letters.slice(at, at + 200).join('');
      const name = small.toUpperCase();
      await createImage(gateway, { name });
      expect(await found(gateway, { equalsIgnoreCase: small })).toContain(name);
      expect(await found(gateway, { containsIgnoreCase: small.slice(3, 150) })).toContain(name);
    }
  });
});

describe.skipIf(inject('mysqlServer') === '')(
  "a filter without regard to letter case on Glance's tables",
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
    let gateway: TestGateway;
    beforeAll(async () => {
      const database = await makeGlanceDatabase();
      for (const name of ALL) await addGlanceImage(database, { name: `<${name}>` });
      const DATABASE_URL = `${inject('mysqlServer')}/${database}`;
      gateway = await startGateway({ DATA_DIR: folder, DATABASE_URL });
    });
    afterAll(async () => {
      await gateway.close();
      rmSync(folder, { recursive: true });
    });

    test.each(EQUAL.flatMap((equal) => equal.map((text) => [text, equal] as const)))(
      'finds for %s exactly %j',
      async (text, equal) => {
        const names = equal.map((each) => `<${each}>`).sort();
        expect(await found(gateway, { equalsIgnoreCase: `<${text}>` })).toEqual(names);
        expect(await found(gateway, { containsIgnoreCase: `<${text}>` })).toEqual(names);
      },
    );
  },
);
