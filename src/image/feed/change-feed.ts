import { randomUUID } from 'node:crypto';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Database } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import type { Log } from '../../telemetry/log.js';
import { filterConditions, readableFilter, type ImageFilter } from '../catalog/image-filter.js';
import { ImageError } from '../errors.js';
import type { Relation } from '../records/image-relations.js';
import { missedChanges } from './catch-up.js';
import { changedImageReader } from './changed-images.js';
import { formerAudiences } from './former-audiences.js';
import type { ImageChange } from './image-change.js';
import { liveChanges } from './live-changes.js';
import { pendingChanges } from './pending-changes.js';
import { pulse } from './pulse.js';
import { recentIds } from './recent-ids.js';
import { watch, type WatchRules } from './watch.js';

/** A request to hear of changes. */
export interface ChangesRequest {
  readonly filter: ImageFilter;
  /** The cursor of the last change that the subscriber has received. */
  readonly after?: string;
  /** The relations of images that the subscriber selects. */
  readonly relations: readonly Relation[];
  /** Called when the subscriber is cut off because it reads too slowly. */
  readonly onTooSlow?: () => void;
}

/** The stream of changes of images, for live events. It reads the database only while somebody listens. */
export interface ChangeFeed {
  /**
   * Begins to hear of the changes of a caller's list of images. Returning the iterator ends that.
   *
   * @throws ImageError BAD_USER_INPUT, FORBIDDEN, INVALID_CURSOR, CHANGES_EXPIRED; the iterator also SUBSCRIBER_TOO_SLOW
   */
  changes(caller: Caller, request: ChangesRequest): Promise<AsyncIterableIterator<ImageChange>>;
  /** Tells of a change by this gateway, so that its subscribers hear of it at once. */
  changed(imageId: string): void;
  /** Tells of the progress of an upload, which no row of the database shows. */
  progressed(imageId: string): void;
  /** Ends every subscription with CHANGES_EXPIRED, when the rules that decide what callers see are others. */
  restart(): void;
  stop(): Promise<void>;
}

export interface FeedParts extends WatchRules {
  database: Database;
  progress: {
    /** Returns a function that returns the images whose data has advanced at other gateways since its last call. */
    followOthers(): () => Promise<string[]>;
  };
  log: Pick<Log, 'warn'>;
}

/** The reading of the database while somebody listens. */
interface Run {
  readonly id: string;
  /** Resolves once only later changes are delivered. */
  readonly begun: Promise<void>;
  soon(): void;
  stop(): Promise<void>;
}

const TIMES = { interval: 1000, gathering: 50 };
/** Catching up can read many rows, so that only some subscribers do it at once. */
const CATCHING_UP = 2;

export function changeFeed(parts: FeedParts): ChangeFeed {
  const { database, progress, protection, log } = parts;
  const readImages = changedImageReader(database);
  const former = formerAudiences(database);
  const live = liveChanges({ database, readImages, former });
  const atOnce = pLimit(CATCHING_UP);
  const turns = new Map<string, { limit: LimitFunction; waiting: number }>();
  const touched = new Set<string>();
  const progressing = new Set<string>();
  let running: Run | undefined;
  let ending: Promise<void> = Promise.resolve();

  return {
    async changes(sender, { filter, after, relations, onTooSlow }) {
      // Callers with the same rights share a watch, whatever their requests are.
      const caller = { ...sender, requestId: undefined, client: undefined };
      const watched = watch(caller, filter, relations, parts);
      watched.requireAllowed();
      const filtering = filterConditions(readableFilter(filter, caller, protection), database.dialect);
      const run = (running ??= begin());
      const joining = { watch: watched, filtering, run: run.id };

      const caughtUp = new Map<string, string>();
      const pending = pendingChanges(() => {
        leave();
        if (live.isEmpty) void end(run);
      }, onTooSlow);
      const leave = live.join(joining, {
        add(change, fingerprint) {
          if (caughtUp.get(change.imageId) !== fingerprint) pending.add(change);
          caughtUp.delete(change.imageId);
        },
        fail: pending.fail,
      });
      try {
        await run.begun;
        const missed = await inTurn(JSON.stringify([caller.user, caller.tenant]), () =>
          missedChanges({ ...joining, after }, { database, readImages, former }),
        );
        // A change that waits already may be older, so that the same state must come again behind it.
        for (const { change, fingerprint } of missed)
          if (!pending.has(change.imageId)) caughtUp.set(change.imageId, fingerprint);
        pending.begin(missed.map(({ change }) => change));
        return pending;
      } catch (error) {
        await pending.return();
        throw error;
      }
    },

    changed: (imageId) => tell(touched, imageId),
    progressed: (imageId) => tell(progressing, imageId),
    restart: expireAll,

    async stop() {
      if (running) await end(running);
    },
  };

  /** Does work that catches up: one work of a caller at a time, so that no caller fills the queue of all. */
  async function inTurn<T>(caller: string, work: () => Promise<T>): Promise<T> {
    const own = turns.get(caller) ?? { limit: pLimit(1), waiting: 0 };
    turns.set(caller, own);
    own.waiting += 1;
    try {
      return await own.limit(() => atOnce(work));
    } finally {
      own.waiting -= 1;
      if (own.waiting === 0) turns.delete(caller);
    }
  }

  function expireAll(): void {
    live.failAll(() => new ImageError('CHANGES_EXPIRED'));
  }

  function tell(among: Set<string>, imageId: string): void {
    if (!running) return;
    among.add(imageId);
    running.soon();
  }

  function begin(): Run {
    const recent = recentIds(database, expireAll);
    const advancedElsewhere = progress.followOthers();
    // The work of an earlier run must not reach the subscribers of this one.
    const begun = ending.then(() => former.begin()).then(async () => live.remember(await recent.read()));
    let hasFailed = false;
    const { soon, stop } = pulse(async (turn) => {
      try {
        await begun;
        if (turn === 'regular') for (const id of await advancedElsewhere()) progressing.add(id);
        await deliver(turn === 'regular' ? await recent.read() : [], recent.lag());
        hasFailed = false;
      } catch (error) {
        if (!hasFailed) log.warn({ err: error }, 'changes of images cannot be read; this is tried again');
        hasFailed = true;
      }
    }, TIMES);
    const run = { id: randomUUID().slice(0, 8), begun, soon, stop };
    begun.catch(() => end(run));
    return run;
  }

  async function deliver(found: readonly string[], lag: number): Promise<void> {
    const always = new Set(progressing);
    const ids = new Set([...found, ...touched, ...always]);
    touched.clear();
    progressing.clear();
    try {
      if (ids.size > 0) await live.deliver([...ids], always, lag);
    } catch (error) {
      // The next turn delivers them.
      for (const id of ids) touched.add(id);
      throw error;
    }
  }

  async function end(run: Run): Promise<void> {
    if (running === run) {
      running = undefined;
      touched.clear();
      progressing.clear();
    }
    ending = run.stop();
    await ending;
  }
}
