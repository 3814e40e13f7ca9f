import { DatabaseBusy, DatabaseFailure, DatabaseLimit } from '../../database/database-errors.js';
import { foldedId } from '../ids.js';
import type { ImageRow } from '../records/image-columns.js';

/** The outcome of a change for one of several images: the changed image, or the error. */
export type Outcome = { id: string } & Result;

type Result = { image: ImageRow; error?: undefined } | { image?: undefined; error: unknown };

/**
 * Changes one image after the other, each in a transaction of its own: a failure leaves the other changes as they are. An
 * image that is named twice is changed once. After a failure of the database that the next images would meet too, they are
 * not tried and have the same error. So a request does not wait for the database a hundred times.
 */
export async function changeEach(
  ids: readonly string[],
  change: (id: string) => Promise<ImageRow>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let last: Result | undefined;
  for (const id of distinct(ids)) {
    if (!isLasting(last?.error)) last = await resultOf(change(id));
    outcomes.push({ id, ...last! });
  }
  return outcomes;
}

function resultOf(change: Promise<ImageRow>): Promise<Result> {
  return change.then(
    (image) => ({ image }),
    (error: unknown) => ({ error }),
  );
}

/** Returns each id once: letter case makes no difference. */
function distinct(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => !seen.has(foldedId(id)) && seen.add(foldedId(id)));
}

/** Returns true for a failure of the whole database. A conflict, or a value that is too large, concerns one image. */
function isLasting(error: unknown): boolean {
  return (
    error instanceof DatabaseFailure && !(error instanceof DatabaseBusy) && !(error instanceof DatabaseLimit)
  );
}
