/** Runs uploads in the order in which they come, some at once. */
export interface Queue {
  /** Puts an upload at the end. */
  add(id: string): void;
  /** Takes an upload out, and stops it if it runs. Resolves when it has ended. */
  stop(id: string): Promise<void>;
  /** Begins those for which there is room by now. */
  fill(): void;
}

/**
 * @param most returns how many may run at once
 * @param run runs one; its signal aborts when it is to stop
 */
export function queue(most: () => number, run: (id: string, signal: AbortSignal) => Promise<void>): Queue {
  let waiting: readonly string[] = [];
  const running = new Map<string, { stop: AbortController; over: Promise<void> }>();

  return {
    add(id) {
      waiting = [...without(id), id];
      fill();
    },
    async stop(id) {
      waiting = without(id);
      const found = running.get(id);
      found?.stop.abort();
      await found?.over.catch(() => undefined);
    },
    fill,
  };

  function fill(): void {
    // One that was stopped may still be ending when it is added again.
    const free = waiting.filter((id) => !running.has(id));
    for (const id of free.slice(0, Math.max(0, most() - running.size))) begin(id);
  }

  function begin(id: string): void {
    waiting = without(id);
    const stop = new AbortController();
    const over = run(id, stop.signal).finally(() => {
      running.delete(id);
      fill();
    });
    running.set(id, { stop, over });
  }

  function without(id: string): string[] {
    return waiting.filter((each) => each !== id);
  }
}
