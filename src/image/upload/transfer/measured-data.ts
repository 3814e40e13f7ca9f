import type { Readable } from 'node:stream';
import type { BufferPool } from '../../../store/buffer-pool.js';
import type { Digesting, DigestThreads } from '../../../store/digest-threads.js';
import type { Block } from './block.js';
import { receivedData, type ReceivedData, type ReceiveLimits } from './received-data.js';

/** The measured size and digests of data. */
export interface Measured {
  size: number;
  /** Hexadecimal digits by algorithm. */
  digests: ReadonlyMap<string, string>;
}

/** The limits of data that is measured, and the memory for it. */
export interface MeasuredDataOptions extends ReceiveLimits {
  /** The pool of the two blocks that the data passes through. */
  blocks: BufferPool<Block>;
}

/**
 * The data of one sender, counted, limited and digested in one pass. It passes through two blocks of memory in turn:
 * while one is digested and stored, the other is filled.
 */
export class MeasuredData {
  #data: ReceivedData | undefined;
  #digests: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(
    private readonly source: Readable,
    private readonly algorithms: readonly string[],
    private readonly threads: DigestThreads,
    private readonly limits: MeasuredDataOptions,
  ) {}

  /**
   * Yields the data in blocks. A block is valid until the next one is requested: its memory is used again.
   *
   * @throws the errors of `ReceivedData.fill`
   */
  async *data(): AsyncGenerator<Buffer> {
    let digesting: Digesting | undefined;
    const { pair, giveBack } = this.limits.blocks.lend();
    let [filling, other] = pair;
    const data = (this.#data = receivedData(this.source, this.limits));
    try {
      for (let isFull = await data.fill(filling); isFull;) {
        digesting ??= this.threads.begin(this.algorithms);
        filling.digested = digesting.update(filling.bytes);
        filling.digested.catch(() => undefined);
        const full = filling.bytes;
        [filling, other] = [other, filling];
        await filling.emptied();
        const next = data.fill(filling);
        // The failure is thrown when `next` is awaited, which may be much later.
        next.catch(() => undefined);
        yield full;
        isFull = await next;
      }
      digesting ??= this.threads.begin(this.algorithms, filling.length);
      filling.digested = digesting.update(filling.bytes);
      this.#digests = Promise.all([filling.digested, other.digested, digesting.digests()]).then(
        (all) => all[2],
      );
      // The failure is thrown to the caller of `measured`.
      this.#digests.catch(() => undefined);
      if (filling.length > 0) yield filling.bytes;
    } finally {
      data.stop();
      if (!this.#digests) digesting?.drop();
      // The threads may still read the blocks, also after the digest was dropped.
      void Promise.allSettled(pair.map(({ digested }) => digested)).then(() => {
        for (const block of pair) block.clear();
        giveBack();
      });
    }
  }

  /** Returns size and digests. Call it after the last block of `data`. */
  async measured(): Promise<Measured> {
    return { size: this.received, digests: await this.#digests! };
  }

  /** Bytes received until now. */
  get received(): number {
    return this.#data?.size ?? 0;
  }
}
