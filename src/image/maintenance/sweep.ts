import type { Database } from '../../database/database.js';
import type { Store, Upload } from '../../store/store.js';
import type { Stores } from '../../store/stores.js';
import type { Log } from '../../telemetry/log.js';
import type { ImageRemoval } from '../change/image-removal.js';
import type { ImageScrub, ScrubCount } from './image-scrub.js';
import type { HasUnstoredUpload } from '../upload/resumable/unstored-upload.js';
import type { ResumableUploads } from '../upload/resumable/resumable-upload.js';
import type { UploadLeases } from '../upload/upload-lease.js';
import type { SettleUpload } from '../upload/upload-settlement.js';
import type { RunOptions } from './run-options.js';

const BATCH = 100;
const REASON = 'The gateway that was receiving the data stopped before it had arrived.';

/** What a sweep has done until now. Of scrubbing nothing where deletion is not delayed. */
export interface SweepCount extends ScrubCount {
  /** Uploads whose gateway had stopped, brought to their end. */
  settled: number;
  /** Locations of deleted images whose data was removed. */
  removed: number;
  /** Temporary names of uploads that were removed from a store. */
  released: number;
  /** What could not be done yet and is tried again by a later sweep; the log says why. */
  failed: number;
}

/** Puts right what gateways that died, or stores that were away, left undone. */
export interface Sweep {
  /** Goes on until nothing more is due. Safe to run on several gateways at once. */
  run(watcher?: RunOptions<SweepCount>): Promise<SweepCount>;
  /** Runs now and then every so many seconds, until `stop`. */
  start(seconds: number): void;
  /** Ends a run that is under way early. */
  stop(): Promise<void>;
}

export interface SweepParts {
  database: Database;
  stores: Stores;
  leases: UploadLeases;
  settle: SettleUpload;
  removal: ImageRemoval;
  hasUnstoredUpload: HasUnstoredUpload;
  /** Undefined outside of a server: its parts of uploads are for itself to look after. */
  resumable?: Pick<ResumableUploads, 'sweep'>;
  /** Undefined when deletion is not delayed here: then another Glance says when data is scrubbed. */
  scrub: ImageScrub | undefined;
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
  log,
}: SweepParts): Sweep {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  return {
    run,
    start(seconds) {
      quietly();
      timer = setInterval(quietly, seconds * 1000);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      stopped.abort();
      await running;
    },
  };

  /** A run that takes longer than the interval is not begun again beside itself. */
  function quietly(): void {
    running ??= run({ signal: stopped.signal })
      .then(
        () => undefined,
        (error: unknown) => log.warn({ err: error }, 'the sweep failed and is tried again'),
      )
      .finally(() => (running = undefined));
  }

  async function run({ onProgress, signal }: RunOptions<SweepCount> = {}): Promise<SweepCount> {
    const count: SweepCount = { settled: 0, removed: 0, released: 0, scrubbed: 0, foreign: 0, failed: 0 };
    if (database.readOnly) return count;
    const counted = (what: Partial<SweepCount>) => onProgress?.(Object.assign(count, what));
    if (scrub) counted(await scrub.run({ signal, onProgress: counted }));
    if (!database.hasGatewayTables) return count;
    for await (const upload of allDue(() => leases.expired(BATCH), signal)) {
      const what = await settleExpired(upload, signal);
      if (what) counted({ [what]: count[what] + 1 });
    }
    for await (const each of allDue(() => removal.due(BATCH), signal)) {
      const what = (await removal.run([each], signal)) > 0 ? 'removed' : 'failed';
      if (what === 'removed' || !signal?.aborted) counted({ [what]: count[what] + 1 });
    }
    for (const store of stores.all) {
      await releaseAbandoned(store, () => counted({ released: count.released + 1 }), signal).catch(
        (error: unknown) => {
          log.warn(
            { err: error, store: store.name },
            'what uploads left in a store could not be removed yet',
          );
          counted({ failed: count.failed + 1 });
        },
      );
    }
    await resumable?.sweep();
    return count;
  }

  /** Undefined when somebody else was quicker, or nobody waits for it any more. */
  async function settleExpired(
    upload: Upload,
    signal: AbortSignal | undefined,
  ): Promise<'settled' | 'failed' | undefined> {
    const about = { imageId: upload.imageId, uploadId: upload.id };
    try {
      if (!(await leases.takeOver(upload))) return undefined;
      const canRepeat = await hasUnstoredUpload(upload.imageId);
      const settlement = await settle(upload, { reason: REASON, canRepeat }, { signal });
      log.info({ ...about, settlement }, 'settled an upload left by its gateway');
      return 'settled';
    } catch (error) {
      if (signal?.aborted) return undefined;
      log.warn({ ...about, err: error }, 'an upload left by its gateway could not be settled yet');
      return 'failed';
    }
  }

  /** Temporary files without a lease. They are listed first: each had its lease before it was there. */
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

/**
 * One by one, until nothing more is due. What has failed comes due again, behind all that has waited longer: the
 * second time is left to the next sweep.
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
