import { setTimeout as wait } from 'node:timers/promises';
import { driverErrorKind } from './error-codes.js';

const TRIES = 12;
const LONGEST_PAUSE_MS = 500;

/**
 * Runs a transaction again after a deadlock, or after a conflict with another node of a cluster. The random pauses grow,
 * so that two transactions do not collide again.
 *
 * @param seconds the time after which a further try does not begin
 * @param onRetry called before each further try
 */
export async function retryDeadlocks<T>(
  transaction: () => Promise<T>,
  seconds: number,
  onRetry: () => void = () => undefined,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (let count = 1; ; count += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (driverErrorKind(error) !== 'deadlock' || count === TRIES || performance.now() > end) throw error;
      onRetry();
      await wait(Math.random() * Math.min(10 * 2 ** count, LONGEST_PAUSE_MS));
    }
  }
}
