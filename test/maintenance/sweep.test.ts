import { randomUUID } from 'node:crypto';
import { utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { run } from '../support/client.js';
import { called } from '../support/command.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf, storedFiles } from '../support/image-state.js';
import { eventually } from '../support/poll.js';
import { sql } from '../support/sql.js';

const LONG_AGO = '2020-01-01 00:00:00';
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString().slice(0, 19).replace('T', ' ');
/** More than are looked up at a time. */
const MANY = 120;

onEachDatabase('the command `sweep`', (start, place) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    // It sweeps when it starts, and then not for a day.
    gateway = await start({ SWEEP_INTERVAL: '86400' });
  });

  const options = { ...place.options, UPLOAD_LEASE: '1' };
  const sweep = async () => {
    const { code, stdout } = await called(['sweep', '--json'], options);
    return { code, ...JSON.parse(stdout) };
  };
  const path = (name: string) => join(place.options.DATA_DIR, 'images', name);
  const ids = (length: number) => Array.from({ length }, () => randomUUID());
  const inserted = (table: string, columns: string, rows: string[]) =>
    sql(place, `INSERT INTO ${table} (${columns}) VALUES ${rows.map((row) => `(${row})`).join(', ')}`);

  /** Images whose data was arriving when their gateway died, with what it had written. */
  async function interrupted(images: string[]): Promise<void> {
    const image = `'saving', 0, 0, 0, 0, 0, 'private', '${LONG_AGO}', '${LONG_AGO}'`;
    const columns =
      'id, status, min_disk, min_ram, protected, deleted, os_hidden, visibility, created_at, updated_at';
    await inserted(
      'images',
      columns,
      images.map((id) => `'${id}', ${image}`),
    );
    const lease = `'a gateway that is gone', '${LONG_AGO}', '${LONG_AGO}'`;
    await inserted(
      'gateway_uploads',
      'id, image_id, node, created_at, deadline',
      images.map((id) => `'${id}', '${id}', ${lease}`),
    );
    await Promise.all(images.map((id) => writeFile(path(`.upload-${id}`), 'half')));
  }

  const scheduled = (locations: string[]) =>
    inserted(
      'gateway_removals',
      'id, image_id, location, due_at',
      locations.map((url) => `'${randomUUID()}', '${basename(url)}', '${url}', '${LONG_AGO}'`),
    );

  test('says that nothing was due', async () => {
    expect(await called(['sweep'], options)).toEqual({
      code: 0,
      stdout: 'uploads settled: 0, data removed: 0, temporary names removed: 0, failed: 0\n',
      stderr: '',
    });
  });

  test('settles nothing that it could not watch for long enough, since it was told to end', async () => {
    const [image] = ids(1);
    await interrupted([image]);
    const before = process.listenerCount('SIGINT');
    const running = called(['sweep', '--json'], { ...options, UPLOAD_LEASE: '600' });
    await eventually(() => process.listenerCount('SIGINT') > before);
    process.listeners('SIGINT').at(-1)!('SIGINT');
    const { code, stdout } = await running;
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      expect.objectContaining({ settled: 0, interrupted: true }),
    ]);
    expect(await sweep()).toMatchObject({ settled: 1 });
  });

  test('continues until nothing more is due', async () => {
    const [uploads, removed, temporary] = [ids(MANY), ids(MANY), ids(MANY)];
    await interrupted(uploads);
    await Promise.all(removed.map((id) => writeFile(path(id), 'data')));
    await scheduled(removed.map((id) => `file://${path(id)}`));
    for (const id of temporary) {
      await writeFile(path(`.upload-${id}`), 'half');
      await utimes(path(`.upload-${id}`), 0, 0);
    }
    expect(await sweep()).toEqual({
      code: 0,
      settled: MANY,
      removed: MANY,
      released: MANY,
      scrubbed: 0,
      foreign: 0,
      // The images were added past the gateway, which did not count them.
      recounted: 1,
      watched: 0,
      failed: 0,
    });
    expect(await storedFiles(place.options.DATA_DIR)).toEqual([]);
    expect(await stateOf(gateway, uploads[0])).toMatchObject({
      status: 'killed',
      statusReason: 'The gateway that was receiving the data stopped before it had arrived.',
    });
    for (const table of ['gateway_uploads', 'gateway_removals'])
      expect(await sql(place, `SELECT id FROM ${table}`)).toEqual([]);
  });

  test('leaves uploads alone that are not due or that are running', async () => {
    const [id] = ids(1);
    await interrupted([id]);
    await sql(place, `UPDATE gateway_uploads SET deadline = '${inAnHour()}'`);
    await utimes(path(`.upload-${id}`), 0, 0);
    expect(await sweep()).toMatchObject({ code: 0, settled: 0, released: 0 });
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'saving' });
  });

  test('settles an upload whose deadline lies years ahead, set by a clock that was wrong', async () => {
    await sql(place, "UPDATE gateway_uploads SET deadline = '2100-01-01 00:00:00'");
    expect(await sweep()).toMatchObject({ settled: 1 });
  });

  test('leaves an upload alone that is renewed, although the clock of its database node is behind', async () => {
    const [id] = ids(1);
    await interrupted([id]);
    let second = 0;
    const renewal = setInterval(() => {
      second = (second + 1) % 60;
      void sql(
        place,
        `UPDATE gateway_uploads SET deadline = '2020-01-01 00:00:${String(second).padStart(2, '0')}'`,
      );
    }, 200);
    expect(await sweep().finally(() => clearInterval(renewal))).toMatchObject({ code: 0, settled: 0 });
    expect(await stateOf(gateway, id)).toMatchObject({ status: 'saving' });
    await sql(place, 'DELETE FROM gateway_uploads');
  });

  test('reports what it could not do, does the rest, and leaves the failure to a later sweep', async () => {
    const [id] = ids(1);
    await writeFile(path(id), 'data');
    await scheduled(['file:///etc/hostname', `file://${path(id)}`]);
    const { code, stdout, stderr } = await called(['sweep'], options);
    expect([code, stdout]).toEqual([
      1,
      'uploads settled: 0, data removed: 1, temporary names removed: 0, failed: 1\n',
    ]);
    expect(stderr).toContain('the data of a deleted image could not be removed yet');
    expect(await sql(place, 'SELECT location FROM gateway_removals')).toEqual([
      { location: 'file:///etc/hostname' },
    ]);
    await sql(place, 'DELETE FROM gateway_removals');
  });

  test('scrubs too if deletion is delayed', async () => {
    const [id] = ids(1);
    await interrupted([id]);
    await sql(place, `DELETE FROM gateway_uploads WHERE id = '${id}'`);
    await run(gateway, gql('mutation ($id: ID!) { deleteImage(id: $id) { id } }'), { id });
    await sql(
      place,
      `UPDATE images SET status = 'pending_delete', deleted_at = '${LONG_AGO}' WHERE id = '${id}'`,
    );
    const { code, stdout } = await called(['sweep'], { ...options, DELAYED_DELETE: 'true' });
    expect([code, stdout]).toEqual([0, expect.stringContaining('scrubbed: 1, left to other stores: 0')]);
  });

  // The last one: what it logs of the store may come when it has ended.
  test('an unavailable store does not keep others from being swept, and is left to a later sweep', async () => {
    const [id] = ids(1);
    await interrupted([id]);
    const away = {
      STORES: 'far:s3,near:file',
      STORE_FAR_ENDPOINT: 'http://127.0.0.1:1',
      STORE_FAR_ACCESS_KEY: 'access',
      STORE_FAR_SECRET_KEY: 'secret',
    };
    const { code, stdout } = await called(['sweep', '--json'], { ...options, ...away });
    expect([code, JSON.parse(stdout).settled]).toEqual([1, 0]);
    expect((await stateOf(gateway, id)).status).toBe('killed');
    expect(await storedFiles(gateway.folder)).not.toContain(`.upload-${id}`);
    await sql(place, `UPDATE gateway_uploads SET deadline = '${LONG_AGO}' WHERE id = '${id}'`);
    expect((await sweep()).settled).toBe(1);
  });
});
