import { setTimeout as wait } from 'node:timers/promises';

/**
 * Asks again until the answer is the wanted one, and gives it.
 *
 * @param isWanted any true value by default
 * @throws when it has not come within the seconds given; the error holds the last answer
 */
export async function eventually<T>(
  ask: () => T | Promise<T>,
  isWanted: (answer: T) => boolean = Boolean,
  seconds = 20,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`it never came to pass; last: ${JSON.stringify(answer)}`);
    await wait(20);
  }
}
