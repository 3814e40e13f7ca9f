import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createActiveImage, run } from '../support/client.js';
import { onEachDatabase, startGateway, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { storedFiles } from '../support/image-state.js';
import { breaksOff, interpose, type Interposed } from '../support/interposed.js';
import { eventually } from '../support/poll.js';
import { endAll, runCommand } from '../support/process.js';
import { sql } from '../support/sql.js';
import { hasSwift, PATIENCE, startSwift, storesAt, type SwiftServer } from '../support/swift-server.js';
import { CONTROL_C, endTerminals, hasTerminal, onTerminal } from '../support/terminal.js';

const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { status } }');
const LONG_AGO = '2020-01-01 00:00:00.000000';
const NO_SWEEP = { SWEEP_INTERVAL: '86400' };

onEachDatabase('commands in two processes at once, beside the server', (start, place) => {
  const COUNT = 20;
  const delayed = { DELAYED_DELETE: 'true', SCRUB_TIME: '3600', UPLOAD_LEASE: '2' };
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start({ ...delayed, ...NO_SWEEP });
  });
  afterEach(endAll);

  const images = () => Promise.all(Array.from({ length: COUNT }, () => createActiveImage(gateway, 'bytes')));
  /** What both said of themselves, and all findings that they told. */
  const twice = async (...args: string[]) => {
    const both = await Promise.all([1, 2].map(() => runCommand(args, { ...place.options, ...delayed })));
    const lines = both.map(({ stdout }) =>
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    return {
      codes: both.map(({ code }) => code),
      counts: lines.map((each) => each.at(-1)),
      findings: lines.map((each) => each.slice(0, -1)),
    };
  };

  test('`scrub`: each image is scrubbed, and counted by one of both', async () => {
    const ids = await images();
    for (const id of ids) await run(gateway, DELETE, { id });
    await sql(place, `UPDATE images SET deleted_at = '${LONG_AGO}' WHERE deleted = 1`);
    const { codes, counts } = await twice('scrub', '--json');
    expect(codes).toEqual([0, 0]);
    expect(counts[0].scrubbed + counts[1].scrubbed).toBe(COUNT);
    const left = await sql(place, "SELECT id FROM images WHERE status = 'pending_delete'");
    expect([left, await storedFiles(gateway.folder)]).toEqual([[], []]);
  });

  test('`sweep`: all that is due is done, each by one of both', async () => {
    const ids = await images();
    await sql(place, "UPDATE images SET status = 'saving'");
    for (const id of ids) {
      await sql(
        place,
        'INSERT INTO gateway_uploads (id, image_id, node, created_at, deadline) ' +
          `VALUES ('${id}', '${id}', 'gone', '${LONG_AGO}', '${LONG_AGO}')`,
      );
    }
    const { codes, counts } = await twice('sweep', '--json');
    expect(codes).toEqual([0, 0]);
    expect(counts[0].settled + counts[1].settled).toBe(COUNT);
    const killed = await sql(place, "SELECT id FROM images WHERE status = 'killed'");
    expect(killed.map(({ id }) => id).sort()).toEqual(ids.sort());
  });

  test('`verify --deactivate`: both report a damaged image, and one of them deactivates it', async () => {
    await sql(place, "UPDATE images SET status = 'killed'");
    const ids = await images();
    for (const id of ids) await writeFile(join(gateway.folder, 'images', id), 'bites');
    const { codes, counts, findings } = await twice('verify', '--deactivate', '--json');
    expect(codes).toEqual([1, 1]);
    expect(findings.map((each) => each.length)).toEqual([COUNT, COUNT]);
    expect(counts[0].deactivated + counts[1].deactivated).toBe(COUNT);
  });
});

