import { constants } from 'node:fs';
import {
  access,
  link,
  lstat,
  mkdir,
  open,
  opendir,
  readdir,
  statfs,
  unlink,
  type FileHandle,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StoreError, type Store, type StoreFault, type Upload } from './store.js';

const READ_CHUNK = 1024 * 1024;
const WRITE_CHUNK = 1024 * 1024;
const SILENT_FOR_MS = 60 * 60 * 1000;
const TEMPORARY = /^\.upload-([0-9a-f-]{36})$/;

/**
 * Image data as files named by image id in one folder, as Glance's file store has them. Data arrives
 * under a temporary name and is linked to its final one: unlike renaming, linking never replaces a file
 * that stands there already. The temporary name stays until the image's record is written, so that the
 * final file can be told to be ours if the process dies in between.
 *
 * @param further folders whose files a location may also name: they are read and removed, never added to
 */
export function fileStore(folder: string, further: readonly string[] = []): Store {
  const root = resolve(folder);
  const roots = [root, ...further.map((each) => resolve(each))];
  const temporary = (upload: Upload) => join(root, `.upload-${upload.id}`);
  const final = (upload: Upload) => join(root, safeName(upload.imageId));

  return {
    scheme: 'file',
    metadata: { store: 'file' },
    place: root,

    prepare: () =>
      named(async () => {
        await mkdir(root, { recursive: true, mode: 0o750 });
        await access(root, constants.W_OK);
        for (const each of roots) await requireReadable(each);
      }),

    write: (upload, data, size) =>
      named(async () => {
        if (size !== undefined) await requireRoom(root, size);
        const file = await open(temporary(upload), 'wx', 0o640);
        try {
          for await (const chunk of gathered(data)) await writeAll(file, chunk);
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
        // As Glance writes and reads it: nothing is encoded.
        return `file://${final(upload)}`;
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
        const file = await open(pathOf(location, roots, 'missing'), READ_PLAIN_FILE);
        const stats = await file.stat();
        if (!stats.isFile()) {
          await file.close();
          throw new StoreError('missing', { detail: 'the location names no plain file' });
        }
        return {
          size: stats.size,
          read: ({ start, end }) => file.createReadStream({ start, end, highWaterMark: READ_CHUNK }),
          close: () => file.close(),
        };
      }),

    remove: (location) =>
      named(async () => {
        const path = pathOf(location, roots, 'unavailable');
        await unlinkIfThere(path);
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

const FAULTS: Record<string, StoreFault> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EACCES: 'readOnly',
  EPERM: 'readOnly',
  EROFS: 'readOnly',
  ENOENT: 'missing',
  ELOOP: 'missing',
  EEXIST: 'conflict',
};

/** Says of every failure of the file system what it means for a store; failures of others pass as they are. */
async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (!code || !syscall || !(error instanceof Error)) throw error;
    throw new StoreError(FAULTS[code] ?? 'unavailable', { cause: error, detail: `${syscall} ${code}` });
  }
}

async function requireReadable(folder: string): Promise<void> {
  const opened = await opendir(folder).catch((error: NodeJS.ErrnoException) => {
    throw new StoreError('unavailable', { cause: error, detail: `${folder} cannot be read: ${error.code}` });
  });
  await opened.close();
}

async function requireRoom(root: string, size: number): Promise<void> {
  const { bavail, bsize } = await statfs(root);
  if (size > bavail * bsize) throw new StoreError('full', { detail: `${size} bytes declared` });
}

/** Small pieces from the network are written together: fewer, larger writes cost less. */
async function* gathered(data: AsyncIterable<Buffer>): AsyncGenerator<Buffer[]> {
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of data) {
    pieces.push(piece);
    length += piece.length;
    if (length < WRITE_CHUNK) continue;
    yield pieces;
    pieces = [];
    length = 0;
  }
  if (length > 0) yield pieces;
}

async function writeAll(file: FileHandle, pieces: Buffer[]): Promise<void> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const { bytesWritten } = await file.writev(pieces);
  if (bytesWritten === length) return;
  const rest = Buffer.concat(pieces).subarray(bytesWritten);
  for (let at = 0; at < rest.length;) at += (await file.write(rest, at)).bytesWritten;
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
  if (isPlainName(imageId)) return imageId;
  throw new StoreError('unavailable', { detail: 'this id cannot be a file name' });
}

/**
 * Only files directly in one of the folders: a row may say anything, also written by others. What lies elsewhere
 * is not there to be read, and not ours to be removed.
 */
function pathOf(location: string, roots: readonly string[], otherwise: 'missing' | 'unavailable'): string {
  const path = pathsIn(location).find((each) => roots.includes(dirname(each)) && isPlainName(basename(each)));
  if (path === undefined)
    throw new StoreError(otherwise, { detail: 'a location outside the configured folders' });
  return path;
}

/** What a file URL may mean: Glance takes it letter by letter, others encode what URLs do not hold. */
function pathsIn(url: string): string[] {
  if (!url.startsWith('file:///')) return [];
  const literal = url.slice('file://'.length);
  try {
    return [literal, fileURLToPath(url)].map((path) => resolve(path));
  } catch {
    return [resolve(literal)];
  }
}

function isPlainName(name: string): boolean {
  return /^[^/\0.][^/\0]*$/.test(name);
}
