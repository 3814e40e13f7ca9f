import type { OutcomeFragment } from '../gateway/operations.js';
import { Failure } from '../gateway/failure.js';
import { MOST_IDS } from './send-change.js';

/** How a change of one image ended. */
export interface Ending {
  id: string;
  /** `gone` for an image that is there no longer: a deletion need not be done twice. */
  result: 'done' | 'gone' | 'failed' | 'left';
  /** The gateway's reason why it failed. */
  reason?: string;
}

const GONE = ['IMAGE_NOT_FOUND', 'IMAGE_DELETED', 'IMAGE_PENDING_DELETE'];

/**
 * Changes images by requests of 100, one after another. Says after each request how many are settled.
 *
 * @param send changes at most 100 images
 * @param isStopped asked before each request: the images that are left stay as they are
 * @returns an ending for each image, in their order; a request without an answer ends the run
 */
export async function run(
  ids: readonly string[],
  send: (ids: readonly string[]) => Promise<readonly OutcomeFragment[]>,
  isStopped: () => boolean,
  onSettled: (count: number) => void,
): Promise<{ endings: readonly Ending[]; failure?: Failure }> {
  const endings: Ending[] = [];
  const left = () => ids.slice(endings.length).map((id) => ({ id, result: 'left' as const }));
  for (let at = 0; at < ids.length && !isStopped(); at += MOST_IDS) {
    try {
      const outcomes = await send(ids.slice(at, at + MOST_IDS));
      endings.push(...outcomes.map(endingOf));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { endings: [...endings, ...left()], failure: error };
    }
    onSettled(endings.length);
  }
  return { endings: [...endings, ...left()] };
}

function endingOf({ imageId, error }: OutcomeFragment): Ending {
  if (!error) return { id: imageId, result: 'done' };
  if (GONE.includes(error.code)) return { id: imageId, result: 'gone' };
  return { id: imageId, result: 'failed', reason: error.message };
}
