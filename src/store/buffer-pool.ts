/** Memory for the buffers of transfers. The more transfers run at once, the less each one gets. */
export interface BufferPool<Memory> {
  /**
   * Lends two pieces of memory of one size. They still hold the bytes of their last use.
   *
   * @param wanted the most bytes that the borrower can use
   */
  lend(wanted?: number): Loan<Memory>;
}

export interface Loan<Memory> {
  readonly pair: readonly [Memory, Memory];
  /** Returns the memory to the pool. The borrower must have ended every read and write of it. */
  giveBack(): void;
}

/**
 * Each loan gets half of the memory that is left. The pool keeps returned memory for the next loan: as garbage it would
 * stay until the collector runs.
 *
 * @param total the bytes of all loans together, a power of two
 * @param least the bytes of each loan at least, a power of two, even beyond the total
 */
export function bufferPool<Memory>(
  total: number,
  least: number,
  allocate: (bytes: number) => Memory,
): BufferPool<Memory> {
  const kept = new Map<number, Loan<Memory>['pair'][]>();
  let left = total;
  let bytesKept = 0;

  return {
    lend(wanted = Infinity) {
      const bytes = Math.max(least, powerOfTwoUpTo(Math.min(left / 2, wanted)));
      left -= bytes;
      const pair = taken(bytes) ?? [allocate(bytes / 2), allocate(bytes / 2)];
      let isLent = true;
      return {
        pair,
        giveBack() {
          if (!isLent) return;
          isLent = false;
          left += bytes;
          keep(bytes, pair);
        },
      };
    },
  };

  function taken(bytes: number): Loan<Memory>['pair'] | undefined {
    const pair = kept.get(bytes)?.pop();
    if (pair) bytesKept -= bytes;
    return pair;
  }

  function keep(bytes: number, pair: Loan<Memory>['pair']): void {
    if (bytesKept + bytes > 2 * total) return;
    bytesKept += bytes;
    const alike = kept.get(bytes);
    if (alike) alike.push(pair);
    else kept.set(bytes, [pair]);
  }
}

/** Returns the largest power of two up to a number of bytes. */
function powerOfTwoUpTo(bytes: number): number {
  return bytes < 1 ? 0 : 2 ** Math.floor(Math.log2(bytes));
}
