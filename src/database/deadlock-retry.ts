import { setTimeout as wait } from 'node:timers/promises';
import { driverErrorKind } from './error-codes.js';

const TRIES = 8;

/** Runs a transaction again after a deadlock. The random pauses grow, so that two transactions do not collide again. */
export async function retryDeadlocks<T>(transaction: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (driverErrorKind(error) !== 'deadlock' || count === TRIES) throw error;
      await wait(Math.random() * 10 * 2 ** count);
    }
  }
}
