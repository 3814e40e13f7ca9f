import { createHash } from 'node:crypto';
import type { Caller } from '../../identity/caller.js';
import type { ImageFilter } from '../catalog/image-filter.js';
import { readCursor, writeCursor } from '../catalog/cursor.js';
import { secondsBefore } from '../date-time.js';
import type { ImageRow } from '../records/image-columns.js';
import type { MemberRow } from '../records/member-records.js';
import { revisionOf } from '../records/revision.js';

/** The place in the stream of changes from which a subscriber goes on. */
export interface FeedPlace {
  /** The changes since this time are read again. */
  readonly since: string;
  /** The run of the feed that made the cursor. */
  readonly run: string;
  /** The name of the view that the subscriber had. */
  readonly view: string;
  /** The marks of states that the subscriber already has. */
  readonly had: ReadonlySet<string>;
}

/** The state of an image that a subscriber has received. */
export interface ReceivedState {
  readonly id: string;
  readonly mark: string;
  /** The time up to which the subscriber has received every change with this one. */
  readonly at: string;
}

/**
 * Seconds by which changes can be seen late: the longest transaction, and the difference between the clocks of those who
 * write.
 */
export const LATEST_SECONDS = 60;

/** The highest number of states in a cursor. A subscriber that has received more may receive some of them again. */
const MOST_STATES = 64;

/**
 * Returns a short mark of the state of an image that a subscriber receives, for its cursors. No two states of an image have
 * one mark. It is made of nothing that the caller may not see, since a digest of a short secret can be guessed.
 *
 * @param changedAt the time of the change
 * @param image the image as the caller sees it; null when it has left the list
 */
export function markOf(
  id: string,
  changedAt: string,
  image: ImageRow | null,
  memberships: readonly MemberRow[],
): string {
  const content = image ? [revisionOf(image), ...memberships.map((each) => Object.values(each))] : [];
  return createHash('sha256')
    .update(JSON.stringify([id, changedAt, ...content]))
    .digest('base64url')
    .slice(0, 10);
}

/** Returns the name of a stream of changes. A cursor belongs to one stream: another owner, or another filter, has another. */
export function streamOf({ owner }: Caller, filter: ImageFilter): string {
  return `imageChanged:${digestOf([owner, filter])}`;
}

/**
 * Returns the name of a caller's view of all images. With other rules, or with other roles, the caller may see other parts
 * of images that have not changed.
 *
 * @param rules the texts of the rules
 */
export function viewOf({ user, tenant, roles, isAdmin }: Caller, rules: readonly string[]): string {
  return digestOf([user, tenant, [...roles].sort(), isAdmin, rules]);
}

function digestOf(content: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 12);
}

/** The facts that stand in every cursor of one subscription. */
export type CursorOrigin = Pick<FeedPlace, 'run' | 'view'> & { readonly stream: string };

interface CursorTimes {
  /** The database's clock. */
  readonly clock: string;
  /** Seconds for which other writers' changes have not been read. */
  readonly lag: number;
}

/**
 * The states that a subscriber has received lately, the newest first. They stand in its cursors, since the changes of the
 * last minute are read again after a break.
 */
export function receivedStates() {
  let states: readonly ReceivedState[] = [];

  return {
    /** Adds a state, and returns the cursor behind it. */
    add({ stream, run, view }: CursorOrigin, { clock, lag }: CursorTimes, received: ReceivedState): string {
      const { at } = received;
      const late = secondsBefore(clock, LATEST_SECONDS + lag);
      const since = at < late ? at : late;
      const kept = states
        .filter((state) => state.at >= since && state.id !== received.id)
        .slice(0, MOST_STATES - 1);
      states = [received, ...kept];
      return writeCursor(stream, [since, run, view, ...states.map((state) => state.mark)]);
    },
  };
}

/** @throws ImageError INVALID_CURSOR */
export function readFeedCursor(stream: string, cursor: string): FeedPlace {
  const [since, run, view, ...had] = readCursor(
    stream,
    cursor,
    'after',
    (values) =>
      values.length >= 3 &&
      values.length <= MOST_STATES + 3 &&
      values.every((value) => typeof value === 'string') &&
      TIME.test(values[0]),
  ) as string[];
  return { since, run, view, had: new Set(had) };
}

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/;
