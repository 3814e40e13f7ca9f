import type { Database } from '../../database/database.js';
import { ImageError } from '../errors.js';
import { secondsBefore } from '../date-time.js';
import { batches, type ReadChangedImages } from './changed-images.js';
import { readFeedCursor, type FeedPlace } from './feed-cursor.js';
import { filterMatches, type Filtering } from './filter-matches.js';
import type { FormerAudiences } from './former-audiences.js';
import type { ImageChange } from './image-change.js';
import { changesSince, type RecentChange } from './recent-changes.js';
import type { Watch } from './watch.js';

/** The subscriber and its place before a break. */
export interface CatchUpRequest {
  readonly watch: Watch;
  readonly filtering: Filtering;
  /** The cursor of the last change before the break; undefined for a new subscriber. */
  readonly after?: string;
  /** The run of the feed. */
  readonly run: string;
}

/** A change that a subscriber has missed, with the fingerprint of the image. */
export interface MissedChange {
  readonly change: ImageChange;
  readonly fingerprint: string;
}

/**
 * Seconds before the start of a subscription whose changes it brings too, so that none falls between the client's list and
 * its subscription.
 */
const HEAD_START_SECONDS = 5;

const LONGEST_BREAK_SECONDS = 7 * 24 * 3600;
/** Reading the list again is cheaper than more changes. */
const MOST_MISSED = 10_000;
const PAGE = 1000;

/**
 * Returns the changes that a subscriber has missed, in order, each image once with its present state.
 *
 * @throws ImageError CHANGES_EXPIRED when they are too old or too many, or the view is another; INVALID_CURSOR
 */
export async function missedChanges(
  { watch, filtering, after, run }: CatchUpRequest,
  parts: { database: Database; readImages: ReadChangedImages; former: FormerAudiences },
): Promise<MissedChange[]> {
  const { database } = parts;
  const place = after === undefined ? undefined : readFeedCursor(watch.stream, after);
  const [{ clock }] = (await database.read(`SELECT ${database.dialect.now} AS clock`)) as { clock: string }[];
  if (place) requireRecent(place, clock);
  // The client may have parts of images that the caller may not see any more, or lack others.
  if (place && place.view !== watch.view) throw expired();
  // A live Glance records no former audiences, and this run of the feed knows only those since it began.
  if (place && !parts.former.areRecorded && !watch.caller.isAdmin && place.run !== run) throw expired();
  const { since, had } = place ?? { since: secondsBefore(clock, HEAD_START_SECONDS), had: new Set<string>() };

  const changes = await changedSince(database, since);
  const follow = watch.follow(run);
  const missed: MissedChange[] = [];
  for (const batch of batches([...changes.keys()])) {
    const images = await parts.readImages(batch, new Set(watch.relations));
    const formerOf = await parts.former.of(images);
    const found = images.map(({ row }) => row.id);
    const passes = await filterMatches(database, found, [filtering]);
    for (const image of images) {
      const former = formerOf.get(image.row.id) ?? [];
      const change = follow(image, {
        passes: passes(image.row.id, filtering),
        former,
        since,
        isUnknown: true,
        lag: 0,
        had,
        // The image may have changed again; the images behind it in the list have not been read yet.
        at: changes.get(image.row.id)!,
      });
      if (change) missed.push({ change, fingerprint: image.fingerprint });
    }
  }
  return missed;
}

function requireRecent({ since }: FeedPlace, clock: string): void {
  if (since < secondsBefore(clock, LONGEST_BREAK_SECONDS)) throw expired();
}

function expired(): ImageError {
  return new ImageError('CHANGES_EXPIRED', { field: 'after' });
}

/** Returns the images that have changed since and the times of their last changes, in the order of these. */
async function changedSince(database: Database, since: string): Promise<Map<string, string>> {
  const times = new Map<string, string>();
  for (let last: RecentChange | undefined; ;) {
    const page = await changesSince(database, since, PAGE, last);
    for (const { id, at } of page) {
      times.delete(id);
      times.set(id, at);
    }
    if (times.size > MOST_MISSED) throw expired();
    if (page.length < PAGE) return times;
    last = page.at(-1);
  }
}
