import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { as, run } from '../support/client.js';
import { gql } from '../support/gql.js';
import { startMysqlServer, type MysqlServer } from '../support/mysql-server.js';
import { endAll, spawnGateway, type RunningGateway } from '../support/process.js';

/** The images, or as many as can be filled in within a minute; and the seconds for which requests are measured. */
const IMAGES = Number(process.env.NEIGHBOUR_IMAGES ?? 200_000);
const SECONDS = Number(process.env.NEIGHBOUR_SECONDS ?? 5);
const FILL_MS = 60_000;
const BATCH = 100_000;
const SENDERS_OF_EACH = 2;

const FEW = 'edges { cursor }';
/** The worst scans that the limits allow: each costs nearly QUERY_COST_LIMIT, or has nearly QUERY_ALIAS_LIMIT aliases. */
const WORST_SCANS = [
  aliases(4, `images(filter: { name: { contains: "nothing" } }) { totalCount ${FEW} }`),
  aliases(9, `images(search: "nothing") { ${FEW} }`),
  aliases(9, `images(filter: { properties: [{ name: "p", value: { contains: "nothing" } }] }) { ${FEW} }`),
  aliases(9, `images(sort: [{ key: NAME, direction: ASC }, { key: SIZE, direction: DESC }]) { ${FEW} }`),
  aliases(9, `imageCounts(by: [STATUS, VISIBILITY], search: "nothing") { count }`),
  aliases(14, 'images { totalCount }'),
];
const WORST_PAGES = [
  aliases(2, 'images(first: 1000) { edges { node { id name properties { name value } } } }'),
];
const IMAGE = gql('query ($id: ID!) { image(id: $id) { id name status size } }');

describe.skipIf(inject('mysqlServer') === '' || /mysqld$/.test(process.env.TEST_MYSQL_SERVER ?? ''))(
  'a tenant that sends the worst operations all the time, on MariaDB',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
    let server: MysqlServer;
    let gateway: RunningGateway;
    let images = 0;

    beforeAll(async () => {
      server = await startMysqlServer(undefined, [
        '--innodb-buffer-pool-size=1G',
        '--innodb-log-file-size=512M',
      ]);
      const admin = await createConnection(server.url);
      await admin.query('CREATE DATABASE busy');
      await admin.query('USE busy');
      const options = { DATA_DIR: folder, DATABASE_URL: `${server.url}/busy`, AUTH: 'trusted' };
      const first = await spawnGateway(options);
      first.kill('SIGTERM');
      await first.ended;
      await admin.query('SET unique_checks = 0, foreign_key_checks = 0');
      const begun = performance.now();
      for (; images < IMAGES && performance.now() - begun < FILL_MS; images += BATCH) {
        const rows = `seq_${images + 1}_to_${images + BATCH}`;
        await admin.query(
          'INSERT INTO images (id, name, size, status, owner, min_disk, min_ram, visibility, created_at, updated_at, deleted) ' +
            `SELECT ${ID}, CONCAT('image ', seq), seq, 'active', IF(seq % 10 < 3, 'noisy', CONCAT('t', seq % 1000)), 0, 0, ` +
            `IF(seq % 5 = 0, 'public', 'shared'), ${TIME}, ${TIME}, 0 FROM ${rows}`,
        );
        await admin.query(
          'INSERT INTO image_properties (image_id, name, value, created_at, deleted) ' +
            `SELECT ${ID}, 'p', CONCAT('value ', seq), ${TIME}, 0 FROM ${rows}`,
        );
      }
      await admin.query(
        'INSERT INTO gateway_owner_use (owner, has_owner, images) SELECT owner, 1, COUNT(*) FROM images GROUP BY owner',
      );
      await admin.query('ANALYZE TABLE images, image_properties');
      await admin.end();
      gateway = await spawnGateway(options);
    }, 10 * FILL_MS);
    afterAll(async () => {
      await endAll();
      await server?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    /** Measures while the senders of the tenant send these operations all the time. Counts their answers by code. */
    const beside = async (operations: readonly string[], measure: () => ReturnType<typeof measured>) => {
      const answers: Record<string, number> = {};
      let isOver = false;
      const senders = operations.flatMap((query) =>
        Array.from({ length: SENDERS_OF_EACH }, async () => {
          while (!isOver) {
            const code = await codeOf(gateway, query);
            answers[code] = (answers[code] ?? 0) + 1;
          }
        }),
      );
      const figures = await measure();
      isOver = true;
      await Promise.all(senders);
      return { ...figures, answers };
    };

    test(
      'does not keep another tenant from reading an image in time',
      { timeout: 300_000 + 12 * SECONDS * 1000 },
      async () => {
        // Other work on the machine may meet one measurement; it hardly meets three.
        for (let tries = 1; ; tries += 1) {
          const alone = await measured(gateway, images);
          const scans = await beside(WORST_SCANS, () => measured(gateway, images));
          const pages = await beside(WORST_PAGES, () => measured(gateway, images));
          process.stderr.write(`a busy neighbour: ${JSON.stringify({ images, alone, scans, pages })}\n`);
          for (const { answers } of [scans, pages]) expect(answers.QUERY_TOO_COSTLY).toBeUndefined();
          const limit = Math.max(100, 4 * alone.p99);
          if (tries === 3) expect(scans.p99).toBeLessThan(limit);
          if (scans.p99 < limit) break;
        }
      },
    );

    test('is refused for the operation that once stopped everybody: 15 scans with their counts', async () => {
      const query = aliases(15, `images(filter: { name: { contains: "nothing" } }) { totalCount ${FEW} }`);
      expect(await codeOf(gateway, query)).toBe('QUERY_TOO_COSTLY');
    });
  },
);

const ID = "CONCAT('00000000-0000-4000-8000-', SUBSTR(CONCAT('000000000000', seq), -12))";
const TIME = "TIMESTAMPADD(SECOND, seq, '2020-01-01')";

function aliases(count: number, field: string): string {
  return `{ ${Array.from({ length: count }, (_, n) => `a${n}: ${field}`).join(' ')} }`;
}

/** Returns milliseconds of reads of single images, one after another, by a tenant with few images. */
async function measured(gateway: RunningGateway, images: number) {
  const times: number[] = [];
  const end = performance.now() + SECONDS * 1000;
  for (let n = 1; performance.now() < end; n += 1) {
    const number = ((n * 7919) % (images / 5)) * 5 + 5;
    const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    const begun = performance.now();
    const { image } = await run(gateway, IMAGE, { id }, as('quiet'));
    times.push(performance.now() - begun);
    expect(image).toMatchObject({ id });
    await wait(5);
  }
  times.sort((one, other) => one - other);
  const at = (part: number) => Math.round(times[Math.floor((times.length - 1) * part)] * 10) / 10;
  return { requests: times.length, p50: at(0.5), p99: at(0.99), most: at(1) };
}

/** Sends an operation, and returns the code of its first error; `answered` without one. */
async function codeOf(gateway: RunningGateway, query: string): Promise<string> {
  const headers = { 'content-type': 'application/json', ...as('noisy') };
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query }),
  });
  return /"code":"(\w+)"/.exec(await response.text())?.[1] ?? 'answered';
}
