import { spawnSync } from 'node:child_process';
import { mkdirSync, truncateSync } from 'node:fs';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../src/database/open-database.js';
import { maintenanceDomain } from '../../src/gateway/domain.js';
import { entities } from '../../src/image/records/entities.js';
import type { Finding } from '../../src/image/maintenance/image-verification.js';
import { locationCipher } from '../../src/image/records/location-cipher.js';
import { readConfig } from '../../src/config/read-config.js';
import { fileStore } from '../../src/store/file-store.js';
import { imageStores } from '../../src/store/configured-stores.js';
import { createActiveImage, createImage, putData, run } from '../support/client.js';
import { called } from '../support/command.js';
import { silent } from '../support/domain.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { MAIN } from '../support/process.js';
import { sql } from '../support/sql.js';
import { CONTROL_C, endTerminals, hasTerminal, onTerminal } from '../support/terminal.js';

const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }');

onEachDatabase('the command `verify`', (start, place) => {
  let gateway: TestGateway;
  let options: Record<string, string>;
  beforeAll(async () => {
    const archive = join(place.options.DATA_DIR, 'archive');
    mkdirSync(archive);
    options = { ...place.options, STORES: 'file:file,archive:file', STORE_ARCHIVE_FOLDER: archive };
    gateway = await start(options);
  });

  const verify = async (...args: string[]) => {
    const { code, stdout, stderr } = await called(['verify', '--json', ...args], options);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { code, findings: lines.slice(0, -1), summary: lines.at(-1), stdout, stderr };
  };
  const fileOf = (id: string, store = 'images') => join(place.options.DATA_DIR, store, id);
  const spoil = async (id: string, store?: string) => {
    const data = await readFile(fileOf(id, store));
    data[0] ^= 1;
    await writeFile(fileOf(id, store), data);
  };
  const locate = (id: string, url: string) =>
    sql(place, `UPDATE image_locations SET value = '${url}' WHERE image_id = '${id}'`);
  const addLocation = (id: string, url: string) =>
    sql(
      place,
      'INSERT INTO image_locations (image_id, value, meta_data, status, deleted, created_at, updated_at) ' +
        `VALUES ('${id}', '${url}', '{}', 'active', 0, '2020-01-01 00:00:00', '2020-01-01 00:00:00')`,
    );
  const image = () => createActiveImage(gateway, 'the data');
  const all: string[] = [];
  const made = async () => all[all.push(await image()) - 1];

  test('reports that all is well, in words and as JSON', async () => {
    await made();
    const archived = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
    await putData(gateway, archived, 'elsewhere', { 'x-image-meta-store': 'archive' });
    // What is being made, or was deleted, has no data that anybody relies on.
    await createImage(gateway);
    await run(gateway, DELETE, { id: await image() });
    expect(await called(['verify'], options)).toEqual({
      code: 0,
      stdout:
        'images: 2 of 2, read: 17 bytes of 17 bytes, damaged: 0, missing: 0, unreadable: 0, intact: 2, ' +
        'without digest: 0, left to other stores: 0, changed meanwhile: 0\n',
      stderr: '',
    });
    expect(await verify()).toMatchObject({
      code: 0,
      findings: [],
      summary: { total: 2, totalBytes: 17, images: 2, bytes: 17, intact: 2, damaged: 0, deactivated: 0 },
    });
    await spoil(archived, 'archive');
    expect((await verify(archived)).findings).toMatchObject([{ imageId: archived, store: 'archive' }]);
    await spoil(archived, 'archive');
  });

  test('names what is damaged, missing or unreadable by the store, and no address', async () => {
    const [spoiled, short, lost, homeless, locked] = [
      await made(),
      await made(),
      await made(),
      await made(),
      await made(),
    ];
    await spoil(spoiled);
    await truncate(fileOf(short), 3);
    await rm(fileOf(lost));
    await sql(place, `DELETE FROM image_locations WHERE image_id = '${homeless}'`);
    await locate(locked, locationCipher('0123456789abcdef').encrypt(`file://${fileOf(locked)}`));
    const [rbd, swift] = [await made(), await made()];
    await locate(rbd, 'rbd://pool/image');
    await locate(swift, 'swift+https://user:hunter2@keystone/v3/glance/image');
    const { code, findings, summary, stdout, stderr } = await verify();
    const byId = new Map(findings.map(({ imageId, ...finding }) => [imageId, finding]));
    expect(Object.fromEntries(byId)).toEqual({
      [spoiled]: {
        store: 'file',
        outcome: 'damaged',
        compared: 'sha512',
        recorded: expect.stringMatching(/^[0-9a-f]{128}$/),
        actual: expect.stringMatching(/^[0-9a-f]{128}$/),
      },
      [short]: { store: 'file', outcome: 'damaged', compared: 'size', recorded: '8', actual: '3' },
      [lost]: { store: 'file', outcome: 'missing' },
      [homeless]: { store: null, outcome: 'missing' },
      [locked]: { store: null, outcome: 'unreadable' },
    });
    expect([code, summary]).toEqual([
      1,
      expect.objectContaining({ images: 9, damaged: 2, missing: 2, unreadable: 1, foreign: 2, intact: 2 }),
    ]);
    expect(stderr).toContain('METADATA_ENCRYPTION_KEY is not set');
    expect(stdout + stderr).not.toMatch(/hunter2|:\/\//);
    const words = await called(['verify', spoiled, lost, homeless, locked], options);
    for (const line of [
      `damaged: ${spoiled} in store file: sha512 is `,
      `missing: ${lost} in store file\n`,
      `missing: ${homeless}: it has no location\n`,
      `unreadable: ${locked}: its location cannot be decrypted\n`,
    ])
      expect(words.stdout).toContain(line);
  });

  test('compares MD5 where nothing else is recorded, and the size where there is no digest', async () => {
    const [old, none, odd] = [await image(), await image(), await image()];
    const without = "os_hash_algo = NULL, os_hash_value = NULL, checksum = '";
    await sql(place, `UPDATE images SET ${without}${'0'.repeat(32)}' WHERE id = '${old}'`);
    await sql(place, `UPDATE images SET ${without}said by hand' WHERE id = '${none}'`);
    await sql(place, `UPDATE images SET os_hash_algo = 'unheard-of' WHERE id = '${odd}'`);
    const { findings, summary } = await verify(old, none, odd);
    expect(findings).toMatchObject([{ imageId: old, compared: 'md5', recorded: '0'.repeat(32) }]);
    expect(summary).toMatchObject({ images: 3, damaged: 1, undigested: 1, intact: 1 });
    for (const id of [old, none, odd]) await run(gateway, DELETE, { id });
  });

  test('reads every location, and counts the image once, by the worst', async () => {
    const id = await image();
    await writeFile(fileOf(id, 'archive'), 'the damp');
    await addLocation(id, `file://${fileOf(id, 'archive')}`);
    await addLocation(id, 'rbd://pool/image');
    await addLocation(id, `file://${fileOf('nothing')}`);
    const { findings, summary } = await verify(id, id);
    expect(findings).toMatchObject([
      { store: 'archive', outcome: 'damaged' },
      { store: 'file', outcome: 'missing' },
    ]);
    expect(summary).toMatchObject({ total: 1, images: 1, damaged: 1, missing: 0, foreign: 0 });
    await sql(
      place,
      `DELETE FROM image_locations WHERE image_id = '${id}' AND value NOT LIKE '%images/${id}'`,
    );
    expect((await verify(id)).code).toBe(0);
  });

  test('an id without data is refused before anything is read', async () => {
    const queued = await createImage(gateway);
    for (const [id, words] of [
      ['nothing', 'Image nothing not found.'],
      ['x'.repeat(300), 'not found.'],
      ['😀', 'not found.'],
      [queued, `Image ${queued} is queued; it has no data to give.`],
    ]) {
      const { code, stdout, stderr } = await called(['verify', all[0], id], options);
      expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(words)]);
      expect(stderr).toMatch(/^glance-graphql: .+\n$/);
    }
  });

  test('deactivates damaged images, and no others, with --deactivate', async () => {
    const found = (await verify()).findings.map(({ imageId, outcome }) => [imageId, outcome]);
    expect((await verify('--deactivate')).summary).toMatchObject({ damaged: 2, deactivated: 2 });
    for (const [id, outcome] of found) {
      const { status } = await stateOf(gateway, id);
      expect(status).toBe(outcome === 'damaged' ? 'deactivated' : 'active');
    }
    // It goes on being damaged.
    expect(await verify('--deactivate')).toMatchObject({ code: 1, summary: { damaged: 2, deactivated: 0 } });
  });

  /** A verification whose store does something before it gives out data. */
  async function verifyWhile(ids: string[], before: (id: string) => Promise<unknown>, signal?: AbortSignal) {
    const config = readConfig(place.options);
    const database = await openDatabase(config, entities);
    const store = fileStore(fileOf(''));
    const slow = {
      ...store,
      open: async (url: string) => {
        await before(url.slice(url.lastIndexOf('/') + 1));
        return store.open(url);
      },
    };
    const stores = imageStores([slow], 'file');
    const domain = maintenanceDomain({ config, database, stores, log: silent });
    const findings: Finding[] = [];
    const order = { ids, deactivates: true, onFinding: (finding: Finding) => findings.push(finding) };
    const count = await domain.verify(order, { signal });
    await database.close();
    return { count, findings };
  }

  test('an image that is deleted meanwhile, or whose record is changed, is not called damaged', async () => {
    const [deleted, changed] = [await image(), await image()];
    await spoil(changed);
    const { count, findings } = await verifyWhile([deleted, changed], async (id) =>
      id === deleted
        ? run(gateway, DELETE, { id })
        : sql(place, `UPDATE images SET checksum = '${'1'.repeat(32)}' WHERE id = '${id}'`),
    );
    expect([count.changed, count.damaged, count.missing, findings]).toEqual([2, 0, 0, []]);
    expect(await stateOf(gateway, changed)).toMatchObject({ status: 'active' });
  });

  test('deactivates an image once, and reports it twice, when two commands run at once', async () => {
    const ids = await Promise.all([image(), image(), image()]);
    for (const id of ids) await spoil(id);
    const both = await Promise.all([1, 2].map(() => verifyWhile(ids, async () => undefined)));
    expect(both.map(({ findings }) => findings.length)).toEqual([3, 3]);
    expect(both[0].count.deactivated + both[1].count.deactivated).toBe(3);
  });

  test('counts the images that it read when it ends early', async () => {
    const ids = (await Promise.all([image(), image(), image()])).sort();
    const stop = new AbortController();
    const { count, findings } = await verifyWhile(
      ids,
      async (id) => id === ids[1] && stop.abort(),
      stop.signal,
    );
    expect([count.total, count.images, count.intact, findings]).toEqual([3, 1, 1, []]);
  });
});

