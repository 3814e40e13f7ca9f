import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { link, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { fileStore } from '../../src/store/file-store.js';
import { bytesOf } from '../support/body.js';

const root = mkdtempSync(join(tmpdir(), 'glance-graphql-test-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A store in a folder of its own, and an upload that has not begun. */
async function fresh() {
  const folder = join(root, randomUUID());
  const store = fileStore(folder);
  await store.prepare();
  const upload = { id: randomUUID(), imageId: randomUUID() };
  return {
    folder,
    store,
    upload,
    final: join(folder, upload.imageId),
    temporary: join(folder, `.upload-${upload.id}`),
    files: async () => (await readdir(folder)).sort(),
  };
}

async function* pieces(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function read(store: ReturnType<typeof fileStore>, location: string): Promise<string> {
  const data = await store.open(location);
  return (await bytesOf(data.read({ start: 0, end: data.size - 1 }))).toString();
}

test('written data is not under its final name before it is published', async () => {
  const { store, upload, temporary, files } = await fresh();
  await store.write(upload, pieces('a', 'b'), undefined);
  expect(await files()).toEqual([`.upload-${upload.id}`]);
  expect(await readFile(temporary, 'utf8')).toBe('ab');
});

test('published data can be read before it is released', async () => {
  const { store, upload, final, files } = await fresh();
  await store.write(upload, pieces('data'), { size: 4 });
  const location = await store.publish(upload);
  expect(location).toBe(`file://${final}`);
  expect(await read(store, location)).toBe('data');
  await store.release(upload);
  expect(await files()).toEqual([upload.imageId]);
  expect(await read(store, location)).toBe('data');
});

test('an upload without a byte is a file of no size', async () => {
  const { store, upload } = await fresh();
  await store.write(upload, pieces(), { size: 0 });
  const data = await store.open(await store.publish(upload));
  expect(data.size).toBe(0);
  await data.close();
});

test('many small pieces and large ones arrive as they were', async () => {
  const { store, upload, final } = await fresh();
  const parts = Array.from({ length: 3000 }, (_, n) => String(n).repeat(n % 500));
  parts.push('z'.repeat(3_000_000));
  await store.write(upload, pieces(...parts), undefined);
  await store.publish(upload);
  expect((await readFile(final, 'utf8')) === parts.join('')).toBe(true);
});

test('a range is read from its first to its last byte', async () => {
  const { store, upload } = await fresh();
  await store.write(upload, pieces('abcdefghij'), undefined);
  const data = await store.open(await store.publish(upload));
  expect((await bytesOf(data.read({ start: 2, end: 4 }))).toString()).toBe('cde');
  await data.close();
});

test('every step may be repeated', async () => {
  const { store, upload, files } = await fresh();
  await store.prepare();
  await store.write(upload, pieces('data'), undefined);
  const location = await store.publish(upload);
  expect(await store.publish(upload)).toBe(location);
  await store.release(upload);
  await store.release(upload);
  expect(await read(store, location)).toBe('data');
  await store.remove(location);
  await store.remove(location);
  await store.discard(upload);
  await store.discard(upload);
  expect(await files()).toEqual([]);
});

test('discarding removes everything that was written, at whatever point', async () => {
  for (const steps of [0, 1, 2]) {
    const { store, upload, files } = await fresh();
    if (steps > 0) await store.write(upload, pieces('data'), undefined);
    if (steps > 1) await store.publish(upload);
    await store.discard(upload);
    expect(await files()).toEqual([]);
  }
});

test('an upload that broke off can be discarded', async () => {
  const { store, upload, files } = await fresh();
  async function* breaking(): AsyncGenerator<Buffer> {
    yield Buffer.alloc(2_000_000);
    throw new Error('broke off');
  }
  await expect(store.write(upload, breaking(), undefined)).rejects.toThrow('broke off');
  await store.discard(upload);
  expect(await files()).toEqual([]);
});

test('discarding after the release leaves the data', async () => {
  const { store, upload } = await fresh();
  await store.write(upload, pieces('data'), undefined);
  const location = await store.publish(upload);
  await store.release(upload);
  await store.discard(upload);
  expect(await read(store, location)).toBe('data');
});

test('a file that stands under the final name is never replaced nor removed', async () => {
  const { store, upload, final, files } = await fresh();
  await writeFile(final, 'another');
  await store.write(upload, pieces('ours'), undefined);
  await expect(store.publish(upload)).rejects.toMatchObject({ fault: 'conflict' });
  await store.discard(upload);
  expect(await files()).toEqual([upload.imageId]);
  expect(await readFile(final, 'utf8')).toBe('another');
});

test('the second of two uploads to publish one image fails and removes nothing of the first', async () => {
  const { store, upload, final } = await fresh();
  const second = { id: randomUUID(), imageId: upload.imageId };
  await store.write(upload, pieces('first'), undefined);
  await store.write(second, pieces('second'), undefined);
  await store.publish(upload);
  await expect(store.publish(second)).rejects.toMatchObject({ fault: 'conflict' });
  await store.discard(second);
  expect(await readFile(final, 'utf8')).toBe('first');
});

test('the remains of a process that died after publishing are removed', async () => {
  const { store, upload, final, temporary, files } = await fresh();
  await writeFile(temporary, 'data');
  await link(temporary, final);
  await store.discard(upload);
  expect(await files()).toEqual([]);
});

test('a declared size that does not fit is refused at once', async () => {
  const { store, upload, files } = await fresh();
  const never = pieces('never read');
  await expect(store.write(upload, never, { size: Number.MAX_SAFE_INTEGER })).rejects.toMatchObject({
    fault: 'full',
  });
  expect(await files()).toEqual([]);
});

test('absent data is missing, and a place outside the folder is not read', async () => {
  const { store, final } = await fresh();
  await expect(store.open(`file://${final}`)).rejects.toMatchObject({ fault: 'missing' });
  const outside = join(root, 'outside');
  await writeFile(outside, 'precious');
  for (const location of [`file://${outside}`, `file://${final}/../../outside`, 'https://host/x', '']) {
    await expect(store.open(location)).rejects.toMatchObject({ fault: 'missing' });
    await expect(store.remove(location)).rejects.toMatchObject({ fault: 'unavailable' });
  }
  expect(await readFile(outside, 'utf8')).toBe('precious');
});

test('further folders are read and removed from, directly and through no link', async () => {
  const { folder, upload } = await fresh();
  const glances = join(root, 'of Glance, 100%');
  await mkdir(join(glances, 'inner'), { recursive: true });
  await writeFile(join(root, 'secret'), 'precious');
  await writeFile(join(glances, 'inner', 'file'), 'deeper');
  await symlink(join(root, 'secret'), join(glances, 'link'));
  spawnSync('mkfifo', [join(glances, 'pipe')]);
  const store = fileStore(folder, { further: [glances] });
  await store.prepare();

  await writeFile(join(glances, upload.imageId), 'by Glance');
  for (const location of [
    `file://${glances}/${upload.imageId}`,
    pathToFileURL(join(glances, upload.imageId)).href,
  ])
    expect(await read(store, location)).toBe('by Glance');
  for (const name of ['link', 'inner', 'inner/file', '.', '../secret', 'pipe'])
    await expect(store.open(`file://${glances}/${name}`)).rejects.toMatchObject({ fault: 'missing' });
  await expect(fileStore(folder).open(`file://${glances}/${upload.imageId}`)).rejects.toMatchObject({
    fault: 'missing',
  });

  await store.remove(`file://${glances}/${upload.imageId}`);
  await store.remove(`file://${glances}/link`);
  expect(await readdir(glances)).toEqual(['inner', 'pipe']);
  expect(await readFile(join(root, 'secret'), 'utf8')).toBe('precious');
});

test('a location is written letter by letter, as Glance reads it', async () => {
  const folder = join(root, 'with blank and 50%20');
  const store = fileStore(folder);
  await store.prepare();
  const upload = { id: randomUUID(), imageId: randomUUID() };
  await store.write(upload, pieces('data'), undefined);
  const location = await store.publish(upload);
  expect(location).toBe(`file://${folder}/${upload.imageId}`);
  expect(await read(store, location)).toBe('data');
});

test('a folder that cannot be read is named', async () => {
  const { folder } = await fresh();
  await writeFile(join(root, 'no-folder'), '');
  for (const [further, code] of [
    [join(root, 'nowhere'), 'ENOENT'],
    [join(root, 'no-folder'), 'ENOTDIR'],
  ])
    await expect(fileStore(folder, { further: [further] }).prepare()).rejects.toThrow(
      `${further} cannot be read: ${code}`,
    );
});

test('an image id that is no file name is refused', async () => {
  const { store } = await fresh();
  for (const imageId of ['../outside', '.upload-x', '..', 'a/b', 'a\0b', '']) {
    const upload = { id: randomUUID(), imageId };
    await expect(store.write(upload, pieces('data'))).rejects.toMatchObject({ fault: 'unavailable' });
  }
});

test('only uploads that have been silent for hours count as abandoned', async () => {
  const { store, upload, temporary, final } = await fresh();
  await store.write(upload, pieces('data'), undefined);
  await writeFile(final, 'an image');
  expect(await store.abandoned()).toEqual([]);
  const long = new Date(Date.now() - 2 * 60 * 60 * 1000);
  await utimes(temporary, long, long);
  await utimes(final, long, long);
  expect(await store.abandoned()).toEqual([upload.id]);
});

test('files are closed to other users of the machine', async () => {
  const { store, upload, final } = await fresh();
  await store.write(upload, pieces('data'), undefined);
  await store.publish(upload);
  expect((await stat(final)).mode & 0o007).toBe(0);
});
