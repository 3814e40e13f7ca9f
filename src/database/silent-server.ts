import { DatabaseSilent, TransactionSlow } from './error-codes.js';

/**
 * The time after a failure in which further work fails at once. It covers the rest of a request whose first statement got
 * no answer.
 */
const FAILS_AT_ONCE_MS = 250;

/**
 * Seconds that work may take beyond QUERY_TIMEOUT before the gateway closes its connection. A transaction has a little more,
 * so that a server that does not answer its first statement counts as silent, and not as slow. One that falls silent later
 * is noticed by the next work.
 */
export const GRACE = { statement: 2, transaction: 3 };

/** The limits for a server that does not answer: it is stopped, or its packets are lost. */
export interface SilentServer {
  /**
   * Returns the outcome of work that waits for the server.
   *
   * @param giveUp runs when the limit is over; it must close the connection that the work uses
   * @param end the time at which the limit is over in any case, in milliseconds of `performance.now()`
   * @throws DatabaseSilent
   * @throws TransactionSlow after `end`
   */
  limit<T>(work: () => Promise<T>, giveUp: () => void, end?: number): Promise<T>;
}

/**
 * @param seconds the limit for one statement, together with the wait for its connection
 * @param onSilent runs when the server has answered nothing at all for as long as the limit
 */
export function silentServer(seconds: number, onSilent: () => void): SilentServer {
  let answeredAt = -Infinity;
  let silentAt = -Infinity;

  return {
    async limit(work, giveUp, end = Infinity) {
      const begunAt = performance.now();
      if (begunAt - silentAt < FAILS_AT_ONCE_MS) {
        // The work may have been the ROLLBACK of a transaction, which the connection would keep.
        giveUp();
        throw new DatabaseSilent(seconds);
      }
      const milliseconds = Math.min(seconds * 1000, end - begunAt);
      const isCut = milliseconds < seconds * 1000;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          giveUp();
          // One connection may be lost while the server answers on the others.
          if (!isCut && answeredAt < begunAt) {
            silentAt = performance.now();
            onSilent();
          }
          reject(isCut ? new TransactionSlow() : new DatabaseSilent(seconds));
        }, milliseconds);
      });
      try {
        const outcome = await Promise.race([work(), late]);
        answeredAt = performance.now();
        return outcome;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