describe.skipIf(!hasSwift || !hasTerminal)('on a terminal, with a store that falls silent', () => {
  const folder = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const place: { options: Record<string, string> } = { options: {} };
  let swift: SwiftServer;
  let between: Interposed;
  let gateway: TestGateway;
  beforeAll(async () => {
    swift = await startSwift();
    between = await interpose(swift.url);
    place.options = {
      DATA_DIR: folder,
      ...storesAt(between.url),
      STORES: 'archive:swift',
      STORE_ARCHIVE_TIMEOUT: '600',
    };
    gateway = await startGateway({ ...place.options, ...NO_SWEEP });
  }, PATIENCE);
  afterEach(endTerminals);
  afterAll(async () => {
    await gateway?.close();
    await between?.stop();
    await swift?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Two images, of which requests for the second are not answered. */
  async function twoImages(): Promise<[string, string]> {
    between.conduct = 'pass';
    const ids = [await createActiveImage(gateway, 'one'), await createActiveImage(gateway, 'two')].sort();
    return ids as [string, string];
  }
  function silentOn(id: string): void {
    between.conduct = (incoming, response) =>
      incoming.url!.includes(id) ? undefined : between.pass(incoming, response);
  }

  /** Shows what was done, and ends at once when it is asked to: nobody waits for the store. */
  async function showsAndEnds(command: string, done: string): Promise<void> {
    const { output, press, ended } = onTerminal(command, place.options);
    await eventually(() => output().includes(`\r\x1b[K${done}`));
    press(CONTROL_C);
    expect(await ended).toBe(1);
    expect(output().trimEnd().split('\n').at(-1)).toContain(`ended early; ${done}`);
  }

  test('`scrub` shows what it has done, and ends when it is interrupted', async () => {
    const [first, second] = await twoImages();
    await sql(
      place,
      `UPDATE images SET status = 'pending_delete', deleted = 1, deleted_at = '${LONG_AGO}' WHERE status = 'active'`,
    );
    await sql(place, "UPDATE image_locations SET status = 'pending_delete', deleted = 1");
    silentOn(second);
    await showsAndEnds('scrub', 'scrubbed: 1, failed: 0');
    expect(await sql(place, 'SELECT status FROM images ORDER BY id')).toEqual([
      { status: 'deleted' },
      { status: 'pending_delete' },
    ]);
    expect(await swift.objects('images')).not.toContain(first);
  });

  test('`sweep` shows what it has done, and ends when it is interrupted', async () => {
    const [first, second] = await twoImages();
    between.conduct = breaksOff;
    for (const id of [first, second]) await run(gateway, DELETE, { id });
    await sql(place, `UPDATE gateway_removals SET due_at = '${LONG_AGO}' WHERE image_id = '${first}'`);
    await sql(
      place,
      `UPDATE gateway_removals SET due_at = '2021-01-01 00:00:00' WHERE image_id = '${second}'`,
    );
    silentOn(second);
    await showsAndEnds('sweep', 'uploads settled: 0, data removed: 1, temporary names removed: 0');
    expect(await sql(place, 'SELECT image_id FROM gateway_removals')).toEqual([{ image_id: second }]);
  });

  test('`sweep` shows that it watches leases, and ends at once when it is interrupted', async () => {
    await sql(place, 'DELETE FROM gateway_removals');
    await sql(
      place,
      'INSERT INTO gateway_uploads (id, image_id, node, created_at, deadline) ' +
        `VALUES ('${randomUUID()}', 'gone', 'gone', '${LONG_AGO}', '${LONG_AGO}')`,
    );
    const { output, press, ended } = onTerminal('sweep', place.options);
    await eventually(() => output().includes('leases watched: 1'));
    press(CONTROL_C);
    expect(await ended).toBe(1);
    expect(output()).toContain('ended early; uploads settled: 0,');
    expect(await sql(place, 'SELECT node FROM gateway_uploads')).toEqual([{ node: 'gone' }]);
  });

  test('`verify` shows what it has done, and ends when it is interrupted, whatever it reads', async () => {
    const [, second] = await twoImages();
    silentOn(second);
    await showsAndEnds('verify', 'images: 1 of 2, ');
  });
});
