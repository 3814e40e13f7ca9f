import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import pLimit from 'p-limit';
import { bufferPool, type Loan } from './buffer-pool.js';
import { digestHere, type DigestThreads } from './digest-threads.js';
import { withStoreErrors, writeAll } from './file-access.js';

const KIB = 1024;
/** With more, requests would wait for each other in the store, and time out. */
const SENDING_AT_ONCE = 16;
/** The size of segments doubles after each such number of them: S3 takes 10,000, which is then enough for any image. */
const BEFORE_GROWTH = 1000;

/** A part of an upload that the gateway holds whole, so that it can be sent again. */
export interface Segment {
  /** Counted from 1. */
  readonly number: number;
  readonly isLast: boolean;
  readonly size: number;
  /** Hexadecimal digits; undefined when it is not wanted. */
  readonly md5: string | undefined;
  /** Undefined when it is not wanted. */
  readonly crc32: number | undefined;
  /** Reads the bytes from the start; may be called again. */
  read(): AsyncGenerator<Buffer>;
}

export type SegmentDigest = 'md5' | 'crc32';

export interface SendingOptions {
  /** The bytes of a segment; empty data is one segment. */
  segmentSize: number;
  /** The bytes of the data, if known. */
  size?: number;
  threads?: DigestThreads;
  signal?: AbortSignal;
  /** Returns the digests that the next segment needs: MD5 without this. */
  digests?: () => readonly SegmentDigest[];
}

/** Returns the sender of one store's segments. It limits how many of them all uploads send at once. */
export function segmentSender(): SendSegments {
  const inTurn = pLimit(SENDING_AT_ONCE);
  // Half of the smallest loan is the amount that a socket accepts before it asks its writer to wait.
  const buffers = bufferPool(1024 * KIB, 128 * KIB, (bytes) => Buffer.allocUnsafeSlow(bytes));
  return (data, options, send) =>
    sendSegments(data, options, ({ file, ...segment }, stopped) =>
      inTurn(async () => {
        stopped.throwIfAborted();
        const { pair, giveBack } = buffers.lend(segment.size);
        const read = () => bytesOf(file, segment.size, pair);
        // The socket may use the last bytes until the answer confirms their arrival.
        await send({ ...segment, read }, stopped).finally(giveBack);
      }),
    );
}

type SendSegments = (
  data: AsyncIterable<Buffer>,
  options: SendingOptions,
  send: (segment: Segment, signal: AbortSignal) => Promise<void>,
) => Promise<number>;

/** A complete segment in its file. */
type Spooled = Omit<Segment, 'read'> & { file: FileHandle };

/**
 * Cuts data into segments and sends them in order. The next segment fills while one is being sent. Segments lie in
 * unlinked files of the temporary folder, so that none outlives the process.
 *
 * @param send must end when its signal aborts, because the data failed or the upload was stopped
 * @returns the bytes of all segments
 */
async function sendSegments(
  data: AsyncIterable<Buffer>,
  options: SendingOptions,
  send: (segment: Spooled, signal: AbortSignal) => Promise<void>,
): Promise<number> {
  const files: FileHandle[] = [];
  const { signal } = options;
  const stop = new AbortController();
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let sending: Promise<void> = Promise.resolve();
  let size = 0;
  try {
    for await (const segment of cut(data, options, files, stopped)) {
      await sending;
      size += segment.size;
      sending = send(segment, stopped);
      sending.catch((error: unknown) => stop.abort(error));
    }
    await sending;
    return size;
  } catch (error) {
    stop.abort(error);
    throw error;
  } finally {
    await sending.catch(() => undefined);
    await Promise.all(files.map((file) => file.close()));
  }
}

async function* cut(
  data: AsyncIterable<Buffer>,
  options: SendingOptions,
  files: FileHandle[],
  stopped: AbortSignal,
): AsyncGenerator<Spooled> {
  const sizeOf = (number: number) => options.segmentSize * 2 ** Math.floor((number - 1) / BEFORE_GROWTH);
  let filling = await newSegment(1, files, options);
  try {
    for await (let piece of data) {
      stopped.throwIfAborted();
      while (piece.length > 0) {
        if (filling.size === sizeOf(filling.number)) {
          yield await filling.ended(false);
          filling = await newSegment(filling.number + 1, files, options);
        }
        const taken = piece.subarray(0, sizeOf(filling.number) - filling.size);
        await filling.add(taken);
        piece = piece.subarray(taken.length);
      }
    }
    yield await filling.ended(true);
  } finally {
    filling.drop();
  }
}

/** Begins a segment in that one of two files that no other segment is being sent from. */
async function newSegment(
  number: number,
  files: FileHandle[],
  { size: total, threads, digests = () => ['md5'] }: SendingOptions,
) {
  const file = (files[(number - 1) % 2] ??= await withStoreErrors(unlinkedFile));
  const wanted = digests();
  const others = wanted.filter((each) => each !== 'crc32');
  const digesting = threads ? threads.begin(others, total) : digestHere(others);
  let size = 0;
  let crc = wanted.includes('crc32') ? 0 : undefined;

  return {
    number,
    get size() {
      return size;
    },
    async add(piece: Buffer): Promise<void> {
      const written = withStoreErrors(() => writeAll(file, piece, size));
      // Quick enough for this thread: less work than to hand the bytes to another one.
      if (crc !== undefined) crc = crc32(piece, crc);
      await Promise.all([written, digesting.update(piece)]);
      size += piece.length;
    },
    async ended(isLast: boolean): Promise<Spooled> {
      const md5 = (await digesting.digests()).get('md5');
      return { number, isLast, size, md5, crc32: crc, file };
    },
    drop: () => digesting.drop(),
  };
}

async function unlinkedFile(): Promise<FileHandle> {
  const path = join(tmpdir(), `glance-graphql-segment-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

/** Reads into two buffers by turns, since the socket still uses the last one that it got. */
async function* bytesOf(file: FileHandle, size: number, pair: Loan<Buffer>['pair']): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < size; turn = 1 - turn) {
    const length = Math.min(pair[turn].length, size - at);
    const { bytesRead } = await withStoreErrors(() => file.read(pair[turn], 0, length, at));
    if (bytesRead === 0)
      throw new Error('a segment in the temporary folder is shorter than the data written to it');
    yield pair[turn].subarray(0, bytesRead);
    at += bytesRead;
  }
}
