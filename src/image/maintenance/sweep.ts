import type { Database } from '../../database/database.js';
import type { Store } from '../../store/store.js';
import type { Stores } from '../../store/configured-stores.js';
import type { Log } from '../../telemetry/log.js';
import type { ImageRemoval } from '../change/image-removal.js';
import type { ImageScrub, ScrubCount } from './image-scrub.js';
import type { HasUnstoredUpload } from '../upload/resumable/unstored-upload.js';
import type { ResumableUploads } from '../upload/resumable/resumable-upload.js';
import type { Lease, UploadLeases } from '../upload/upload-lease.js';
import { forgetProgress } from '../upload/progress-records.js';
import type { SettleUpload } from '../upload/upload-settlement.js';
import type { RunOptions } from './run-options.js';
import type { SweepObserver, SweepPart } from './sweep-observer.js';
import { forgetAudiences } from '../records/audience-records.js';
import { ownerCounters } from './owner-counters.js';
import { unrenewedLeases } from './unrenewed-leases.js';

const BATCH = 100;
const REASON = 'The gateway that was receiving the data stopped before it had arrived.';

/** The progress of a sweep. The counts of the scrub stay 0 where deletion is not delayed. */
export interface SweepCount extends ScrubCount {
  /** Uploads of gateways that died, which were settled. */
  settled: number;
  /** Locations of deleted images whose data was removed. */
  removed: number;
  /** Temporary names of uploads that were removed from stores. */
  released: number;
  /** Owners whose counters were wrong, and were set right. */
  recounted: number;
  /** Leases that are watched now: the sweep settles an upload when nobody renews its lease. */
  watched: number;
  /** Work that failed and is left to a later sweep; the log says why. */
  failed: number;
}

const NOTHING: Readonly<SweepCount> = {
  settled: 0,
  removed: 0,
  released: 0,
  recounted: 0,
  scrubbed: 0,
  foreign: 0,
  watched: 0,
  failed: 0,
};

/**
 * One of the works of a sweep, which go on side by side.
 *
 * @param extent `part` for a sweep that comes again soon
 */
type Task = (add: Counter, extent: 'part' | 'round', signal?: AbortSignal) => Promise<void>;

type Counter = (what: keyof SweepCount, number: number) => void;

/** The sweep: it does what gateways that died, or stores that were away, left undone. */
export interface Sweep {
  /** Runs until nothing more is due. Several gateways may sweep at once. */
  run(options?: RunOptions<SweepCount>): Promise<SweepCount>;
  /**
   * Runs now, and then once in this number of seconds until `stop`. The watch of leases takes time; the other work goes on
   * beside it.
   */
  start(seconds: number): void;
  /** Ends the present work early, and starts no other. */
  stop(): Promise<void>;
}

export interface SweepParts {
  database: Database;
  stores: Stores;
  leases: UploadLeases;
  settle: SettleUpload;
  removal: ImageRemoval;
  hasUnstoredUpload: HasUnstoredUpload;
  /** Undefined outside a server: only the server that holds parts of uploads may remove them. */
  resumable?: Pick<ResumableUploads, 'sweep'>;
  /** Undefined when deletion is not delayed here: another Glance then decides when data is scrubbed. */
  scrub: ImageScrub | undefined;
  observer?: SweepObserver;
  log: Log;
}

