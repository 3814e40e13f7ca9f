import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseUnavailable } from './driver-error.js';

const LONGEST_AWAY_MS = 30_000;

/** A database that restarts at the end of a long upload costs a wait, not the upload. */
export async function whileAway<T>(work: () => Promise<T>): Promise<T> {
  const end = Date.now() + LONGEST_AWAY_MS;
  for (let pause = 100; ; pause = Math.min(pause * 2, 2000)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || Date.now() > end) throw error;
      await wait(pause);
    }
  }
}
