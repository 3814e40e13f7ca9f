import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { StoreError, type Store, type StoredData } from '../../src/store/store.js';
import { bytesOf } from '../support/body.js';

/** A store to be looked at, and a way past it to what it holds. */
export interface Subject {
  store: Store;
  /** Names of all that the store holds for uploads to this image, finished or not. */
  contents(imageId: string): Promise<string[]>;
  /** Puts data under an image's name, as another program would. */
  putForeign(imageId: string, data: string): Promise<void>;
}

/** Bytes after which a store begins another segment. */
export const SEGMENT = 1024 * 1024;

const ODD_NAME = `0 %41+&=;,:!$'()*~[]{}|^"<>\`ä€😀`;

/** What every store does, whatever it is made of. */
export function conformsAsStore(name: string, subject: () => Subject): void {
  describe(`the store contract, ${name}`, () => {
    test.each([
      ['nothing', 0],
      ['one byte', 1],
      ['a segment', SEGMENT],
      ['a byte more than a segment', SEGMENT + 1],
      ['two segments and a half', 2.5 * SEGMENT],
    ])('%s comes back as it was, whole and in ranges', async (_, size) => {
      const { store } = subject();
      const data = randomBytes(size);
      const location = await stored(store, randomUUID(), data);
      const opened = await store.open(location);
      expect(opened.size).toBe(size);
      if (size > 0) expect(digest(await read(opened))).toBe(digest(data));
      await opened.close();
      const middle = { start: Math.floor(size / 3), end: size - 2 };
      if (size < 3) return;
      const part = await store.open(location);
      expect(digest(await read(part, middle))).toBe(digest(data.subarray(middle.start, middle.end + 1)));
      await part.close();
    });

    test('a location is its own, and not that of a store elsewhere', async () => {
      const { store } = subject();
      const location = await stored(store, randomUUID(), Buffer.from('data'));
      expect(store.holds(location)).toBe(true);
      expect(store.schemes).toContain(location.split(':')[0]);
      for (const other of OUTSIDE) {
        expect(store.holds(other)).toBe(false);
        await expect(store.open(other)).rejects.toMatchObject({ fault: 'missing' });
        await expect(store.remove(other)).rejects.toMatchObject({ fault: 'unavailable' });
      }
    });

    test('the name of some data shows that the store holds data', async () => {
      const { store } = subject();
      await stored(store, randomUUID(), Buffer.from('data'));
      const name = await store.sample();
      const opened = await store.open(store.locationOf(name!));
      await opened.close();
    });

    test('every step may be repeated', async () => {
      const { store, contents } = subject();
      const upload = newUpload();
      await store.prepare();
      await store.prepare();
      await store.write(upload, inPieces(Buffer.from('data')));
      const location = await store.publish(upload);
      expect(await store.publish(upload)).toBe(location);
      await store.release(upload);
      await store.release(upload);
      expect((await readAll(store, location)).toString()).toBe('data');
      await store.remove(location);
      await store.remove(location);
      await store.discard(upload);
      await store.discard(upload);
      expect(await contents(upload.imageId)).toEqual([]);
      await expect(store.open(location)).rejects.toMatchObject({ fault: 'missing' });
    });

    test('large data is removed completely', async () => {
      const { store, contents } = subject();
      const imageId = randomUUID();
      const location = await stored(store, imageId, randomBytes(2 * SEGMENT + 1));
      expect(await contents(imageId)).not.toEqual([]);
      await store.remove(location);
      expect(await contents(imageId)).toEqual([]);
    });

    test.each([
      ['before its first byte', 0],
      ['once small data is written', 1],
      ['once large data is written', SEGMENT * 2],
    ])('an upload discarded %s leaves nothing behind, published or not', async (_, size) => {
      const { store, contents } = subject();
      for (const isPublished of size > 0 ? [false, true] : [false]) {
        const upload = newUpload();
        if (size > 0) await store.write(upload, inPieces(randomBytes(size)));
        if (isPublished) await store.publish(upload);
        await store.discard(upload);
        expect(await contents(upload.imageId)).toEqual([]);
      }
    });

    test('an upload that breaks off or is aborted leaves no data behind', async () => {
      const { store, contents } = subject();
      const broken = newUpload();
      await expect(store.write(broken, breaking(SEGMENT * 2))).rejects.toThrow('broke off');
      const stop = new AbortController();
      const unwanted = newUpload();
      const writing = store.write(unwanted, stopping(stop, SEGMENT * 2), { signal: stop.signal });
      await expect(writing).rejects.toThrow('not wanted');
      await store.discard(broken);
      await store.discard(unwanted);
      for (const { imageId } of [broken, unwanted]) expect(await contents(imageId)).toEqual([]);
    });

    test('an aborted request is not started, and an aborted read ends', async () => {
      const { store, contents } = subject();
      const stop = new AbortController();
      const upload = newUpload();
      await store.write(upload, inPieces(randomBytes(8 * SEGMENT)));
      const location = await store.publish(upload);
      const opened = await store.open(location, stop.signal);
      const reading = opened.read({ start: 0, end: opened.size - 1 })[Symbol.asyncIterator]();
      expect((await reading.next()).done).toBe(false);
      stop.abort(new Error('not wanted'));
      await expect(reading.next()).rejects.toThrow('not wanted');
      await opened.close();
      await expect(store.open(location, stop.signal)).rejects.toThrow('not wanted');
      await expect(store.remove(location, stop.signal)).rejects.toThrow('not wanted');
      await expect(store.discard(upload, stop.signal)).rejects.toThrow('not wanted');
      expect((await readAll(store, location)).length).toBe(8 * SEGMENT);
      await store.discard(upload);
      expect(await contents(upload.imageId)).toEqual([]);
    });

    test('foreign data under the name of the image is neither replaced nor removed', async () => {
      const { store, contents, putForeign } = subject();
      for (const size of [4, SEGMENT * 1.5]) {
        const upload = newUpload();
        await putForeign(upload.imageId, 'another');
        const taken = async () => {
          await store.write(upload, inPieces(randomBytes(size)));
          await store.publish(upload);
        };
        await expect(taken()).rejects.toMatchObject({ fault: 'conflict' });
        await store.discard(upload);
        expect((await readAll(store, store.locationOf(upload.imageId))).toString()).toBe('another');
        expect(await contents(upload.imageId)).toHaveLength(1);
      }
    });

    test('the second of two uploads for one image fails and removes nothing of the first', async () => {
      const { store } = subject();
      const first = newUpload();
      const second = { id: randomUUID(), imageId: first.imageId };
      const data = randomBytes(SEGMENT + 1);
      await store.write(first, inPieces(data));
      const location = await store.publish(first);
      await store.release(first);
      const taken = async () => {
        await store.write(second, inPieces(randomBytes(SEGMENT + 2)));
        await store.publish(second);
      };
      await expect(taken()).rejects.toMatchObject({ fault: 'conflict' });
      await store.discard(second);
      expect(digest(await readAll(store, location))).toBe(digest(data));
    });

    test('an image whose name begins with the name of another is separate from it', async () => {
      const { store } = subject();
      const name = randomUUID().slice(0, 8);
      const names = [name, `${name}-`, `${name}-1`, `${name}-00001-`];
      const images = await Promise.all(
        names.map(async (imageId) => {
          const data = randomBytes(SEGMENT + 1);
          return { data, location: await stored(store, imageId, data) };
        }),
      );
      for (const { data, location } of images)
        expect(digest(await readAll(store, location))).toBe(digest(data));
      const [first, ...others] = images;
      await store.remove(first.location);
      for (const { data, location } of others)
        expect(digest(await readAll(store, location))).toBe(digest(data));
    });

    test('an upload of a process that ended is discarded by another', async () => {
      const { store, contents } = subject();
      const upload = newUpload();
      await store.write(upload, inPieces(randomBytes(SEGMENT * 2)));
      // Forgets what it knew of the upload, as a process that ends does; a file keeps its temporary name.
      if (store.isRemote) await store.release(upload);
      await store.discard(upload);
      expect(await contents(upload.imageId)).toEqual([]);
    });

    test.each([
      ['characters of every kind', ODD_NAME],
      ['what separates the parts of a URL', 'a?b#c\\d;e=f&g'],
      ['dots', 'a..b.'],
    ])('a name with %s is kept as it is', (_, imageId) => isKept(subject(), imageId));

    test.each(['', '.', '..', '../images', 'a/b', 'a\0b'])(
      '%j is no name for data: nothing is written or removed',
      (imageId) => isRefused(subject(), imageId),
    );

    test('control characters in a name are kept by a folder, and refused elsewhere', async () => {
      const all = String.fromCharCode(...Array.from({ length: 31 }, (_, index) => index + 1), 127);
      if (!subject().store.isRemote) return isKept(subject(), all);
      for (const each of all) await isRefused(subject(), `a${each}`);
    });
  });
}

