import { open, statfs, type FileHandle } from 'node:fs/promises';
import type { BufferPool } from './buffer-pool.js';
import { StoreError, type ByteRange, type StoreFault } from './store.js';

/** Says of every failure of the file system what it means for a store; failures of others pass as they are. */
export async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (!code || !syscall || !(error instanceof Error)) throw error;
    throw new StoreError(FAULTS[code] ?? 'unavailable', { cause: error, detail: `${syscall} ${code}` });
  }
}

/** Undefined where there is no such file or folder. */
export async function whereThere<T>(result: Promise<T>): Promise<T | undefined> {
  return result.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return undefined;
  });
}

/** Bytes for which the disk of a folder has room. */
export async function roomIn(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Waits until a file, or the names in a folder, are on the disk. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @param position in the file; where the last writing ended when undefined */
export async function writeAll(file: FileHandle, bytes: Buffer, position?: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const next = position === undefined ? undefined : position + at;
    at += (await file.write(bytes, at, undefined, next)).bytesWritten;
  }
}

/**
 * A part of a file, piece by piece, in two buffers by turns: while one is being sent the other is filled, and no
 * memory is asked for anew. Closes the file in the end. A file that is shorter than the part ends early.
 */
export async function* piecesOf(
  file: FileHandle,
  { start, end }: ByteRange,
  buffers: BufferPool<Buffer>,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const { pair, giveBack } = buffers.lend(end - start + 1);
  const fill = (turn: number, at: number) => {
    const filling = file.read(pair[turn], 0, Math.min(pair[turn].length, end - at + 1), at);
    // Its failure is told when the piece is asked for, which may be much later.
    filling.catch(() => undefined);
    return filling;
  };
  let coming = fill(0, start);
  try {
    for (let at = start, turn = 0; at <= end; turn = 1 - turn) {
      const filling = coming;
      const { bytesRead } = await named(() => filling);
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
