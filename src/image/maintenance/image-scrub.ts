import type { Database } from '../../database/database.js';
import type { Stores } from '../../store/configured-stores.js';
import type { Log } from '../../telemetry/log.js';
import { imageColumns } from '../records/image-columns.js';
import { imageRecords } from '../records/image-records.js';
import type { LocationCipher } from '../records/location-cipher.js';
import type { RunOptions } from './run-options.js';

const BATCH = 100;

/** The progress of a scrub. */
export interface ScrubCount {
  /** Images whose data was removed, and which are `deleted` now. */
  scrubbed: number;
  /** Images whose data could not be removed; the log says why. */
  failed: number;
  /** Images with data in stores that are not ours. They are left to the Glance that runs those stores. */
  foreign: number;
}

/** Removes the data of images that have been `pending_delete` for long enough (contract C13.3). */
export interface ImageScrub {
  /**
   * Scrubs every such image once. Several scrubs may run at once, also beside the scrubber of a live Glance: removing data
   * twice does no harm, and only one scrub counts each image.
   */
  run(options?: RunOptions<ScrubCount>): Promise<ScrubCount>;
}

/** @param delay the seconds between the deletion and the scrub */
export function imageScrub(
  database: Database,
  stores: Stores,
  cipher: LocationCipher,
  delay: number,
  log: Log,
): ImageScrub {
  const { now, nowPlusSeconds } = database.dialect;

  return {
    async run({ onProgress, signal } = {}) {
      const count: ScrubCount = { scrubbed: 0, failed: 0, foreign: 0 };
      for (let after = '', batch = await due(after); batch.length > 0; batch = await due(after)) {
        const locations = await pendingLocations(batch);
        for (const id of batch) {
          if (signal?.aborted) return count;
          await scrub(id, locations.get(id) ?? [], count, signal);
          onProgress?.(count);
        }
        after = batch[batch.length - 1];
      }
      return count;
    },
  };

  async function due(after: string): Promise<string[]> {
    const rows = await database.read(
      "SELECT i.id FROM images i WHERE i.deleted = 1 AND i.status = 'pending_delete' " +
        `AND i.deleted_at <= ${nowPlusSeconds} AND i.id > ? ORDER BY i.id LIMIT ${BATCH}`,
      [-delay, after],
    );
    return rows.map((row) => String(row.id));
  }

  async function pendingLocations(ids: readonly string[]): Promise<Map<string, string[]>> {
    const marks = ids.map(() => '?').join(', ');
    const rows = await database.read(
      'SELECT image_id AS imageId, value FROM image_locations ' +
        `WHERE image_id IN (${marks}) AND status = 'pending_delete' ORDER BY id`,
      ids,
    );
    const found = new Map<string, string[]>();
    for (const { imageId, value } of rows) {
      found.set(String(imageId), [...(found.get(String(imageId)) ?? []), String(value)]);
    }
    return found;
  }

  async function scrub(
    id: string,
    values: readonly string[],
    count: ScrubCount,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      const locations = values.map((value) => cipher.decrypt(value));
      const inStore = locations.filter((url) => stores.of(url, id));
      // Data at a source and data of another image stay: only the record changes.
      const staying = locations.filter(
        (url) => /^https?:/i.test(url) || stores.ofAnother(url, id) !== undefined,
      );
      if (inStore.length + staying.length < locations.length) {
        count.foreign += 1;
        return;
      }
      for (const url of inStore) await stores.of(url, id)!.remove(url, signal);
      if (await finish(id)) count.scrubbed += 1;
    } catch (error) {
      if (signal?.aborted) return;
      count.failed += 1;
      log.warn({ err: error, imageId: id }, 'the data of a deleted image could not be scrubbed yet');
    }
  }

  /** Returns false when another scrub was first. */
  async function finish(id: string): Promise<boolean> {
    return database.transaction(async (transaction) => {
      const records = imageRecords(transaction, imageColumns(database));
      const isOurs = await records.changeStatus(id, 'deleted', {}, ['pending_delete']);
      await transaction.change(
        `UPDATE image_locations SET status = 'deleted', updated_at = ${now} ` +
          "WHERE image_id = ? AND status = 'pending_delete'",
        [id],
      );
      return isOurs;
    });
  }
}
