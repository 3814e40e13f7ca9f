import { setTimeout as wait } from 'node:timers/promises';

const FIRST_PAUSE_MS = 200;

export interface RetryOptions {
  /** Returns true for a failure after which another try may succeed. */
  isTransient: (error: unknown) => boolean;
  /** The number of tries in all. */
  tries?: number;
  /** Stops the tries. */
  signal?: AbortSignal;
}

/** Runs work again after a transient failure. The pause before each further try is twice as long as the last one. */
export async function withRetries<T>(
  work: () => Promise<T>,
  { isTransient, tries = 4, signal }: RetryOptions,
): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (count >= tries || !isTransient(error)) throw error;
      // An abort ends the pause early; the check below then throws the signal's reason.
      await wait(FIRST_PAUSE_MS * 2 ** (count - 1), undefined, { signal }).catch(() => undefined);
      signal?.throwIfAborted();
    }
  }
}
