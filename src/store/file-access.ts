import { access, constants, mkdir, open, stat, statfs, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BufferPool } from './buffer-pool.js';
import { StoreError, type ByteRange, type StoreFault } from './store.js';

/** Runs work and turns each error of the file system into a StoreError. Other errors stay as they are. */
export async function withStoreErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, syscall, path } = error as NodeJS.ErrnoException;
    if (!code || !syscall || !(error instanceof Error)) throw error;
    const detail = [syscall, code, path].filter(Boolean).join(' ');
    throw new StoreError(FAULTS[code] ?? 'unavailable', { cause: error, detail });
  }
}

/** Returns undefined when the file or folder does not exist. */
export async function ifExists<T>(result: Promise<T>): Promise<T | undefined> {
  return result.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
}

/**
 * Makes a folder and the folders above it.
 *
 * @returns the first folder that was made; undefined when the folder exists
 */
export async function makeFolder(path: string, mode: number): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true, mode });
  } catch (error) {
    // Node reports a read-only file system as a missing folder.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') await requireWritableAbove(path);
    throw error;
  }
}

async function requireWritableAbove(path: string): Promise<void> {
  const above = dirname(path);
  if (await ifExists(stat(above))) await access(above, constants.W_OK);
  else if (above !== path) await requireWritableAbove(above);
}

/** Returns the free bytes on the disk of a folder. */
export async function freeSpace(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Writes a file, or the names in a folder, from the system's cache to the disk. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @param position the offset in the file; undefined for the end of the last write */
export async function writeAll(file: FileHandle, bytes: Buffer, position?: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const next = position === undefined ? undefined : position + at;
    at += (await file.write(bytes, at, undefined, next)).bytesWritten;
  }
}

/**
 * Reads a range of a file into two buffers by turns: one is filled while the reader uses the other, and no new memory is
 * allocated. Closes the file at the end. A file that is shorter than the range ends early.
 */
export async function* readPieces(
  file: FileHandle,
  { start, end }: ByteRange,
  buffers: BufferPool<Buffer>,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const { pair, giveBack } = buffers.lend(end - start + 1);
  const fill = (turn: number, at: number) => {
    const filling = file.read(pair[turn], 0, Math.min(pair[turn].length, end - at + 1), at);
    // The loop below throws the error when it awaits the read, which may be much later.
    filling.catch(() => undefined);
    return filling;
  };
  let coming = fill(0, start);
  try {
    for (let at = start, turn = 0; at <= end; turn = 1 - turn) {
      const filling = coming;
      const { bytesRead } = await withStoreErrors(() => filling);
      signal?.throwIfAborted();
      if (bytesRead === 0) return;
      at += bytesRead;
      if (at <= end) coming = fill(1 - turn, at);
      yield pair[turn].subarray(0, bytesRead);
    }
  } finally {
    await coming.catch(() => undefined);
    giveBack();
    await file.close();
  }
}

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
