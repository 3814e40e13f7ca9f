import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseUnavailable } from './database-errors.js';

const MAX_AWAY_MS = 30_000;

/** Runs work again while the database is away: a restart at the end of a long upload must not cost the upload. */
export async function retryWhileAway<T>(work: () => Promise<T>): Promise<T> {
  const end = Date.now() + MAX_AWAY_MS;
  for (let pause = 100; ; pause = Math.min(pause * 2, 2000)) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || Date.now() > end) throw error;
      await wait(pause);
    }
  }
}
