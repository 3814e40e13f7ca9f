import type { Database } from '../../database/database.js';
import type { Stores } from '../../store/stores.js';
import type { Log } from '../../telemetry/log.js';
import { imageColumns } from '../records/image-columns.js';
import { imageRecords } from '../records/image-records.js';
import type { LocationCipher } from '../records/location-cipher.js';
import type { RunOptions } from './run-options.js';

const BATCH = 100;

/** What a scrub has done until now. */
export interface ScrubCount {
  /** Images whose data was removed and that are `deleted` now. */
  scrubbed: number;
  /** Images left as they are, since their data could not be removed; the log says why. */
  failed: number;
  /** Images with data in stores that are not ours, left to the Glance that runs those. */
  foreign: number;
}

/** Removes the data of images in `pending_delete` (contract C13.3) once they have been so for long enough. */
export interface ImageScrub {
  /**
   * Looks at every such image once. Several may run at once, also beside the scrubber of a live Glance:
   * removing data twice does no harm, and each image is counted by one of them.
   */
  run(watcher?: RunOptions<ScrubCount>): Promise<ScrubCount>;
}

/** @param delay seconds that must have passed since the deletion */
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
      // Data on the web and data of another image never belong to this image: only the record goes.
      const kept = locations.filter(
        (url) => /^https?:/i.test(url) || stores.ofAnother(url, id) !== undefined,
      );
      if (inStore.length + kept.length < locations.length) {
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

  /** False when somebody else was quicker. */
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
