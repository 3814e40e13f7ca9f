import { constants } from 'node:fs';
import { access, link, lstat, mkdir, open, readdir, statfs, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gathered, named, writeAll } from './file-access.js';
import { StoreError, type Store, type Upload } from './store.js';

const READ_CHUNK = 1024 * 1024;
const WRITE_CHUNK = 1024 * 1024;
const SILENT_FOR_MS = 60 * 60 * 1000;
const TEMPORARY = /^\.upload-([0-9a-f-]{36})$/;

/**
 * Image data as files named by image id in one folder, as Glance's file store has them. Data arrives
 * under a temporary name and is linked to its final one: unlike renaming, linking never replaces a file
 * that stands there already. The temporary name stays until the image's record is written, so that the
 * final file can be told to be ours if the process dies in between.
 */
export function fileStore(folder: string, name = 'file'): Store {
  const root = resolve(folder);
  const temporary = (upload: Upload) => join(root, `.upload-${upload.id}`);
  const final = (upload: Upload) => join(root, safeName(upload.imageId));

  return {
    name,
    kind: 'file',
    schemes: ['file', 'filesystem'],
    place: root,
    isRemote: false,

    locationOf: (imageId) => pathToFileURL(join(root, imageId)).href,

    holds: (location) => nameIn(location, root) !== undefined,

    prepare: () =>
      named(async () => {
        await mkdir(root, { recursive: true, mode: 0o750 });
        await access(root, constants.W_OK);
      }),

    write: (upload, data, { size, signal } = {}) =>
      named(async () => {
        if (size !== undefined) await requireRoom(root, size);
        const file = await open(temporary(upload), 'wx', 0o640);
        try {
          for await (const chunk of gathered(data, WRITE_CHUNK)) {
            signal?.throwIfAborted();
            await writeAll(file, chunk);
          }
        } finally {
          await file.close();
        }
      }),

    publish: (upload) =>
      named(async () => {
        await syncPath(temporary(upload));
        await link(temporary(upload), final(upload)).catch(async (error: unknown) => {
          if (!(await isSameFile(temporary(upload), final(upload)))) throw error;
        });
        await syncPath(root);
        return pathToFileURL(final(upload)).href;
      }),

    release: (upload) => named(() => unlinkIfThere(temporary(upload))),

    discard: (upload) =>
      named(async () => {
        if (await isSameFile(temporary(upload), final(upload))) await unlinkIfThere(final(upload));
        await unlinkIfThere(temporary(upload));
        await syncPath(root);
      }),

    open: (location) =>
      named(async () => {
        const file = await open(pathOf(location, root, 'missing'), constants.O_RDONLY | constants.O_NOFOLLOW);
        const { size } = await file.stat();
        return {
          size,
          read: ({ start, end }) => file.createReadStream({ start, end, highWaterMark: READ_CHUNK }),
          close: () => file.close(),
        };
      }),

    remove: (location) =>
      named(async () => {
        await unlinkIfThere(pathOf(location, root, 'unavailable'));
        await syncPath(root);
      }),

    abandoned: () =>
      named(async () => {
        const ids: string[] = [];
        for (const name of await readdir(root)) {
          const id = TEMPORARY.exec(name)?.[1];
          if (id && Date.now() - (await lastWrite(join(root, name))) > SILENT_FOR_MS) ids.push(id);
        }
        return ids;
      }),
  };
}

async function requireRoom(root: string, size: number): Promise<void> {
  const { bavail, bsize } = await statfs(root);
  if (size > bavail * bsize) throw new StoreError('full', { detail: `${size} bytes declared` });
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const stats = await Promise.all(
    [one, other].map((path) => lstat(path, { bigint: true }).catch(() => undefined)),
  );
  return stats[0] !== undefined && stats[0].ino === stats[1]?.ino && stats[0].dev === stats[1].dev;
}

async function unlinkIfThere(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

async function lastWrite(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => undefined);
  return stats?.mtimeMs ?? Date.now();
}

function safeName(imageId: string): string {
  if (/^[^/\0.][^/\0]*$/.test(imageId)) return imageId;
  throw new StoreError('unavailable', { detail: 'this id cannot be a file name' });
}

/**
 * Only files directly in the folder: a row may say anything, also written by others. What lies elsewhere is not
 * there to be read, and not ours to be removed.
 */
function pathOf(location: string, root: string, otherwise: 'missing' | 'unavailable'): string {
  const name = nameIn(location, root);
  if (name === undefined) throw new StoreError(otherwise, { detail: 'a location outside the store' });
  return join(root, name);
}

/** The name of the file that a location means; undefined for one that is not directly in the folder. */
function nameIn(location: string, root: string): string | undefined {
  const path = /^file(system)?:\/\//.test(location) ? pathIn(location.replace(/^filesystem:/, 'file:')) : '';
  const name = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : '';
  return /^[^/\0.][^/\0]*$/.test(name) ? name : undefined;
}

/** The path in a file URL; empty where there is none, as with a host or an encoded slash. */
function pathIn(url: string): string {
  try {
    return resolve(fileURLToPath(url));
  } catch {
    return '';
  }
}
