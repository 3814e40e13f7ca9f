import { badInput } from '../../image/errors.js';

/** The highest number of ids in one field. */
export const MOST_IDS = 100;

/** Refuses a list of ids that is too short or too long. @throws ImageError BAD_USER_INPUT */
export function requireIdList(ids: readonly string[], least: 0 | 1): void {
  if (ids.length >= least && ids.length <= MOST_IDS) return;
  throw badInput('ids', `must have from ${least} to ${MOST_IDS} ids`);
}
