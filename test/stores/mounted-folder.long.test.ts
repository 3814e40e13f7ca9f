import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createActiveImage, createImage, putData, run, statusAndCode } from '../support/client.js';
import { called } from '../support/command.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { stateOf } from '../support/image-state.js';
import { isMountable, mountedFolder, type MountedFolder } from '../support/mounted.js';
import { eventually } from '../support/poll.js';
import { sql } from '../support/sql.js';
import { swept } from '../support/swept.js';

const FORMATS = { diskFormat: 'raw', containerFormat: 'bare' };
const DELETE = gql('mutation ($id: ID!) { deleteImage(id: $id) { status } }');

const ready = async ({ url }: TestGateway) => (await fetch(`${url}/ready`)).status;
const dataOf = ({ url }: TestGateway, id: string) => fetch(`${url}/data/${id}`);
const messages = ({ log }: TestGateway) => log.map(({ msg, err }) => `${msg} ${(err as Error)?.message}`);
const withMessage = (gateway: TestGateway, part: string) =>
  messages(gateway).filter((message) => message.includes(part));

describe.skipIf(!isMountable)('the file system of a store', () => {
  onEachDatabase('is unmounted', (start, place) => {
    let disk: MountedFolder;
    let options: Record<string, string>;
    let gateway: TestGateway;
    beforeAll(() => {
      disk = mountedFolder();
      options = { FILESYSTEM_STORE_DATADIR: disk.path, SWEEP_INTERVAL: '1', UPLOAD_LEASE: '3' };
    });
    afterAll(() => disk.remove());

    /** Lets the sweep repeat removals at once. */
    const removeNow = () => sql(place, "UPDATE gateway_removals SET due_at = '2001-01-01 00:00:00.000000'");
    const refusesWork = async (id: string) => {
      expect(await ready(gateway)).toBe(503);
      const refused = await createImage(gateway, FORMATS);
      expect(await statusAndCode(await putData(gateway, refused, 'lost'))).toEqual([
        503,
        'STORE_UNAVAILABLE',
      ]);
      expect((await stateOf(gateway, refused)).status).toBe('killed');
      expect(await statusAndCode(await dataOf(gateway, id))).toEqual([503, 'STORE_UNAVAILABLE']);
      expect(withMessage(gateway, `the folder ${disk.path} `)).not.toEqual([]);
      await run(gateway, DELETE, { id });
      await removeNow();
      await eventually(() => withMessage(gateway, 'could not be removed yet').length > 1);
      expect(readdirSync(disk.path)).toEqual([]);
    };
    const worksAgain = async (id: string) => {
      expect(readdirSync(disk.path)).toContain(id);
      await eventually(
        () => ready(gateway),
        (status) => status === 200,
      );
      const other = await createActiveImage(gateway, 'data');
      await removeNow();
      await swept(place);
      expect(readdirSync(disk.path)).not.toContain(id);
      expect(await (await dataOf(gateway, other)).text()).toBe('data');
    };

    test('under a running gateway: work with its data is refused, and deletions are done when it is back', async () => {
      gateway = await start(options);
      const id = await createActiveImage(gateway, 'data');
      disk.unmount();
      await refusesWork(id);
      disk.mount();
      await worksAgain(id);
    });

    test('during an upload: the image is not active without its data', async () => {
      const id = await createImage(gateway, FORMATS);
      const body = new TransformStream<Uint8Array, Uint8Array>();
      const sender = body.writable.getWriter();
      const answer = putData(gateway, id, body.readable);
      await sender.write(Buffer.from('half'));
      await eventually(() => readdirSync(disk.path).some((name) => name.startsWith('.upload-')));
      disk.unmount();
      await sender.write(Buffer.from('full'));
      await sender.close();
      expect(await statusAndCode(await answer)).toEqual([503, 'STORE_UNAVAILABLE']);
      expect((await stateOf(gateway, id)).status).not.toBe('active');
      disk.mount();
      await swept(place);
      expect(readdirSync(disk.path).filter((name) => name.includes(id) || name.startsWith('.'))).toEqual([]);
    });

    test('before the start: the same, and the commands do not take the data for lost', async () => {
      const id = await createActiveImage(gateway, 'data');
      await gateway.close();
      disk.unmount();
      gateway = await start(options);
      expect(
        withMessage(gateway, `The folder ${disk.path} is empty, but the database records data in it`),
      ).toHaveLength(1);
      await refusesWork(id);
      await removeNow();
      const verified = await called(['verify', '--json'], { ...place.options, ...options });
      expect(verified.code).toBe(1);
      expect(verified.stdout).not.toContain('"outcome":"missing"');
      expect((await called(['sweep'], { ...place.options, ...options })).stderr).toContain(
        'is empty, but the database',
      );
      disk.mount();
      await worksAgain(id);
      await gateway.close();
    });
  });

  onSqlite('becomes read-only', (start, place) => {
    let disk: MountedFolder;
    let options: Record<string, string>;
    let gateway: TestGateway;
    beforeAll(() => {
      disk = mountedFolder();
      options = { FILESYSTEM_STORE_DATADIR: disk.path, SWEEP_INTERVAL: '1' };
    });
    afterAll(() => disk.remove());

    const readsOnly = async (id: string) => {
      for (let count = 0; count < 3; count += 1) expect(await ready(gateway)).toBe(200);
      expect(withMessage(gateway, 'the store file is read-only: ')).toHaveLength(1);
      expect(await (await dataOf(gateway, id)).text()).toBe('data');
      const refused = await createImage(gateway, FORMATS);
      expect(await statusAndCode(await putData(gateway, refused, 'data'))).toEqual([503, 'STORE_READ_ONLY']);
      expect((await stateOf(gateway, refused)).status).toBe('killed');
      expect(await sql(place, 'SELECT * FROM gateway_uploads')).toEqual([]);
    };
    const writesAgain = async () => {
      disk.remount('rw');
      await createActiveImage(gateway, 'data');
      expect(await ready(gateway)).toBe(200);
      expect(withMessage(gateway, 'the store file can be written to again')).toHaveLength(1);
    };

    test('under a running gateway: it is ready, serves data, and refuses uploads until it can write', async () => {
      gateway = await start(options);
      const id = await createActiveImage(gateway, 'data');
      disk.remount('ro');
      await readsOnly(id);
      await writesAgain();
      await gateway.close();
    });

    test('before the start: the same, and `check` says so', async () => {
      gateway = await start(options);
      const id = await createActiveImage(gateway, 'data');
      await gateway.close();
      disk.remount('ro');
      const { code, stdout } = await called(['check'], { ...place.options, ...options });
      expect([code, stdout]).toEqual([1, expect.stringMatching(/^warning: .* cannot be written to: /m)]);
      expect(stdout).toContain('The gateway can run here, but would refuse part of its work.');
      gateway = await start(options);
      await readsOnly(id);
      await writesAgain();
      await gateway.close();
    });
  });
});

