import { createHash, randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { bufferPool, type Loan } from './buffer-pool.js';
import { named, writeAll } from './file-access.js';

const KIB = 1024;
/** More of them would wait for each other on the store's side, and time out. */
const SENDING_AT_ONCE = 16;
/** After so many segments the next ones are twice as large: S3 takes 10,000, which are then enough for any image. */
const BEFORE_GROWTH = 1000;

/** A piece of an upload, whole and at hand, so that sending it can be tried again. */
export interface Segment {
  /** Counted from 1. */
  readonly number: number;
  readonly isLast: boolean;
  readonly size: number;
  readonly md5: Buffer;
  /** The bytes from the start; may be asked for again. */
  read(): AsyncGenerator<Buffer>;
}

/** Sends segments to one store: of all its uploads together only so many at once. */
export function segmentSender(): SendSegments {
  const inTurn = pLimit(SENDING_AT_ONCE);
  // Half of the least is as much as a socket takes in before it asks to be waited for.
  const buffers = bufferPool(1024 * KIB, 128 * KIB, (bytes) => Buffer.allocUnsafeSlow(bytes));
  return (data, segmentSize, send, signal) =>
    sendSegments(
      data,
      segmentSize,
      ({ file, ...segment }, stopped) =>
        inTurn(async () => {
          stopped.throwIfAborted();
          const { pair, giveBack } = buffers.lend(segment.size);
          const read = () => bytesOf(file, segment.size, pair);
          // The last bytes may be on their way to the socket until it is answered that they have come.
          await send({ ...segment, read }, stopped).finally(giveBack);
        }),
      signal,
    );
}

type SendSegments = (
  data: AsyncIterable<Buffer>,
  segmentSize: number,
  send: (segment: Segment, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
) => Promise<number>;

/** A segment that has come, in its file. */
type Spooled = Omit<Segment, 'read'> & { file: FileHandle };

/**
 * Cuts data into segments and sends one after the other; while one is on its way the next one fills. They wait in
 * files of the temporary folder that have no name any more, so that nothing of them outlives the process.
 *
 * @param segmentSize bytes of a segment; data without a byte is one segment
 * @param send ends when its signal does: then the data broke off, or nobody wants it any more
 * @returns bytes that were sent in all
 */
async function sendSegments(
  data: AsyncIterable<Buffer>,
  segmentSize: number,
  send: (segment: Spooled, signal: AbortSignal) => Promise<void>,
  signal?: AbortSignal,
): Promise<number> {
  const files: FileHandle[] = [];
  const stop = new AbortController();
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let sending: Promise<void> = Promise.resolve();
  let size = 0;
  try {
    for await (const segment of cut(data, segmentSize, files, stopped)) {
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
  segmentSize: number,
  files: FileHandle[],
  stopped: AbortSignal,
): AsyncGenerator<Spooled> {
  const sizeOf = (number: number) => segmentSize * 2 ** Math.floor((number - 1) / BEFORE_GROWTH);
  let filling = await begun(1, files);
  for await (let piece of data) {
    stopped.throwIfAborted();
    while (piece.length > 0) {
      if (filling.size === sizeOf(filling.number)) {
        yield filling.ended(false);
        filling = await begun(filling.number + 1, files);
      }
      const taken = piece.subarray(0, sizeOf(filling.number) - filling.size);
      await filling.add(taken);
      piece = piece.subarray(taken.length);
    }
  }
  yield filling.ended(true);
}

/** A segment to be filled, in the one of two files that no other segment is being sent from. */
async function begun(number: number, files: FileHandle[]) {
  const file = (files[(number - 1) % 2] ??= await named(nameless));
  const md5 = createHash('md5');
  let size = 0;

  return {
    number,
    get size() {
      return size;
    },
    async add(piece: Buffer): Promise<void> {
      md5.update(piece);
      await named(() => writeAll(file, piece, size));
      size += piece.length;
    },
    ended: (isLast: boolean): Spooled => ({ number, isLast, size, md5: md5.digest(), file }),
  };
}

async function nameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `glance-graphql-segment-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

/** In two buffers by turns, since the socket still holds the one that it was given last. */
async function* bytesOf(file: FileHandle, size: number, pair: Loan<Buffer>['pair']): AsyncGenerator<Buffer> {
  for (let at = 0, turn = 0; at < size; turn = 1 - turn) {
    const length = Math.min(pair[turn].length, size - at);
    const { bytesRead } = await named(() => file.read(pair[turn], 0, length, at));
    if (bytesRead === 0)
      throw new Error('a segment in the temporary folder is shorter than what was written');
    yield pair[turn].subarray(0, bytesRead);
    at += bytesRead;
  }
}
