const LONGEST_SECONDS = 60;
/** The longest wait that a gateway may ask for. */
const LONGEST_ASKED = 3600;

/**
 * Returns the seconds after which to try again: those that the gateway asks for, else 1, 2, 4 … 60.
 *
 * @param failures how many came before, one after the other
 * @param random from 0 to 1, so that many pages do not come back at the same moment
 */
export function secondsToWait(failures: number, retryAfter: number | null, random = Math.random()): number {
  if (retryAfter !== null) return Math.min(Math.max(retryAfter, 1), LONGEST_ASKED);
  return Math.min(2 ** failures * (1 + random / 4), LONGEST_SECONDS);
}
