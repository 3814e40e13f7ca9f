import { IncomingMessage } from 'node:http';
import { finished, type Readable } from 'node:stream';
import { freeMemory } from '../../../network/free-memory.js';
import { SourceError } from '../../../store/http-source.js';
import type { Block } from './block.js';
import { ImageError } from '../../errors.js';

/** The limits of data that is being received. */
export interface ReceiveLimits {
  /** The greatest number of bytes, and the error for more. */
  bytes: number;
  tooMany: () => ImageError;
  /** Seconds for which the sender may be silent, and the error for longer. Only seconds in which we wait for data count. */
  idleSeconds: number;
  tooSlow: () => ImageError;
  /** Ends the data with the signal's reason. */
  signal: AbortSignal;
}

/** Bytes that are read from one sender before the others have their turn. */
const SHARE = 512 * 1024;

/** The data of one sender, with a limit and a deadline for silence. */
export interface ReceivedData {
  /** Bytes received until now. */
  readonly size: number;
  /**
   * Fills a block. After a failure the block holds the data before it.
   *
   * @returns false when the data ended before the block was full
   * @throws ImageError UPLOAD_ABORTED; the errors of the limits; the error of the source, a SourceError for a source that
   *   we read; the reason of the signal
   */
  fill(block: Block): Promise<boolean>;
  /** Stops reading the source, so that others can read and discard the rest. */
  stop(): void;
}

interface Filling {
  block: Block;
  resolve: (isFull: boolean) => void;
  reject: (reason: unknown) => void;
}

/** @param source is never destroyed: its connection still has to carry the answer */
export function receivedData(source: Readable, limits: ReceiveLimits): ReceivedData {
  const { signal } = limits;
  let size = 0;
  let filling: Filling | undefined;
  /** Received pieces that no block holds yet. */
  const rest: Buffer[] = [];
  /** Bytes of the first piece that a block holds already. */
  let copied = 0;
  // Only a request's memory is ours to free: other sources may still use theirs.
  const free = source instanceof IncomingMessage ? freeMemory : () => undefined;
  let end: { failure?: unknown } | undefined;
  let pauseAt = SHARE;

  const finish = (failure?: unknown) => {
    end ??= { failure };
    if (failure !== undefined) source.off('data', receive);
    settle();
  };
  const receive = (piece: Buffer) => {
    size += piece.length;
    if (size > limits.bytes) return finish(limits.tooMany());
    silence.refresh();
    rest.push(piece);
    settle();
    if (size < pauseAt || !filling) return;
    // A fast sender would block everybody else.
    pauseAt = size + SHARE;
    source.pause();
    setImmediate(() => {
      if (filling) source.resume();
    });
  };
  const silence = setTimeout(() => {
    if (filling) finish(limits.tooSlow());
  }, limits.idleSeconds * 1000);
  const stopped = () => finish(signal.reason);
  // The writing side of a request is its answer, which must not be waited for here.
  const forget = finished(source, { writable: false }, (cause) => {
    if (!cause) return finish();
    // Data before the failure counts: this read hands it to `receive`.
    source.read();
    finish(isNamed(cause) ? cause : new ImageError('UPLOAD_ABORTED', {}, { cause }));
  });
  signal.addEventListener('abort', stopped);
  source.pause().on('data', receive);

  return {
    get size() {
      return size;
    },
    fill: (block) =>
      new Promise((resolve, reject) => {
        filling = { block, resolve, reject };
        silence.refresh();
        if (signal.aborted) stopped();
        else settle();
        if (filling) source.resume();
      }),
    stop() {
      clearTimeout(silence);
      signal.removeEventListener('abort', stopped);
      forget();
      source.off('data', receive);
      // Another reader may be waiting to discard the rest.
      if (source.listenerCount('data') > 0) source.resume();
    },
  };

  /** Moves received pieces into the block. Ends `fill` once the block is full or the data has ended. */
  function settle(): void {
    if (filling) {
      while (rest.length > 0 && !filling.block.isFull) {
        copied += filling.block.add(rest[0].subarray(copied));
        if (copied === rest[0].length) {
          free(rest.shift()!);
          copied = 0;
        }
      }
      if (!filling.block.isFull && !end) return;
    }
    source.pause();
    const done = filling;
    filling = undefined;
    if (end?.failure === undefined) done?.resolve(done.block.isFull);
    else done?.reject(end.failure);
  }
}

/**
 * Yields the data through one block, also the data before a failure. The bytes are valid until the next ones are
 * requested.
 */
export async function* inBlocks(data: ReceivedData, block: Block): AsyncGenerator<Buffer> {
  try {
    for (let isFull = true; isFull;) {
      let failure: { reason: unknown } | undefined;
      try {
        isFull = await data.fill(block);
      } catch (reason) {
        failure = { reason };
      }
      if (block.length > 0) yield block.bytes;
      if (failure) throw failure.reason;
      await block.emptied();
    }
  } finally {
    data.stop();
  }
}

function isNamed(error: unknown): error is Error {
  return error instanceof ImageError || error instanceof SourceError;
}
