import { setTimeout as wait } from 'node:timers/promises';
import { passes } from './database-errors.js';

/**
 * Runs work again while the database fails in a way that passes: a restart or a failover at the end of a long upload must
 * not cost the upload.
 *
 * @param options.seconds the time for which the work is repeated
 * @param options.signal ends the pauses early, with its reason; it never interrupts the work itself
 */
export async function retryWhileAway<T>(
  work: () => Promise<T>,
  { seconds = 30, signal }: { seconds?: number; signal?: AbortSignal } = {},
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (let pause = 100; ; pause = Math.min(pause * 2, 2000)) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error) || performance.now() > end) throw error;
      await wait(pause, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }
}
