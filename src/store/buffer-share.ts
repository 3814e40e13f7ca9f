/** Bytes for the buffers of transfers: the more of them there are at once, the less each of them has. */
export interface BufferShare {
  /** Lets one more take part, until it leaves. */
  enter(): { readonly bytes: number; leave(): void };
}

/**
 * @param total bytes for all together, as long as that gives each at least the least
 * @param least bytes of each, however many there are
 * @param most bytes of each, however few there are
 */
export function bufferShare(total: number, least: number, most: number): BufferShare {
  let sharers = 0;
  return {
    enter() {
      sharers += 1;
      let isIn = true;
      return {
        get bytes() {
          return Math.max(least, Math.min(most, Math.floor(total / sharers)));
        },
        leave() {
          if (isIn) sharers -= 1;
          isIn = false;
        },
      };
    },
  };
}
