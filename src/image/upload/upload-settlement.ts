import type { Database, Transaction } from '../../database/database.js';
import type { Store, Upload } from '../../store/store.js';
import type { Stores } from '../../store/stores.js';
import { imageColumns } from '../records/image-columns.js';
import { imageRecords, type ImageRecords } from '../records/image-records.js';
import { CHARACTERS } from '../column-sizes.js';
import type { StatusBefore } from '../status.js';
import type { UploadLeases } from './upload-lease.js';

/** What became of an upload that did not end by itself. */
export type Settlement = 'killed' | 'kept' | 'discarded' | 'queued';

/** Why an upload is given up. */
export interface Failure {
  reason: string;
  requestId?: string;
  /** True where the sender keeps the data and sends it again: the image is not killed, it waits. */
  isKept?: boolean;
}

/**
 * Brings an upload to its end: its image is killed with the reason, or waits for data again, and its bytes are
 * removed, unless the record says that the upload had been completed after all. May be repeated, by any gateway that
 * has the upload's lease.
 *
 * @param options.store where the bytes went; undefined for an upload of a gateway that is gone, which may have used any
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
    if (failure.isKept && (await leases.renew(upload))) {
      // While it is being saved, nobody else can fill it; and it becomes active with our lease only.
      await all(used.map((each) => each.discard(upload, signal)));
      return queueAgain(upload);
    }
    const settlement = await kill(upload, failure);
    // The record comes first: bytes are only removed once nobody can come to rely on them.
    const tidied = (each: Store) =>
      settlement === 'kept' ? each.release(upload) : each.discard(upload, signal);
    await all(used.map(tidied));
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
      // Without the lease the image may be another upload's by now.
      const isOurs = await leases.renewWithin(transaction, upload);
      const records = imageRecords(transaction, columns);
      if (isOurs && (await killImage(transaction, records, upload.imageId, ['saving'], failure)))
        return 'killed';
      const image = await records.lock(upload.imageId);
      return image?.status === 'active' || image?.status === 'deactivated' ? 'kept' : 'discarded';
    });
  }
}

/** One that fails keeps the upload from being forgotten, and no other from being done. */
async function all(work: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}

/**
 * Kills an image that is in one of these statuses and records the reason; false when it is in another. A peer of the
 * registry may have made a killed image queued again, so the reason takes the place of an older one.
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
