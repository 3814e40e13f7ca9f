import type { Database } from '../../database/database.js';
import { LATEST_SECONDS } from './feed-cursor.js';
import { changesOfLast, type RecentChange } from './recent-changes.js';

/** Finds the images that have changed since it was last asked. */
export interface RecentIds {
  /** Returns no id while it is too early to ask the database again. */
  read(): Promise<string[]>;
  /** Returns the seconds since the last reading began. */
  lag(): number;
}

/** Most changes are seen within these seconds. A look further back, for the late ones, costs more and is rarer. */
const USUAL_SECONDS = 5;
const LATE_LOOK_EVERY = 10;
const MOST_CHANGES = 10_000;
/** The reading of changes takes at most this share of the time: without an index for memberships, each one reads all. */
const SHARE_OF_TIME = 0.05;
/** A second of Glance's clock can hold further changes until it has passed, with some difference of clocks. */
const OPEN_MS = 2000;

/** @param onCut called when so many changes came at once that some of them are not seen */
export function recentIds(database: Database, onCut: () => void): RecentIds {
  /** Every change that was seen, and when. */
  const seen = new Map<string, number>();
  /** The changes whose second was not over yet. */
  let open: RecentChange[] = [];
  let reads = 0;
  let lastBegin = -Infinity;
  let notBefore = -Infinity;

  return {
    async read() {
      const begin = performance.now();
      if (begin < notBefore) return [];
      const away = lastBegin === -Infinity ? 0 : Math.ceil((begin - lastBegin) / 1000);
      const isLateLook = reads % LATE_LOOK_EVERY === 0;
      const seconds = away + (isLateLook ? LATEST_SECONDS : USUAL_SECONDS);
      const changes = await changesOfLast(database, seconds, MOST_CHANGES);
      const end = performance.now();
      reads += 1;
      lastBegin = begin;
      notBefore = end + (end - begin) * (1 / SHARE_OF_TIME - 1) - 1000;
      if (changes.length === MOST_CHANGES) onCut();
      forget(begin - (2 * LATEST_SECONDS + away) * 1000);
      return idsOf(changes, begin);
    },
    lag: () => (lastBegin === -Infinity ? 0 : Math.ceil((performance.now() - lastBegin) / 1000)),
  };

  function idsOf(changes: readonly RecentChange[], now: number): string[] {
    const fresh = changes.filter(({ id, at }) => !seen.has(`${id} ${at}`));
    for (const { id, at } of fresh) seen.set(`${id} ${at}`, now);
    if (database.tables === 'ours') return [...new Set(fresh.map(({ id }) => id))];
    const closed = open.filter(({ id, at }) => now - seen.get(`${id} ${at}`)! > OPEN_MS);
    open = [...open.filter((change) => !closed.includes(change)), ...fresh];
    return [...new Set([...fresh, ...closed].map(({ id }) => id))];
  }

  function forget(before: number): void {
    for (const [change, when] of seen) {
      if (when >= before) return;
      seen.delete(change);
    }
  }
}