onSqlite('the folder of a store', (start, place) => {
  test('is replaced by an older one under a running gateway: it is refused until the original is back', async () => {
    mkdirSync(join(place.options.DATA_DIR, 'older'));
    const gateway = await start();
    const [folder, other] = [
      join(place.options.DATA_DIR, 'images'),
      join(place.options.DATA_DIR, 'elsewhere'),
    ];
    const id = await createActiveImage(gateway, 'data');
    const older = join(place.options.DATA_DIR, 'older');
    renameSync(folder, other);
    expect(await ready(gateway)).toBe(503);
    renameSync(older, folder);
    expect(await ready(gateway)).toBe(503);
    expect((await putData(gateway, await createImage(gateway, FORMATS), 'lost')).status).toBe(503);
    expect(readdirSync(folder)).toEqual([]);
    rmdirSync(folder);
    renameSync(other, folder);
    expect(await ready(gateway)).toBe(200);
    expect(await (await dataOf(gateway, id)).text()).toBe('data');
    await gateway.close();
  });

  test('works after all its files were removed by hand, and after a move to a new disk', async () => {
    const folder = join(place.options.DATA_DIR, 'images');
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    const emptied = await start();
    expect(await ready(emptied)).toBe(200);
    const id = await createActiveImage(emptied, 'data');
    await emptied.close();
    renameSync(folder, `${folder}-old`);
    mkdirSync(folder);
    renameSync(join(`${folder}-old`, id), join(folder, id));
    const moved = await start();
    expect(await ready(moved)).toBe(200);
    expect(await (await dataOf(moved, id)).text()).toBe('data');
    await moved.close();
  });
});
