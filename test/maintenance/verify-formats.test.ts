import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { locationCipher } from '../../src/image/records/location-cipher.js';
import { createImage, putData } from '../support/client.js';
import { called } from '../support/command.js';
import { onEachDatabase, type TestGateway } from '../support/gateway.js';
import { be64, iso, qcow2 } from '../support/hand-made-images.js';
import { sql } from '../support/sql.js';

onEachDatabase('the command `verify --formats`', (start, place) => {
  let gateway: TestGateway;
  let images: Record<'fine' | 'large' | 'other' | 'unsafe' | 'lost', string>;
  beforeAll(async () => {
    gateway = await start({ IMAGE_FORMAT_CHECK: 'off' });
    const stored = async (diskFormat: string, data: BodyInit) => {
      const id = await createImage(gateway, { diskFormat, containerFormat: 'bare' });
      await putData(gateway, id, data);
      return id;
    };
    images = {
      fine: await stored('qcow2', qcow2()),
      large: await stored('iso', Buffer.concat([iso(), Buffer.alloc(3_000_000)])),
      other: await stored('raw', qcow2()),
      unsafe: await stored('qcow2', qcow2({ 8: be64(512) })),
      lost: await stored('raw', 'data'),
    };
    await rm(join(place.options.DATA_DIR, 'images', images.lost));
  });

  test('names each image that is unsafe, of another format, or missing', async () => {
    const { code, stdout } = await called(['verify', '--formats'], place.options);
    expect([code, stdout.trim().split('\n').sort()]).toEqual([
      1,
      [
        'images: 5 of 5, unsafe: 1, of another format: 1, missing: 1, unreadable: 0, as declared: 2, left to other stores: 0',
        `mismatched: ${images.other} in store file: diskFormat: is raw, and the data is qcow2.`,
        `missing: ${images.lost} in store file`,
        `unsafe: ${images.unsafe} in store file: The data is qcow2, and it names a backing file.`,
      ],
    ]);
  });

  test('prints findings and counts as lines of JSON, of the named images only', async () => {
    const { code, stdout } = await called(
      ['verify', '--formats', '--json', images.fine, images.unsafe],
      place.options,
    );
    expect([
      code,
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ]).toEqual([
      1,
      [
        {
          imageId: images.unsafe,
          store: 'file',
          outcome: 'unsafe',
          detectedFormat: 'qcow2',
          problem: 'The data is qcow2, and it names a backing file.',
        },
        { total: 2, images: 2, fitting: 1, mismatched: 0, unsafe: 1, missing: 0, unreadable: 0, foreign: 0 },
      ],
    ]);
  });

  test('leaves data to other stores, and names what it cannot find or read', async () => {
    const named = async (data = 'data') => {
      const id = await createImage(gateway, { diskFormat: 'raw', containerFormat: 'bare' });
      await putData(gateway, id, data);
      return id;
    };
    const [foreign, homeless, locked, empty] = [await named(), await named(), await named(), await named('')];
    const locate = (id: string, url: string) =>
      sql(place, `UPDATE image_locations SET value = '${url}' WHERE image_id = '${id}'`);
    await locate(foreign, 'rbd://cluster/pool/image/snap');
    await sql(place, `DELETE FROM image_locations WHERE image_id = '${homeless}'`);
    await locate(locked, locationCipher('0123456789abcdef').encrypt('file:///image'));
    const ids = [foreign, homeless, locked, empty];
    const { stdout } = await called(['verify', '--formats', ...ids], place.options);
    expect(stdout.trim().split('\n').sort()).toEqual([
      'images: 4 of 4, unsafe: 0, of another format: 0, missing: 1, unreadable: 1, as declared: 1, left to other stores: 1',
      `missing: ${homeless}`,
      `unreadable: ${locked}`,
    ]);
  });

  test('ends early when it is told to, with the counts until then', async () => {
    const before = process.listenerCount('SIGINT');
    const running = called(['verify', '--formats', '--json'], place.options);
    let isOver = false;
    void running.finally(() => (isOver = true));
    // The command is over sooner than a poll with pauses would see it.
    while (!isOver && process.listenerCount('SIGINT') === before) await nextTurn();
    process.listeners('SIGINT').at(-1)!('SIGINT');
    const { code, stdout } = await running;
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      expect.objectContaining({ images: 0, fitting: 0, interrupted: true }),
    ]);
  });

  test('ends well when all is well, and does not go with --deactivate', async () => {
    expect((await called(['verify', '--formats', images.large], place.options)).code).toBe(0);
    expect(await called(['verify', '--formats', '--deactivate'], place.options)).toMatchObject({
      code: 2,
      stderr: 'glance-graphql: --formats: does not go with --deactivate\n',
    });
  });
});