/** Data large and small comes back under the name, and goes from it. */
async function isKept({ store, contents }: Subject, imageId: string): Promise<void> {
  for (const size of [3, SEGMENT + 1]) {
    const data = randomBytes(size);
    const location = await stored(store, imageId, data);
    expect(await contents(imageId)).toContain(imageId);
    expect(digest(await readAll(store, location))).toBe(digest(data));
    await store.remove(location);
    expect(await contents(imageId)).toEqual([]);
  }
  const upload = { id: randomUUID(), imageId };
  await store.write(upload, inPieces(randomBytes(2 * SEGMENT)));
  if (store.isRemote) await store.release(upload);
  await store.discard(upload);
  expect(await contents(imageId)).toEqual([]);
}

/** Nothing comes under the name, and nothing else goes by it. */
async function isRefused({ store, contents }: Subject, imageId: string): Promise<void> {
  const other = randomUUID();
  const location = await stored(store, other, Buffer.from('data'));
  const upload = { id: randomUUID(), imageId };
  await expect(store.write(upload, inPieces(Buffer.from('odd')))).rejects.toBeInstanceOf(StoreError);
  const named = location.replace(other, imageId);
  await expect(store.open(named)).rejects.toBeInstanceOf(StoreError);
  await expect(store.remove(named)).rejects.toBeInstanceOf(StoreError);
  expect((await readAll(store, location)).toString()).toBe('data');
  expect(await contents(other)).toEqual([other]);
}

