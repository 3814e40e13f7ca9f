import { IncomingMessage } from 'node:http';
import { finished, type Readable } from 'node:stream';
import { freeMemory } from '../../../store/free-memory.js';
import { SourceError } from '../../../store/http-source.js';
import type { Block } from './block.js';
import { ImageError } from '../../errors.js';

export interface IncomingLimits {
  /** Most bytes, and the error that more of them are. */
  bytes: number;
  tooMany: () => ImageError;
  /** Seconds for which the sender may be silent, while we are busy ourselves none count; and the error that longer is. */
  idleSeconds: number;
  tooSlow: () => ImageError;
  /** Ends it with its reason. */
  signal: AbortSignal;
}

/** Bytes of one sender that are taken in before others have their turn. */
const TURN = 512 * 1024;

/** Data as its sender sends it, limited and with a deadline for silence. */
export interface Incoming {
  /** Bytes that have come until now. */
  readonly size: number;
  /**
   * Fills a block; false when the data ended before it was full. When it fails the block holds what came before.
   *
   * @throws ImageError UPLOAD_ABORTED, the errors of the limits or of the source (SourceError for one that we read), or the reason of the signal
   */
  fill(block: Block): Promise<boolean>;
  /** Lets go of the source, so that what is still to come can be read past. */
  stop(): void;
}

interface Filling {
  block: Block;
  resolve: (isFull: boolean) => void;
  reject: (reason: unknown) => void;
}

/** @param source is never destroyed: its connection still has to carry our answer */
export function incoming(source: Readable, limits: IncomingLimits): Incoming {
  const { signal } = limits;
  let size = 0;
  let filling: Filling | undefined;
  /** What has come and fits into no block yet. */
  const rest: Buffer[] = [];
  /** Bytes of its first piece that have found room. */
  let taken = 0;
  // What others read for us they may still hold.
  const letGo = source instanceof IncomingMessage ? freeMemory : () => undefined;
  let end: { failure?: unknown } | undefined;
  let turn = TURN;

  const over = (failure?: unknown) => {
    end ??= { failure };
    if (failure !== undefined) source.off('data', take);
    settle();
  };
  const take = (piece: Buffer) => {
    size += piece.length;
    if (size > limits.bytes) return over(limits.tooMany());
    silence.refresh();
    rest.push(piece);
    settle();
    if (size < turn || !filling) return;
    // A fast sender would hold up everybody else.
    turn = size + TURN;
    source.pause();
    setImmediate(() => {
      if (filling) source.resume();
    });
  };
  const silence = setTimeout(() => {
    if (filling) over(limits.tooSlow());
  }, limits.idleSeconds * 1000);
  const stopped = () => over(signal.reason);
  // Of a request the writing side is the answer, which is not waited for here.
  const forget = finished(source, { writable: false }, (cause) => {
    if (!cause) return over();
    // What came before counts: reading it hands it to `take`.
    source.read();
    over(isNamed(cause) ? cause : new ImageError('UPLOAD_ABORTED', {}, { cause }));
  });
  signal.addEventListener('abort', stopped);
  source.pause().on('data', take);

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
      source.off('data', take);
      // Somebody may be waiting to read past what is left.
      if (source.listenerCount('data') > 0) source.resume();
    },
  };

  /** Moves what has come into the block, and says so once it is full or no more comes. */
  function settle(): void {
    if (filling) {
      while (rest.length > 0 && !filling.block.isFull) {
        taken += filling.block.add(rest[0].subarray(taken));
        if (taken === rest[0].length) {
          letGo(rest.shift()!);
          taken = 0;
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

/** The data in one block again and again, also what came before it failed: each is good until the next is asked for. */
export async function* inBlocks(data: Incoming, block: Block): AsyncGenerator<Buffer> {
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
