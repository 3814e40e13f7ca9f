import type { Database } from '../../database/database.js';
import type { Store, Upload } from '../../store/store.js';
import type { Stores } from '../../store/configured-stores.js';
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

/** The progress of a sweep. The counts of the scrub stay 0 where deletion is not delayed. */
export interface SweepCount extends ScrubCount {
  /** Uploads of gateways that died, which were settled. */
  settled: number;
  /** Locations of deleted images whose data was removed. */
  removed: number;
  /** Temporary names of uploads that were removed from stores. */
  released: number;
  /** Work that failed and is left to a later sweep; the log says why. */
  failed: number;
}

/** The sweep: it does what gateways that died, or stores that were away, left undone. */
export interface Sweep {
  /** Runs until nothing more is due. Several gateways may sweep at once. */
  run(options?: RunOptions<SweepCount>): Promise<SweepCount>;
  /** Runs now, and then once in this number of seconds until `stop`. */
  start(seconds: number): void;
  /** Ends the present run early, and starts no other. */
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
      sweepNow();
      timer = setInterval(sweepNow, seconds * 1000);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      stopped.abort();
      await running;
    },
  };

  /** Runs a sweep unless one is running still. Logs a failure. */
  function sweepNow(): void {
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

  /** Returns undefined when another gateway was first, or the sweep was stopped. */
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
