import { DatabaseSilent } from './error-codes.js';

/**
 * The time after a failure in which further work fails at once. It covers the rest of a request whose first statement got
 * no answer.
 */
const FAILS_AT_ONCE_MS = 250;

/** The limits for a server that does not answer: it is stopped, or its packets are lost. */
export interface SilentServer {
  /**
   * Returns the outcome of work that waits for the server.
   *
   * @param giveUp runs when the limit is over; it must close the connection that the work uses
   * @throws DatabaseSilent
   */
  limit<T>(work: () => Promise<T>, giveUp: () => void): Promise<T>;
}

/**
 * @param seconds the limit for one statement, together with the wait for its connection
 * @param onSilent runs when the server has answered nothing at all for as long as the limit
 */
export function silentServer(seconds: number, onSilent: () => void): SilentServer {
  let answeredAt = -Infinity;
  let silentAt = -Infinity;

  return {
    async limit(work, giveUp) {
      const begunAt = performance.now();
      if (begunAt - silentAt < FAILS_AT_ONCE_MS) throw new DatabaseSilent(seconds);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          giveUp();
          // One connection may be lost while the server answers on the others.
          if (answeredAt < begunAt) {
            silentAt = performance.now();
            onSilent();
          }
          reject(new DatabaseSilent(seconds));
        }, seconds * 1000);
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
