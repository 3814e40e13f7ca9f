/** Lets so many at a time pass; the others wait, the first come first. */
export interface Turns {
  /**
   * Resolves when it is one's turn, to what ends it. May be called more than once.
   *
   * @throws the reason of the signal, when that comes first
   */
  take(signal: AbortSignal): Promise<() => void>;
}

export function turns(most: number): Turns {
  const waiting = new Set<() => void>();
  let taken = 0;

  return {
    async take(signal) {
      signal.throwIfAborted();
      if (taken >= most) await called(signal);
      else taken += 1;
      let isOver = false;
      return () => {
        if (!isOver) pass();
        isOver = true;
      };
    },
  };

  /** Hands a turn that has ended to whoever has waited longest. */
  function pass(): void {
    const [next] = waiting;
    if (next) next();
    else taken -= 1;
  }

  function called(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const over = () => {
        waiting.delete(begin);
        signal.removeEventListener('abort', leave);
      };
      const begin = () => {
        over();
        resolve();
      };
      const leave = () => {
        over();
        reject(signal.reason as Error);
      };
      waiting.add(begin);
      signal.addEventListener('abort', leave);
    });
  }
}
