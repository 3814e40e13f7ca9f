import type { OutcomeFragment } from '../gateway/operations.js';
import { Failure, isRefusal, isTrouble } from '../gateway/failure.js';
import { meansGone } from './change.js';
import { MOST_IDS } from './send-change.js';

/** How a change of one image ended. */
export interface Ending {
  id: string;
  /**
   * `gone` for an image that is there no longer: a deletion need not be done twice. `unknown` where no answer came: the
   * gateway may have changed it all the same.
   */
  result: 'done' | 'gone' | 'failed' | 'unknown' | 'left';
  /** The gateway's reason why it failed. */
  reason?: string;
}

/**
 * Changes images by requests of 100, one after another. Says after each request how many are settled.
 *
 * @param send changes at most 100 images
 * @param isStopped asked before each request: the images that are left stay as they are
 * @returns an ending for each image, in their order; a request without an answer, or a database that is away, ends the run
 */
export async function run(
  ids: readonly string[],
  send: (ids: readonly string[]) => Promise<readonly OutcomeFragment[]>,
  isStopped: () => boolean,
  onSettled: (count: number) => void,
): Promise<{ endings: readonly Ending[]; failure?: Failure }> {
  const endings: Ending[] = [];
  let failure: Failure | undefined;
  for (let at = 0; at < ids.length && !isStopped() && !failure; at += MOST_IDS) {
    const part = ids.slice(at, at + MOST_IDS);
    try {
      const outcomes = await send(part);
      endings.push(...outcomes.map(endingOf));
      failure = troubleIn(outcomes);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failure = error;
      const result = isRefusal(error) ? 'left' : 'unknown';
      endings.push(...part.map((id) => ({ id, result }) as const));
    }
    onSettled(endings.length);
  }
  const left = ids.slice(endings.length).map((id) => ({ id, result: 'left' }) as const);
  return { endings: [...endings, ...left], failure };
}

/** Returns the failure of a database that is away: it would meet every further image as well. */
function troubleIn(outcomes: readonly OutcomeFragment[]): Failure | undefined {
  const away = outcomes.find(({ error }) => error && isTrouble(error.code))?.error;
  return away ? new Failure(away.code, away.message) : undefined;
}

function endingOf({ imageId, error }: OutcomeFragment): Ending {
  if (!error) return { id: imageId, result: 'done' };
  if (meansGone(error.code)) return { id: imageId, result: 'gone' };
  if (isTrouble(error.code)) return { id: imageId, result: 'left' };
  return { id: imageId, result: 'failed', reason: error.message };
}
