import { setTimeout as wait } from 'node:timers/promises';

const TRIES = 4;
const FIRST_PAUSE_MS = 200;

/**
 * Does work that may fail for a moment only, up to four times with growing pauses.
 *
 * @param isPassing true for a failure after which another try may succeed
 */
export async function retried<T>(
  work: () => Promise<T>,
  isPassing: (error: unknown) => boolean,
  signal?: AbortSignal,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (tries === TRIES || !isPassing(error)) throw error;
      // However the pause ends, the next try or the signal's reason tells of it.
      await wait(FIRST_PAUSE_MS * 2 ** (tries - 1), undefined, { signal }).catch(() => undefined);
      signal?.throwIfAborted();
    }
  }
}
