import type { Database } from '../../database/database.js';
import { secondsBefore } from '../date-time.js';
import { batches, type ChangedImage, type ReadChangedImages } from './changed-images.js';
import { LATEST_SECONDS } from './feed-cursor.js';
import { filterMatches, type Filtering } from './filter-matches.js';
import type { FormerAudiences } from './former-audiences.js';
import type { ImageChange } from './image-change.js';
import type { Watch } from './watch.js';

/** One subscriber of a watch. */
export interface Subscriber {
  add(change: ImageChange, fingerprint: string): void;
  fail(error: Error): void;
}

export interface Joining {
  readonly watch: Watch;
  readonly filtering: Filtering;
  /** The run of the feed, for cursors. */
  readonly run: string;
}

/** The watched lists, and the delivery of changes to those who watch them. */
export interface LiveChanges {
  readonly isEmpty: boolean;
  /** Adds a subscriber. Returns the function that removes it. */
  join(joining: Joining, subscriber: Subscriber): () => void;
  /** Remembers images as they are now, so that only later changes are delivered. */
  remember(ids: readonly string[]): Promise<void>;
  /**
   * Reads images once for all subscribers, and delivers those that have changed.
   *
   * @param advanced images whose upload has advanced; they are delivered in any case
   * @param lag seconds for which other writers' changes have not been read
   */
  deliver(ids: readonly string[], advanced: ReadonlySet<string>, lag: number): Promise<void>;
  failAll(error: () => Error): void;
}

interface Group {
  readonly watch: Watch;
  readonly filtering: Filtering;
  readonly changeOf: ReturnType<Watch['follow']>;
  readonly subscribers: Set<Subscriber>;
}

interface KnownState {
  readonly fingerprint: string;
  readonly changedAt: string;
  /** When it was delivered, in milliseconds of `performance.now()`. */
  readonly when: number;
}

const REMEMBERED_MS = 3 * LATEST_SECONDS * 1000;

export function liveChanges({
  database,
  readImages,
  former,
}: {
  database: Database;
  readImages: ReadChangedImages;
  former: FormerAudiences;
}): LiveChanges {
  const groups = new Map<string, Group>();
  const filters = new Map<string, Filtering>();
  const states = new Map<string, KnownState>();

  return {
    get isEmpty() {
      return groups.size === 0;
    },

    join({ watch, filtering, run }, subscriber) {
      const filter = JSON.stringify(filtering);
      const key = JSON.stringify([run, watch.caller, watch.filter, filter, [...watch.relations].sort()]);
      if (!filters.has(filter)) filters.set(filter, filtering);
      const group = groups.get(key) ?? {
        watch,
        filtering: filters.get(filter)!,
        changeOf: watch.follow(run),
        subscribers: new Set(),
      };
      groups.set(key, group);
      group.subscribers.add(subscriber);
      return () => {
        group.subscribers.delete(subscriber);
        if (group.subscribers.size > 0 || groups.get(key) !== group) return;
        groups.delete(key);
        if (![...groups.values()].some(({ filtering: other }) => other === group.filtering))
          filters.delete(filter);
        if (groups.size === 0) states.clear();
      };
    },

    async remember(ids) {
      for (const batch of batches(ids)) (await readImages(batch, new Set())).forEach(keepState);
    },

    async deliver(ids, advanced, lag) {
      forgetStates();
      const relations = new Set([...groups.values()].flatMap(({ watch }) => watch.relations));
      for (const batch of batches(ids)) {
        const read = await readImages(batch, relations);
        const images = read.filter(
          ({ row: { id }, fingerprint }) => advanced.has(id) || states.get(id)?.fingerprint !== fingerprint,
        );
        if (images.length > 0) await deliverRead(images, lag);
      }
    },

    failAll(error) {
      for (const { subscribers } of groups.values()) for (const each of [...subscribers]) each.fail(error());
    },
  };

  async function deliverRead(images: readonly ChangedImage[], lag: number): Promise<void> {
    const formerOf = await former.of(images);
    const asked = new Set([...groups.values()].map(({ filtering }) => filtering));
    const ids = images.map(({ row }) => row.id);
    const passes = await filterMatches(database, ids, [...asked]);
    for (const group of [...groups.values()].filter(isAllowed)) {
      for (const image of images) deliverTo(group, image);
    }
    images.forEach(keepState);

    function deliverTo({ filtering, changeOf, subscribers }: Group, image: ChangedImage): void {
      const { id } = image.row;
      const known = states.get(id);
      const change = changeOf(image, {
        passes: passes(id, filtering),
        former: formerOf.get(id) ?? [],
        since: known?.changedAt ?? secondsBefore(image.clock, LATEST_SECONDS),
        isUnknown: known === undefined,
        at: image.changedAt,
        lag,
      });
      if (change) for (const each of subscribers) each.add(change, image.fingerprint);
    }
  }

  /** Ends the subscriptions of a group whose caller may list images no longer. */
  function isAllowed({ watch, subscribers }: Group): boolean {
    try {
      watch.requireAllowed();
      return true;
    } catch (error) {
      for (const each of [...subscribers]) each.fail(error as Error);
      return false;
    }
  }

  function keepState({ row: { id }, fingerprint, changedAt }: ChangedImage): void {
    states.delete(id);
    states.set(id, { fingerprint, changedAt, when: performance.now() });
  }

  function forgetStates(): void {
    const before = performance.now() - REMEMBERED_MS;
    for (const [id, { when }] of states) {
      if (when >= before) return;
      states.delete(id);
    }
  }
}
