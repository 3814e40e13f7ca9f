/** Work that runs over and over, never twice at once. */
export interface Pulse {
  /** Runs the work soon, out of turn. */
  soon(): void;
  /** Stops, and waits for the work that is running. */
  stop(): Promise<void>;
}

export interface PulseTimes {
  /** Milliseconds between two regular runs. */
  interval: number;
  /** Milliseconds from `soon` to the run: further calls within this time ask for the same run. */
  gathering: number;
}

/** @param work must not throw */
export function pulse(work: (turn: 'regular' | 'soon') => Promise<void>, times: PulseTimes): Pulse {
  let running: Promise<void> | undefined;
  let next: 'regular' | 'soon' | undefined;
  let gathering: NodeJS.Timeout | undefined;
  const regular = setInterval(() => run('regular'), times.interval);

  return {
    soon() {
      gathering ??= setTimeout(() => {
        gathering = undefined;
        run('soon');
      }, times.gathering);
    },
    async stop() {
      clearInterval(regular);
      clearTimeout(gathering);
      next = undefined;
      await running;
    },
  };

  function run(turn: 'regular' | 'soon'): void {
    if (running) {
      next = next === 'regular' ? next : turn;
      return;
    }
    running = work(turn).finally(() => {
      running = undefined;
      const waiting = next;
      next = undefined;
      if (waiting) run(waiting);
    });
  }
}
