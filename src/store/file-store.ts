import { constants } from 'node:fs';
import {
  access,
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  opendir,
  readdir,
  unlink,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bufferPool } from './buffer-pool.js';
import { named, piecesOf, roomIn, syncPath, whereThere, writeAll } from './file-access.js';
import { StoreError, type Store, type Upload } from './store.js';

const KIB = 1024;
const MIB = 1024 * KIB;
const SYNC_EVERY = 16 * MIB;
const SILENT_FOR_MS = 60 * 60 * 1000;
const TEMPORARY = /^\.upload-([0-9a-f-]{36})$/;

export interface FileStoreOptions {
  name?: string;
  /** Folders whose files a location may also name: they are read and removed, never added to. */
  further?: readonly string[];
}

/**
 * Image data as files named by image id in one folder, as Glance's file store has them. Data arrives
 * under a temporary name and is linked to its final one: unlike renaming, linking never replaces a file
 * that stands there already. The temporary name stays until the image's record is written, so that the
 * final file can be told to be ours if the process dies in between.
 */
export function fileStore(folder: string, { name = 'file', further = [] }: FileStoreOptions = {}): Store {
  const root = resolve(folder);
  const roots = [root, ...further.map((each) => resolve(each))];
  const buffers = bufferPool(4 * MIB, 64 * KIB, (bytes) => Buffer.allocUnsafeSlow(bytes));
  const temporary = (upload: Upload) => join(root, `.upload-${upload.id}`);
  const final = (upload: Upload) => join(root, safeName(upload.imageId));

  return {
    name,
    kind: 'file',
    schemes: ['file', 'filesystem'],
    place: root,
    isRemote: false,

    // As Glance writes and reads it: nothing is encoded.
    locationOf: (imageId) => `file://${join(root, imageId)}`,

    holds: (location) => pathIn(location, roots) !== undefined,

    nameOf(location) {
      const path = pathIn(location, roots);
      return path === undefined ? undefined : basename(path);
    },

    prepare: () =>
      named(async () => {
        const made = await mkdir(root, { recursive: true, mode: 0o750 });
        if (made) await syncUpwards(root, dirname(made));
        await access(root, constants.W_OK);
        for (const each of roots) await requireReadable(each);
      }),

    write: (upload, data, { size, signal } = {}) =>
      named(async () => {
        safeName(upload.imageId);
        if (size !== undefined) await requireRoom(root, size);
        const file = await open(temporary(upload), 'wx', 0o640);
        const behind = syncedBehind(file);
        try {
          for await (const piece of data) {
            signal?.throwIfAborted();
            await writeAll(file, piece);
            behind.wrote(piece.length);
          }
          await behind.caughtUp();
        } finally {
          await behind.caughtUp().catch(() => undefined);
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
        return `file://${final(upload)}`;
      }),

    release: (upload) => named(() => whereThere(unlink(temporary(upload)))),

    discard: (upload, signal) =>
      named(async () => {
        signal?.throwIfAborted();
        if (await isSameFile(temporary(upload), final(upload))) await whereThere(unlink(final(upload)));
        await whereThere(unlink(temporary(upload)));
        await syncPath(root);
      }),

    open: (location, signal) =>
      named(async () => {
        signal?.throwIfAborted();
        const file = await open(pathOf(location, roots, 'missing'), READ_PLAIN_FILE);
        const stats = await file.stat({ bigint: true });
        if (!stats.isFile()) {
          await file.close();
          throw new StoreError('missing', { detail: 'the location names no plain file' });
        }
        return {
          size: Number(stats.size),
          state: [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' '),
          read: (range) => piecesOf(file, range, buffers, signal),
          close: () => file.close(),
        };
      }),

    remove: (location, signal) =>
      named(async () => {
        signal?.throwIfAborted();
        const path = pathOf(location, roots, 'unavailable');
        await whereThere(unlink(path));
        await syncPath(dirname(path));
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

/** A link may lead out of the folder, and a pipe would be waited for for ever. */
const READ_PLAIN_FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function requireReadable(folder: string): Promise<void> {
  const opened = await opendir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new StoreError('unavailable', { cause: error, detail: `${folder} cannot be read: ${error.code}` });
  });
  await opened.close();
}

async function requireRoom(root: string, size: number): Promise<void> {
  if (size > (await roomIn(root))) throw new StoreError('full', { detail: `${size} bytes declared` });
}

/**
 * Has what was written taken to the disk while more of it comes, so that little is left to wait for in the end.
 * Its failures count: the system tells of each only once.
 */
function syncedBehind(file: FileHandle) {
  let written = 0;
  let isSyncing = false;
  let synced: Promise<void> = Promise.resolve();
  return {
    wrote(bytes: number): void {
      written += bytes;
      if (isSyncing || written < SYNC_EVERY) return;
      written = 0;
      isSyncing = true;
      synced = Promise.all([synced, file.datasync()]).then(() => void (isSyncing = false));
      synced.catch(() => undefined);
    },
    caughtUp: () => synced,
  };
}

/** A folder is there for good once those above it say so. */
async function syncUpwards(path: string, last: string): Promise<void> {
  await syncPath(path);
  if (path !== last) await syncUpwards(dirname(path), last);
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const stats = await Promise.all(
    [one, other].map((path) => lstat(path, { bigint: true }).catch(() => undefined)),
  );
  return stats[0] !== undefined && stats[0].ino === stats[1]?.ino && stats[0].dev === stats[1].dev;
}

async function lastWrite(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => undefined);
  return stats?.mtimeMs ?? Date.now();
}

function safeName(imageId: string): string {
  if (isPlainName(imageId)) return imageId;
  throw new StoreError('unavailable', { detail: 'this id cannot be a file name' });
}

/**
 * Only files directly in one of the folders: a row may say anything, also written by others. What lies elsewhere
 * is not there to be read, and not ours to be removed.
 */
function pathOf(location: string, roots: readonly string[], otherwise: 'missing' | 'unavailable'): string {
  const path = pathIn(location, roots);
  if (path === undefined)
    throw new StoreError(otherwise, { detail: 'a location outside the configured folders' });
  return path;
}

/** The file that a location means; undefined for one that is not directly in one of the folders. */
function pathIn(location: string, roots: readonly string[]): string | undefined {
  return pathsIn(location).find((path) => roots.includes(dirname(path)) && isPlainName(basename(path)));
}

/** What a file URL may mean: Glance takes it letter by letter, others encode what URLs do not hold. */
function pathsIn(url: string): string[] {
  const [, literal] = /^file(?:system)?:\/\/(\/.*)$/s.exec(url) ?? [];
  if (literal === undefined) return [];
  try {
    return [literal, fileURLToPath(`file://${literal}`)].map((path) => resolve(path));
  } catch {
    return [resolve(literal)];
  }
}

function isPlainName(name: string): boolean {
  return /^[^/\0.][^/\0]*$/.test(name);
}
