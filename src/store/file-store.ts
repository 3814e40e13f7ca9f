import { constants } from 'node:fs';
import { access, type FileHandle, link, lstat, open, opendir, readdir, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bufferPool } from './buffer-pool.js';
import {
  withStoreErrors,
  makeFolder,
  readPieces,
  freeSpace,
  syncPath,
  ifExists,
  writeAll,
} from './file-access.js';
import { imageNameIn, SAMPLE_SIZE } from './object-name.js';
import { StoreError, type Store, type Upload } from './store.js';
import { watchedFolder } from './watched-folder.js';

const KIB = 1024;
const MIB = 1024 * KIB;
const SYNC_EVERY = 16 * MIB;
const SILENT_FOR_MS = 60 * 60 * 1000;
const TEMPORARY = /^\.upload-([0-9a-f-]{36})$/;

export interface FileStoreOptions {
  name?: string;
  /** Further folders of files that locations may name. The store reads and removes these files, and adds none. */
  further?: readonly string[];
}

/**
 * Returns a store that keeps image data as files in one folder, named by image id, as Glance's file store does. Data
 * arrives under a temporary name, and publishing links it to its final name: a link, unlike a rename, never replaces an
 * existing file. The temporary name stays until the image's record is written. If the process dies in between, it proves
 * that the final file belongs to this upload.
 */
export function fileStore(folder: string, { name = 'file', further = [] }: FileStoreOptions = {}): Store {
  const root = resolve(folder);
  const roots = [root, ...further.map((each) => resolve(each))];
  let isPrepared = false;
  const buffers = bufferPool(4 * MIB, 64 * KIB, (bytes) => Buffer.allocUnsafeSlow(bytes));
  const folders = new Map(roots.map((each) => [each, watchedFolder(each)]));
  const own = folders.get(root)!;
  /** The uploads that were refused before they had a file. */
  const unbegun = new Set<string>();
  const temporary = (upload: Upload) => join(root, `.upload-${upload.id}`);
  const final = (upload: Upload) => join(root, safeName(upload.imageId));

  return {
    name,
    kind: 'file',
    schemes: ['file', 'filesystem'],
    place: root,
    isRemote: false,
    folders: [...folders.values()],

    // Glance encodes nothing in these URLs.
    locationOf: (imageId) => `file://${join(root, imageId)}`,

    holds: (location) => pathIn(location, roots) !== undefined,

    nameOf(location) {
      const path = pathIn(location, roots);
      return path === undefined ? undefined : basename(path);
    },

    prepare: () =>
      withStoreErrors(async () => {
        if (!isPrepared) {
          const made = await makeFolder(root, 0o750).catch(cannot('be made', root));
          if (made) await syncUpwards(root, dirname(made));
          isPrepared = true;
        }
        for (const [path, folder] of folders) {
          await requireReadable(path);
          await folder.requireSame();
        }
        await access(root, constants.W_OK);
      }),

    write: (upload, data, { size, signal } = {}) =>
      withStoreErrors(async () => {
        safeName(upload.imageId);
        unbegun.add(upload.id);
        await own.requireSame();
        if (size !== undefined) await requireRoom(root, size);
        const file = await open(temporary(upload), 'wx', 0o640);
        unbegun.delete(upload.id);
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
      withStoreErrors(async () => {
        await own.requireSame();
        await syncPath(temporary(upload));
        await link(temporary(upload), final(upload)).catch(async (error: unknown) => {
          if (!(await isSameFile(temporary(upload), final(upload)))) throw error;
        });
        await syncPath(root);
        await own.requireSame();
        return `file://${final(upload)}`;
      }),

    release: (upload) =>
      withStoreErrors(async () => {
        await own.requireSame();
        await ifExists(unlink(temporary(upload)));
        await own.requireSame();
      }),

    discard: (upload, signal) =>
      withStoreErrors(async () => {
        signal?.throwIfAborted();
        if (unbegun.delete(upload.id)) return;
        await own.requireSame();
        if (await isSameFile(temporary(upload), final(upload))) await ifExists(unlink(final(upload)));
        await ifExists(unlink(temporary(upload)));
        await syncPath(root);
        await own.requireSame();
      }),

    open: (location, signal) =>
      withStoreErrors(async () => {
        signal?.throwIfAborted();
        const path = pathOf(location, roots, 'missing');
        const file = await open(path, READ_PLAIN_FILE).catch(async (error: unknown) => {
          await folders.get(dirname(path))!.requireSame();
          throw error;
        });
        const stats = await file.stat({ bigint: true });
        if (!stats.isFile()) {
          await file.close();
          throw new StoreError('missing', { detail: 'the location names no plain file' });
        }
        return {
          size: Number(stats.size),
          state: [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' '),
          read: (range) => readPieces(file, range, buffers, signal),
          close: () => file.close(),
        };
      }),

    remove: (location, signal) =>
      withStoreErrors(async () => {
        signal?.throwIfAborted();
        const path = pathOf(location, roots, 'unavailable');
        const folder = folders.get(dirname(path))!;
        await folder.requireSame();
        await ifExists(unlink(path));
        await syncPath(dirname(path));
        await folder.requireSame();
      }),

    sample: () =>
      withStoreErrors(async () => {
        const names: string[] = [];
        for await (const { name } of await opendir(root)) if (names.push(name) === SAMPLE_SIZE) break;
        return imageNameIn(names);
      }),

    abandoned: () =>
      withStoreErrors(async () => {
        const ids: string[] = [];
        for (const name of await readdir(root)) {
          const id = TEMPORARY.exec(name)?.[1];
          if (id && Date.now() - (await lastWrite(join(root, name))) > SILENT_FOR_MS) ids.push(id);
        }
        return ids;
      }),
  };
}

/** Refuses symbolic links, which may lead out of the folder. Does not block on pipes, which may never send data. */
const READ_PLAIN_FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

async function requireReadable(folder: string): Promise<void> {
  const opened = await opendir(folder).catch(cannot('be read', folder));
  await opened.close();
}

function cannot(what: string, folder: string) {
  return (cause: NodeJS.ErrnoException): never => {
    throw new StoreError('unavailable', { cause, detail: `${folder} cannot ${what}: ${cause.code}` });
  };
}

async function requireRoom(root: string, size: number): Promise<void> {
  if (size > (await freeSpace(root))) throw new StoreError('full', { detail: `${size} bytes declared` });
}

/**
 * Flushes written data to the disk while more arrives, so that the last flush is short. The caller must wait for
 * `caughtUp` and its errors: the system reports each failed flush only once.
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

/** Flushes a new folder and the folders above it: a folder survives a crash once its parent is on the disk. */
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
 * Returns the path of a location, and refuses files that are not directly in one of the folders. Other programs may write
 * any location into a row; the store must neither read nor remove files elsewhere.
 */
function pathOf(location: string, roots: readonly string[], otherwise: 'missing' | 'unavailable'): string {
  const path = pathIn(location, roots);
  if (path === undefined)
    throw new StoreError(otherwise, { detail: 'a location outside the configured folders' });
  return path;
}

/** Returns the path of a location; undefined for a file that is not directly in one of the folders. */
function pathIn(location: string, roots: readonly string[]): string | undefined {
  return possiblePaths(location).find((path) => roots.includes(dirname(path)) && isPlainName(basename(path)));
}

/** Returns the paths that a file URL may mean: Glance encodes nothing, other programs use percent-encoding. */
function possiblePaths(url: string): string[] {
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
