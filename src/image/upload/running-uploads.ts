import { setTimeout as wait } from 'node:timers/promises';
import { ImageError } from '../errors.js';

/** The uploads that run on this gateway. The gateway drains them before it stops. */
export interface RunningUploads {
  readonly isDraining: boolean;
  /** Counts an upload as running until it has ended. `stop` ends it early. */
  track<T>(stop: AbortController, ended: Promise<T>): Promise<T>;
  /** Waits for the running uploads, and after these seconds stops those that still run. */
  drain(seconds: number): Promise<void>;
}

export function runningUploads(): RunningUploads {
  const running = new Set<{ stop: AbortController; ended: Promise<unknown> }>();
  let isDraining = false;

  return {
    get isDraining() {
      return isDraining;
    },

    track(stop, ended) {
      const upload = { stop, ended };
      running.add(upload);
      return ended.finally(() => running.delete(upload));
    },

    async drain(seconds) {
      isDraining = true;
      const all = Promise.allSettled([...running].map(({ ended }) => ended));
      const patience = new AbortController();
      const tooLong = wait(seconds * 1000, undefined, { signal: patience.signal }).then(
        () => running.forEach(({ stop }) => stop.abort(new ImageError('SHUTTING_DOWN'))),
        () => undefined,
      );
      await Promise.race([all, tooLong]);
      patience.abort();
      await all;
    },
  };
}
