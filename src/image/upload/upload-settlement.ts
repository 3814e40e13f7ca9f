import type { Database, Transaction } from '../../database/database.js';
import type { Store, Upload } from '../../store/store.js';
import type { Stores } from '../../store/configured-stores.js';
import { imageColumns } from '../records/image-columns.js';
import { imageRecords, type ImageRecords } from '../records/image-records.js';
import { CHARACTERS } from '../column-sizes.js';
import type { StatusBefore } from '../status.js';
import type { UploadLeases } from './upload-lease.js';

/**
 * How an upload was settled: its image was killed or queued again; its data was kept, since the image is active with it;
 * or its data was discarded, since the image is no longer this upload's.
 */
export type Settlement = 'killed' | 'kept' | 'discarded' | 'queued';

/** Why an upload failed. */
export interface Failure {
  reason: string;
  requestId?: string;
  /** True when the upload can be repeated: the image is queued again, not killed. */
  canRepeat?: boolean;
}

/**
 * Settles an upload that failed: kills its image with the reason, or queues the image again, and removes its bytes. The
 * bytes stay if the record says that the upload was completed after all. Any gateway that has the upload's lease may
 * repeat this.
 *
 * @param options.store the store of the bytes; undefined for an upload of a gateway that died, which may have used any
 */
export type SettleUpload = (
  upload: Upload,
  failure: Failure,
  options: { store?: Store; signal?: AbortSignal },
) => Promise<Settlement>;

export function uploadSettlement(database: Database, stores: Stores, leases: UploadLeases): SettleUpload {
  const columns = imageColumns(database);

  return async (upload, failure, { store, signal }) => {
    const used = store ? [store] : stores.all;
    if (failure.canRepeat && (await leases.renew(upload))) {
      // Nobody else can fill the image while it is `saving`, and only our lease can make it active.
      await all(used.map((each) => each.discard(upload, signal)));
      return queueAgain(upload);
    }
    const settlement = await kill(upload, failure);
    // The record comes first: bytes may be removed only when no record can come to name them.
    const cleanUp = (each: Store) =>
      settlement === 'kept' ? each.release(upload) : each.discard(upload, signal);
    await all(used.map(cleanUp));
    await leases.end(upload);
    return settlement;
  };

  function queueAgain(upload: Upload): Promise<Settlement> {
    return database.transaction(async (transaction) => {
      if (!(await leases.renewWithin(transaction, upload))) return 'discarded';
      await leases.endWithin(transaction, upload);
      const records = imageRecords(transaction, columns);
      const isQueued = await records.changeStatus(upload.imageId, 'queued');
      return isQueued ? 'queued' : 'discarded';
    });
  }

  function kill(upload: Upload, failure: Failure): Promise<Settlement> {
    return database.transaction(async (transaction) => {
      // Without the lease, another upload may have claimed the image by now.
      const isOurs = await leases.renewWithin(transaction, upload);
      const records = imageRecords(transaction, columns);
      if (isOurs && (await killImage(transaction, records, upload.imageId, ['saving'], failure)))
        return 'killed';
      const image = await records.lock(upload.imageId);
      return image?.status === 'active' || image?.status === 'deactivated' ? 'kept' : 'discarded';
    });
  }
}

/** Waits for all work, then throws the first failure: the lease must stay until every store is done. */
async function all(work: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}

/**
 * Kills an image and records the reason. A peer of the registry may have queued a killed image again, so the reason
 * replaces an older one.
 *
 * @param from the statuses in which alone the image is killed
 * @returns false when the image has another status
 */
export async function killImage(
  transaction: Transaction,
  records: ImageRecords,
  imageId: string,
  from: readonly StatusBefore<'killed'>[],
  failure: Failure,
): Promise<boolean> {
  if (!(await records.changeStatus(imageId, 'killed', {}, from))) return false;
  await transaction.change(
    'REPLACE INTO gateway_failures (image_id, reason, request_id, created_at) ' +
      `VALUES (?, ?, ?, ${transaction.dialect.now})`,
    [imageId, failure.reason.slice(0, CHARACTERS.failureReason), failure.requestId ?? null],
  );
  return true;
}
