import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { BufferPool } from '../../../store/buffer-pool.js';
import type { Block } from './block.js';
import type { Digesting, DigestThreads } from './digest-threads.js';
import { incoming, type Incoming, type IncomingLimits } from './received-data.js';

/** Bytes that are digested sooner than they are handed to a thread. */
const LITTLE = 128 * 1024;

/** What is known of data once all of it has passed. */
export interface Measured {
  size: number;
  /** Hexadecimal digits by algorithm. */
  digests: ReadonlyMap<string, string>;
}

export interface ArrivalLimits extends IncomingLimits {
  /** Memory for the two blocks in which the data is handed on. */
  blocks: BufferPool<Block>;
}

/**
 * Data on its way in: counted, limited and digested in one pass, with a deadline for silence. It is handed on in
 * two blocks of memory by turns: while one is digested and stored, the other is filled.
 */
export class Arrival {
  #data: Incoming | undefined;
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
    const { pair, giveBack } = this.limits.blocks.lend();
    let [filling, other] = pair;
    const data = (this.#data = incoming(this.source, this.limits));
    try {
      for (let isFull = await data.fill(filling); isFull;) {
        digesting ??= this.threads.begin(this.algorithms);
        filling.digested = digesting.update(filling.memory, filling.length);
        filling.digested.catch(() => undefined);
        const full = filling.bytes;
        [filling, other] = [other, filling];
        await filling.emptied();
        const next = data.fill(filling);
        // Its failure is told when it is waited for, which may be much later.
        next.catch(() => undefined);
        yield full;
        isFull = await next;
      }
      if (!digesting && filling.length <= LITTLE)
        this.#digests = Promise.resolve(this.#digestsOf(filling.bytes));
      else {
        digesting ??= this.threads.begin(this.algorithms);
        filling.digested = digesting.update(filling.memory, filling.length);
        this.#digests = Promise.all([filling.digested, other.digested, digesting.digests()]).then(
          (all) => all[2],
        );
      }
      // Its failure is told to whoever asks for the digests.
      this.#digests.catch(() => undefined);
      if (filling.length > 0) yield filling.bytes;
    } finally {
      data.stop();
      if (!this.#digests) digesting?.drop();
      // The threads may still be at it, also when nobody wants the digest any more.
      void Promise.allSettled(pair.map(({ digested }) => digested)).then(() => {
        for (const block of pair) block.clear();
        giveBack();
      });
    }
  }

  /** Size and digests of data that has passed as a whole. */
  async measured(): Promise<Measured> {
    return { size: this.received, digests: await this.#digests! };
  }

  /** Bytes that have passed until now. */
  get received(): number {
    return this.#data?.size ?? 0;
  }

  #digestsOf(bytes: Buffer): ReadonlyMap<string, string> {
    return new Map(
      this.algorithms.map((algorithm) => [algorithm, createHash(algorithm).update(bytes).digest('hex')]),
    );
  }
}
