import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { SourceError } from '../store/http-source.js';
import { Block } from './block.js';
import type { Digesting, DigestThreads } from './digest-threads.js';
import { ImageError } from './errors.js';

/** What is known of data once all of it has passed. */
export interface Measured {
  size: number;
  /** Hexadecimal digits by algorithm. */
  digests: ReadonlyMap<string, string>;
}

export interface ArrivalLimits {
  /** Bytes of the blocks in which the data is handed on. */
  block: number;
  /** Most bytes, and the error that more of them are. */
  bytes: number;
  tooMany: () => ImageError;
  /** Seconds for which the sender may be silent, while we are busy ourselves none count; and the error that longer is. */
  idleSeconds: number;
  tooSlow: () => ImageError;
  /** Ends the arrival with its reason. */
  signal: AbortSignal;
}

/**
 * Data on its way in: counted, limited and digested in one pass, with a deadline for silence. It is handed on in
 * two blocks of memory by turns: while one is digested and stored, the other is filled.
 */
export class Arrival {
  #size = 0;
  #digests: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(
    private readonly source: Readable,
    private readonly algorithms: readonly string[],
    private readonly threads: DigestThreads,
    private readonly limits: ArrivalLimits,
  ) {}

  /**
   * The data in blocks. A block is good until the next one is asked for: its memory is used again.
   *
   * @throws ImageError UPLOAD_ABORTED, the errors of the limits, that of the source (SourceError for one that we read), or the reason of the signal
   */
  async *data(): AsyncGenerator<Buffer> {
    let digesting: Digesting | undefined;
    let filling = new Block(this.limits.block);
    let other = new Block(this.limits.block);
    try {
      for await (let piece of this.#pieces()) {
        for (;;) {
          piece = piece.subarray(filling.add(piece));
          if (piece.length === 0) break;
          digesting ??= this.threads.begin(this.algorithms);
          filling.digested = digesting.update(filling.memory, filling.length);
          filling.digested.catch(() => undefined);
          yield filling.bytes;
          [filling, other] = [other, filling];
          await filling.emptied();
        }
      }
      if (!digesting) this.#digests = Promise.resolve(this.#digestsOf(filling.bytes));
      else {
        const last = digesting.update(filling.memory, filling.length);
        this.#digests = Promise.all([last, other.digested, digesting.digests()]).then((all) => all[2]);
      }
      // Its failure is told to whoever asks for the digests.
      this.#digests.catch(() => undefined);
      if (filling.length > 0) yield filling.bytes;
    } finally {
      if (!this.#digests) digesting?.drop();
    }
  }

  /** Size and digests of data that has passed as a whole. */
  async measured(): Promise<Measured> {
    return { size: this.#size, digests: await this.#digests! };
  }

  /** Bytes that have passed until now. */
  get received(): number {
    return this.#size;
  }

  async *#pieces(): AsyncGenerator<Buffer> {
    // Not destroyed when we stop early: its connection still has to carry our answer.
    const pieces = this.source.iterator({ destroyOnReturn: false });
    try {
      for (;;) {
        this.limits.signal.throwIfAborted();
        const { done, value } = await this.#next(pieces);
        if (done) return;
        const piece = value as Buffer;
        this.#size += piece.length;
        if (this.#size > this.limits.bytes) throw this.limits.tooMany();
        yield piece;
      }
    } finally {
      // Let go of, so that what is still to come can be read past. Not awaited: it may wait for the sender.
      void pieces.return?.();
    }
  }

  /** Of little data: sooner done than handed to a thread. */
  #digestsOf(bytes: Buffer): ReadonlyMap<string, string> {
    return new Map(
      this.algorithms.map((algorithm) => [algorithm, createHash(algorithm).update(bytes).digest('hex')]),
    );
  }

  #next(pieces: AsyncIterator<unknown>): Promise<IteratorResult<unknown>> {
    const { signal, idleSeconds, tooSlow } = this.limits;
    return new Promise((resolve, reject) => {
      const over = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', stop);
      };
      const fail = (error: Error) => {
        over();
        reject(error);
      };
      const stop = () => fail(signal.reason as Error);
      const timer = setTimeout(() => fail(tooSlow()), idleSeconds * 1000);
      signal.addEventListener('abort', stop);
      pieces.next().then(
        (piece) => {
          over();
          resolve(piece);
        },
        (cause: unknown) => fail(isNamed(cause) ? cause : new ImageError('UPLOAD_ABORTED', {}, { cause })),
      );
    });
  }
}

function isNamed(error: unknown): error is Error {
  return error instanceof ImageError || error instanceof SourceError;
}