onSqlite('`verify` whose reader ends early', (start, place) => {
  test('ends early without an error', async () => {
    const gateway = await start();
    for (let count = 0; count < 50; count += 1) {
      const id = await createActiveImage(gateway, 'a');
      await writeFile(join(place.options.DATA_DIR, 'images', id), 'b');
    }
    const { stdout, stderr } = spawnSync(
      'sh',
      ['-c', `{ "$0" "$1" verify; echo "ended with $?" >&2; } | head -n 1`, process.execPath, MAIN],
      { env: { PATH: process.env.PATH, ...place.options }, encoding: 'utf8' },
    );
    expect(stdout).toMatch(/^damaged: [^\n]+\n$/);
    expect(stderr).toBe('ended with 1\n');
  });
});

onSqlite('`verify` on a terminal', (start, place) => {
  afterAll(endTerminals);

  test.skipIf(!hasTerminal)(
    'shows images and bytes, and ends with what it has seen when it is interrupted',
    async () => {
      const gateway = await start();
      const [first, second] = (
        await Promise.all([createActiveImage(gateway, 'a'), createActiveImage(gateway, 'b')])
      ).sort();
      const file = (id: string) => join(place.options.DATA_DIR, 'images', id);
      await writeFile(file(first), 'c');
      // A hole, which takes long to read and no room.
      const size = 2 ** 40;
      truncateSync(file(second), size);
      await sql(place, `UPDATE images SET size = ${size} WHERE id = '${second}'`);
      const { output, press, ended } = onTerminal('verify', place.options);
      await eventually(() => /images: 1 of 2, read: [\d.]+ MiB of 1\.0 TiB, damaged: 1/.test(output()));
      expect(output()).toContain(`damaged: ${first} in store file: sha512 is `);
      press(CONTROL_C);
      expect(await ended).toBe(1);
      expect(output()).toMatch(/ending after the current step; a second signal ends at once/);
      expect(output().trimEnd().split('\n').at(-1)).toMatch(/ended early; images: 1 of 2, .*damaged: 1/);
      expect(gateway.log.filter(({ level }) => Number(level) > 40)).toEqual([]);
    },
  );
});
