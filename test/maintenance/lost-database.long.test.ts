import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createActiveImage, run } from '../support/client.js';
import { called } from '../support/command.js';
import { onEachDatabase, onSqlite, type TestGateway } from '../support/gateway.js';
import { gql } from '../support/gql.js';
import { eventually } from '../support/poll.js';
import { spawnGateway } from '../support/process.js';

const COUNT = gql('{ images { totalCount } }');
const LOST = /^The database has no image, but the store file \(.+\) holds data, such as [0-9a-f-]{36}: /;
const warnings = ({ log }: TestGateway) => log.map(({ msg }) => String(msg)).filter((msg) => LOST.test(msg));

onSqlite('the file of the embedded database alone', (start, place) => {
  const FILE = 'glance-graphql.sqlite';
  const folder = place.options.DATA_DIR;
  const bytesBeside = () => {
    const log = join(folder, `${FILE}-wal`);
    return existsSync(log) ? statSync(log).size : 0;
  };

  test.each(['SIGTERM', 'SIGINT'] as const)('has every image after a stop by %s', async (signal) => {
    const stopped = await spawnGateway(place.options);
    for (let count = 0; count < 12; count += 1) await createActiveImage(stopped, 'data');
    expect(bytesBeside()).toBeGreaterThan(0);
    const { images } = await run(stopped, COUNT);
    stopped.kill(signal);
    expect((await stopped.ended).code).toBe(0);
    expect(bytesBeside()).toBe(0);
    const copy = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
    try {
      copyFileSync(join(folder, FILE), join(copy, FILE));
      const restored = await start({ DATA_DIR: copy, FILESYSTEM_STORE_DATADIR: join(folder, 'images') });
      expect((await run(restored, COUNT)).images).toEqual(images);
      expect(warnings(restored)).toEqual([]);
      await restored.close();
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  test.each([['verify'], ['sweep'], ['migrate']])(
    'has every change after the command %s',
    async (command) => {
      expect((await called([command], place.options)).code).toBe(0);
      expect(bytesBeside()).toBe(0);
    },
  );
});

onEachDatabase('an empty database, where a store holds data of images', (start, place) => {
  const lost = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
  const images = (folder: string) => ({ FILESYSTEM_STORE_DATADIR: folder });

  test('brings a warning at the start, from `check` and from `verify`', async () => {
    writeFileSync(join(lost, '6f0c8d0e-3c1b-4f5e-9d43-0a1b2c3d4e5f'), 'data');
    const gateway = await start(images(lost));
    await eventually(() => warnings(gateway).length === 1);
    expect(warnings(gateway)[0]).toContain(lost);
    const options = { ...place.options, ...images(lost) };
    const checked = await called(['check'], options);
    expect([checked.code, checked.stdout]).toEqual([
      1,
      expect.stringContaining('warning: The database has no'),
    ]);
    expect((await called(['verify'], options)).stderr).toContain('The database has no image, but the store');
    await gateway.close();
  });

  test('brings none for an empty folder, for other files, and when the database has images', async () => {
    rmSync(join(lost, '6f0c8d0e-3c1b-4f5e-9d43-0a1b2c3d4e5f'));
    for (const name of ['lost+found', '.upload-of-another', 'README'])
      writeFileSync(join(lost, name), 'no image');
    const other = { ...place.options, ...images(lost) };
    expect((await called(['check'], other)).stdout).toMatch(/^The gateway can run here\.$/m);
    const gateway = await start();
    await createActiveImage(gateway, 'data');
    expect((await called(['check'], place.options)).stdout).toMatch(/^The gateway can run here\.$/m);
    await gateway.close();
    rmSync(lost, { recursive: true });
  });
});
