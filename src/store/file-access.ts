import type { FileHandle } from 'node:fs/promises';
import { StoreError, type StoreFault } from './store.js';

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

/** Small pieces from the network are written together: fewer, larger writes cost less. */
export async function* gathered(data: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer[]> {
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of data) {
    pieces.push(piece);
    length += piece.length;
    if (length < bytes) continue;
    yield pieces;
    pieces = [];
    length = 0;
  }
  if (length > 0) yield pieces;
}

/** @param position in the file; where the last writing ended when undefined */
export async function writeAll(file: FileHandle, pieces: Buffer[], position?: number): Promise<void> {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const { bytesWritten } = await file.writev(pieces, position);
  if (bytesWritten === length) return;
  const rest = Buffer.concat(pieces).subarray(bytesWritten);
  for (let at = 0; at < rest.length;) {
    const next = position === undefined ? undefined : position + bytesWritten + at;
    at += (await file.write(rest, at, undefined, next)).bytesWritten;
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