export function sweep({
  database,
  stores,
  leases,
  settle,
  removal,
  hasUnstoredUpload,
  resumable,
  scrub,
  observer,
  log,
}: SweepParts): Sweep {
  const tasks: readonly Task[] = [settleUploads, removeData, verifyCounters];
  const parts = new Map<Task, SweepPart>([
    [settleUploads, 'uploads'],
    [removeData, 'data'],
    [verifyCounters, 'counters'],
  ]);
  const counters = ownerCounters(database, log);
  const running = new Map<Task, Promise<void>>();
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  return {
    async run({ onProgress = () => undefined, signal } = {}) {
      const count: SweepCount = { ...NOTHING };
      const add: Counter = (what, number) => {
        count[what] += number;
        onProgress(count);
      };
      const ended = await Promise.allSettled(tasks.map((task) => task(add, 'round', signal)));
      const failed = ended.find((each) => each.status === 'rejected');
      if (failed) throw failed.reason;
      return count;
    },
    start(seconds) {
      // Nothing waits for the counters, and a start has enough to do.
      sweepNow([settleUploads, removeData]);
      timer = setInterval(() => sweepNow(tasks), seconds * 1000);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      stopped.abort();
      await Promise.all(running.values());
    },
  };

  /** Starts each task that is due unless it is running still. Logs a failure. */
  function sweepNow(due: readonly Task[]): void {
    for (const task of due.filter((each) => !running.has(each))) {
      const part = parts.get(task)!;
      const ended = task((what, number) => observer?.done(what, number), 'part', stopped.signal)
        .then(() => observer?.ended(part))
        .catch((error: unknown) => {
          observer?.ended(part, error);
          log.warn({ err: error, part }, 'the sweep failed and is tried again');
        })
        .finally(() => running.delete(task));
      running.set(task, ended);
    }
  }

  async function settleUploads(add: Counter, _extent: unknown, signal?: AbortSignal): Promise<void> {
    if (database.readOnly || !database.hasGatewayTables) return;
    const total = totals(add);
    const onWatching = (watched: number) => total({ watched });
    for (const lease of await unrenewedLeases({ leases, onWatching, signal })) {
      if (signal?.aborted) return;
      const what = await settleAbandoned(lease, signal);
      if (what) add(what, 1);
    }
  }

  async function removeData(add: Counter, _extent: unknown, signal?: AbortSignal): Promise<void> {
    if (database.readOnly) return;
    await scrub?.run({ signal, onProgress: totals(add) });
    if (!database.hasGatewayTables) return;
    for await (const each of allDue(() => removal.due(BATCH), signal)) {
      const what = (await removal.run([each], signal)) > 0 ? 'removed' : 'failed';
      if (what === 'removed' || !signal?.aborted) add(what, 1);
    }
    for (const store of stores.all) {
      await releaseAbandoned(store, () => add('released', 1), signal).catch((error: unknown) => {
        log.warn({ err: error, store: store.name }, 'what uploads left in a store could not be removed yet');
        add('failed', 1);
      });
    }
    await resumable?.sweep();
    await database.transaction(forgetProgress);
    if (database.tables === 'ours') await database.transaction(forgetAudiences);
  }

  async function verifyCounters(add: Counter, extent: 'part' | 'round', signal?: AbortSignal): Promise<void> {
    if (database.tables === 'ours' && !database.readOnly)
      add('recounted', await counters.verify(extent, signal));
  }

  /** Returns undefined when another gateway was first, or the sweep was stopped. */
  async function settleAbandoned(
    lease: Lease,
    signal: AbortSignal | undefined,
  ): Promise<'settled' | 'failed' | undefined> {
    const about = { imageId: lease.imageId, uploadId: lease.id };
    try {
      if (!(await leases.takeOver(lease))) return undefined;
      const canRepeat = await hasUnstoredUpload(lease.imageId);
      const settlement = await settle(lease, { reason: REASON, canRepeat }, { signal });
      log.info({ ...about, settlement }, 'settled an upload left by its gateway');
      return 'settled';
    } catch (error) {
      if (signal?.aborted) return undefined;
      log.warn({ ...about, err: error }, 'an upload left by its gateway could not be settled yet');
      return 'failed';
    }
  }

  /** Removes temporary names without a lease. The names are listed first: an upload has its lease before its name. */
  async function releaseAbandoned(store: Store, released: () => void, signal?: AbortSignal): Promise<void> {
    const ids = await store.abandoned();
    for (let at = 0; at < ids.length; at += BATCH) {
      const batch = ids.slice(at, at + BATCH);
      const known = await leases.known(batch);
      for (const id of batch.filter((each) => !known.has(each))) {
        if (signal?.aborted) return;
        await store.release({ id, imageId: id });
        log.info({ uploadId: id }, 'removed what an upload left in the store');
        released();
      }
    }
  }
}

/** Returns a function that takes totals, and adds what is new in them. */
function totals(add: Counter): (total: Partial<SweepCount>) => void {
  const told: Partial<SweepCount> = {};
  return (total) => {
    for (const what of Object.keys(total) as (keyof SweepCount)[]) {
      const number = total[what] ?? 0;
      add(what, number - (told[what] ?? 0));
      told[what] = number;
    }
  };
}

/**
 * Yields the work that is due, one by one, until nothing more is due. Failed work comes due again behind work that has
 * waited longer. The next sweep repeats it, not this one.
 */
async function* allDue<T extends { id: string }>(
  next: () => Promise<T[]>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T> {
  const seen = new Set<string>();
  for (;;) {
    const batch = (await next()).filter(({ id }) => !seen.has(id));
    if (batch.length === 0) return;
    for (const each of batch) {
      if (signal?.aborted) return;
      seen.add(each.id);
      yield each;
    }
  }
}
