/** Memory for the buffers of transfers: the more of them there are at once, the less each of them has. */
export interface BufferPool<Memory> {
  /**
   * Lends two pieces of memory of one size, with what others have left in them.
   *
   * @param wanted bytes for which there is use
   */
  lend(wanted?: number): Loan<Memory>;
}

export interface Loan<Memory> {
  readonly pair: readonly [Memory, Memory];
  /** Lets others have the memory, once nobody reads or writes it any more. */
  giveBack(): void;
}

/**
 * Each gets half of what the others have left. Memory given back is kept for the next one: as garbage it would
 * stay until its collector finds that there is enough of it.
 *
 * @param total bytes for all together, a power of two
 * @param least bytes of each, however many there are, a power of two: those may be had beyond the total
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
      const bytes = Math.max(least, powerOfTwoIn(Math.min(left / 2, wanted)));
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

/** The largest one that is not above. */
function powerOfTwoIn(bytes: number): number {
  return bytes < 1 ? 0 : 2 ** Math.floor(Math.log2(bytes));
}
