import { createHash, type Hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { SourceError } from '../store/http-source.js';
import { ImageError } from './errors.js';

/** What is known of data once all of it has passed. */
export interface Measured {
  size: number;
  /** Hexadecimal digits by algorithm. */
  digests: ReadonlyMap<string, string>;
}

export interface ArrivalLimits {
  /** Most bytes, and the error that more of them are. */
  bytes: number;
  tooMany: () => ImageError;
  /** Seconds for which the sender may be silent; while we are busy ourselves none count. */
  idleSeconds: number;
  /** Ends the arrival with its reason. */
  signal: AbortSignal;
}

/** Data on its way in: counted, limited and digested in one pass, with a deadline for silence. */
export class Arrival {
  #size = 0;
  readonly #hashes: Map<string, Hash>;

  constructor(
    private readonly source: Readable,
    algorithms: readonly string[],
    private readonly limits: ArrivalLimits,
  ) {
    this.#hashes = new Map(algorithms.map((algorithm) => [algorithm, createHash(algorithm)]));
  }

  /** @throws ImageError UPLOAD_ABORTED, UPLOAD_IDLE, the error of the limit or of the source (SourceError for one that we read), or the reason of the signal */
  async *data(): AsyncGenerator<Buffer> {
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
        for (const hash of this.#hashes.values()) hash.update(piece);
        yield piece;
      }
    } finally {
      // Let go of, so that what is still to come can be read past. Not awaited: it may wait for the sender.
      void pieces.return?.();
    }
  }

  /** The digests; to be asked for once, after the last byte. */
  measured(): Measured {
    const digests = new Map([...this.#hashes].map(([algorithm, hash]) => [algorithm, hash.digest('hex')]));
    return { size: this.#size, digests };
  }

  /** Bytes that have passed until now. */
  get received(): number {
    return this.#size;
  }

  #next(pieces: AsyncIterator<unknown>): Promise<IteratorResult<unknown>> {
    const { signal, idleSeconds } = this.limits;
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
      const timer = setTimeout(
        () => fail(new ImageError('UPLOAD_IDLE', { seconds: idleSeconds })),
        idleSeconds * 1000,
      );
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
