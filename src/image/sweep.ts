import type { Database } from '../database/database.js';
import type { Store } from '../store/store.js';
import type { Stores } from '../store/stores.js';
import type { Log } from '../telemetry/log.js';
import type { ImageRemoval } from './image-removal.js';
import type { ImageScrub } from './image-scrub.js';
import type { UploadLeases } from './upload-lease.js';
import type { SettleUpload } from './upload-settlement.js';

const BATCH = 100;
const REASON = 'The gateway that was receiving the data stopped before it had arrived.';

/** Puts right what gateways that died, or stores that were away, left undone. */
export interface Sweep {
  /** Looks once, now. Safe to run on several gateways at once. */
  run(): Promise<void>;
  /** Looks now and then every so many seconds, until `stop`. */
  start(seconds: number): void;
  stop(): Promise<void>;
}

export interface SweepParts {
  database: Database;
  stores: Stores;
  leases: UploadLeases;
  settle: SettleUpload;
  removal: ImageRemoval;
  /** Undefined when deletion is not delayed here: then another Glance says when data is scrubbed. */
  scrub: ImageScrub | undefined;
  log: Log;
}

export function sweep({ database, stores, leases, settle, removal, scrub, log }: SweepParts): Sweep {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  const run = async () => {
    if (database.readOnly) return;
    await scrub?.run();
    if (!database.hasGatewayTables) return;
    await settleExpired();
    await removal.run(await removal.due(BATCH));
    for (const store of stores.all) await releaseAbandoned(store);
  };
  const quietly = () => {
    running = running.then(run).catch((error: unknown) => {
      log.warn({ err: error }, 'the sweep failed and is tried again');
    });
  };

  return {
    run,
    start(seconds) {
      quietly();
      timer = setInterval(quietly, seconds * 1000);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      await running;
    },
  };

  async function settleExpired(): Promise<void> {
    for (const upload of await leases.expired(BATCH)) {
      const about = { imageId: upload.imageId, uploadId: upload.id };
      try {
        if (!(await leases.takeOver(upload))) continue;
        const settlement = await settle(upload, { reason: REASON });
        log.info({ ...about, settlement }, 'settled an upload left by its gateway');
      } catch (error) {
        log.warn({ ...about, err: error }, 'an upload left by its gateway could not be settled yet');
      }
    }
  }

  /** Temporary files without a lease. They are listed first: each had its lease before it was there. */
  async function releaseAbandoned(store: Store): Promise<void> {
    const ids = (await store.abandoned()).slice(0, BATCH);
    const known = await leases.known(ids);
    for (const id of ids.filter((each) => !known.has(each))) {
      await store.release({ id, imageId: id });
      log.info({ uploadId: id }, 'removed what an upload left in the store');
    }
  }
}
