import type { Database, Transaction } from '../database/database.js';
import type { Store, Upload } from '../store/store.js';
import type { Stores } from '../store/stores.js';
import { imageColumns } from './image-columns.js';
import { imageRecords, type ImageRecords } from './image-records.js';
import { CHARACTERS } from './limits.js';
import type { UploadLeases } from './upload-lease.js';

/** What became of an upload that did not end by itself. */
export type Settlement = 'killed' | 'kept' | 'discarded';

/** Why an upload is given up. */
export interface Failure {
  reason: string;
  requestId?: string;
}

/**
 * Brings an upload to its end: its image is killed with the reason and its bytes are removed, unless the
 * record says that the upload had been completed after all. May be repeated, by any gateway.
 *
 * @param store where the bytes went; undefined for an upload of a gateway that is gone, which may have used any
 */
export type SettleUpload = (upload: Upload, failure: Failure, store?: Store) => Promise<Settlement>;

export function uploadSettlement(database: Database, stores: Stores, leases: UploadLeases): SettleUpload {
  const columns = imageColumns(database);

  return async (upload, failure, store) => {
    const settlement = await kill(upload, failure);
    // The record comes first: bytes are only removed once nobody can come to rely on them.
    const tidied = await Promise.allSettled(
      (store ? [store] : stores.all).map((each) =>
        settlement === 'kept' ? each.release(upload) : each.discard(upload),
      ),
    );
    // One that is away keeps the upload from being forgotten, and no other store from being tidied.
    const failed = tidied.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
    await leases.end(upload);
    return settlement;
  };

  function kill(upload: Upload, failure: Failure): Promise<Settlement> {
    return database.transaction(async (transaction) => {
      const records = imageRecords(transaction, columns);
      if (await killImage(transaction, records, upload.imageId, ['saving'], failure)) return 'killed';
      const image = await records.lock(upload.imageId);
      return image?.status === 'active' || image?.status === 'deactivated' ? 'kept' : 'discarded';
    });
  }
}

/** Kills an image that is in one of these statuses and keeps the reason; false when it is in another. */
export async function killImage(
  transaction: Transaction,
  records: ImageRecords,
  imageId: string,
  from: readonly string[],
  failure: Failure,
): Promise<boolean> {
  if (!(await records.change(imageId, { status: 'killed' }, from))) return false;
  await transaction.change(
    'INSERT INTO gateway_failures (image_id, reason, request_id, created_at) ' +
      `VALUES (?, ?, ?, ${transaction.dialect.now})`,
    [imageId, failure.reason.slice(0, CHARACTERS.failureReason), failure.requestId ?? null],
  );
  return true;
}