/** What everything does that data can be read from. */
export function conformsForReading(name: string, open: (data: Buffer) => Promise<StoredData>): void {
  describe(`reading, ${name}`, () => {
    test('the size is known before the data, and the data is all of it', async () => {
      const data = randomBytes(3_000_000);
      const opened = await open(data);
      expect(opened.size).toBe(data.length);
      expect(digest(await read(opened))).toBe(digest(data));
      await opened.close();
    });

    test('a range is read from its first to its last byte', async () => {
      const opened = await open(Buffer.from('abcdefghij'));
      expect((await read(opened, { start: 2, end: 4 })).toString()).toBe('cde');
      await opened.close();
    });

    test('a reader that stops releases the data', async () => {
      const opened = await open(randomBytes(8_000_000));
      for await (const piece of opened.read({ start: 0, end: opened.size - 1 })) {
        expect(piece.length).toBeGreaterThan(0);
        break;
      }
      await opened.close();
    });
  });
}

/** Sends data through all steps and gives its location. */
export async function stored(store: Store, imageId: string, data: Buffer): Promise<string> {
  const upload = { id: randomUUID(), imageId };
  await store.write(upload, inPieces(data), { size: data.length });
  const location = await store.publish(upload);
  await store.release(upload);
  return location;
}

export async function readAll(store: Store, location: string): Promise<Buffer> {
  const opened = await store.open(location);
  try {
    return await read(opened);
  } finally {
    await opened.close();
  }
}

export async function* inPieces(data: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < data.length; at += 777_777) yield data.subarray(at, at + 777_777);
}

const OUTSIDE = [
  'file:///elsewhere/image',
  'swift+config://elsewhere/glance/image',
  'swift+https://some:body:secret@elsewhere.example.org/v3/glance/image',
  's3+https://some:body@elsewhere.example.org/glance/image',
  'https://example.org/image',
  'swift+http://http://twice/image',
  '',
];

const newUpload = () => ({ id: randomUUID(), imageId: randomUUID() });

const digest = (data: Buffer) => createHash('sha256').update(data).digest('hex');

async function read(opened: StoredData, range = { start: 0, end: opened.size - 1 }): Promise<Buffer> {
  return bytesOf(opened.read(range));
}

async function* breaking(size: number): AsyncGenerator<Buffer> {
  yield* inPieces(randomBytes(size));
  throw new Error('broke off');
}

async function* stopping(stop: AbortController, size: number): AsyncGenerator<Buffer> {
  yield* inPieces(randomBytes(size));
  stop.abort(new Error('not wanted'));
  for (;;) yield Buffer.from('more');
}
