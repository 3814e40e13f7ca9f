import { randomUUID } from 'node:crypto';
import type { Database, Transaction } from '../../database/database.js';
import { StoreError } from '../../store/store.js';
import type { Stores } from '../../store/configured-stores.js';
import type { Log } from '../../telemetry/log.js';
import type { LocationCipher } from '../records/location-cipher.js';
import { asImageError } from '../store-failure.js';

/** Data of a deleted image that still has to be removed from its store. */
export interface Removal {
  readonly id: string;
  readonly imageId: string;
  /** The location as the image's row held it. */
  readonly location: string;
}

/**
 * Removes the data of deleted images. The transaction that deletes the image records each removal. So no data stays for
 * ever when a store is away or a gateway dies.
 */
export interface ImageRemoval {
  /**
   * Records the removals of an image's data.
   *
   * @param locations the locations as rows hold them
   * @throws ImageError STORE_UNAVAILABLE when a location cannot be decrypted: nobody could ever remove its data
   */
  schedule(transaction: Transaction, imageId: string, locations: readonly string[]): Promise<Removal[]>;
  /**
   * Removes the data. Logs each failure, and leaves it to the sweep.
   *
   * @param signal ends the work early; the other removals come due again later
   * @returns the number of removals that were done
   */
  run(removals: readonly Removal[], signal?: AbortSignal): Promise<number>;
  /** Returns the removals that are due, the oldest first, and puts them off: only one caller gets each. */
  due(limit: number): Promise<Removal[]>;
}

const RETRY_SECONDS = 300;

export function imageRemoval(
  database: Database,
  stores: Stores,
  cipher: LocationCipher,
  log: Log,
): ImageRemoval {
  const { nowPlusSeconds, now } = database.dialect;

  return {
    async schedule(transaction, imageId, locations) {
      const removals = locations
        .filter((location) => isInStore(imageId, location))
        .map((location) => ({ id: randomUUID(), imageId, location }));
      for (const { id, location } of database.hasGatewayTables ? removals : []) {
        await transaction.change(
          `INSERT INTO gateway_removals (id, image_id, location, due_at) VALUES (?, ?, ?, ${nowPlusSeconds})`,
          [id, imageId, location, RETRY_SECONDS],
        );
      }
      return removals;
    },

    async run(removals, signal) {
      let removed = 0;
      for (const removal of removals) {
        try {
          await remove(removal, signal);
          if (database.hasGatewayTables) await forget(removal);
          removed += 1;
        } catch (error) {
          if (signal?.aborted) break;
          log.warn(
            { err: error, imageId: removal.imageId },
            'the data of a deleted image could not be removed yet',
          );
        }
      }
      return removed;
    },

    async due(limit) {
      const sql =
        'SELECT id, image_id AS imageId, location FROM gateway_removals ' +
        `WHERE due_at < ${now} ORDER BY due_at LIMIT ${limit}`;
      const ours: Removal[] = [];
      for (const row of await database.read(sql)) {
        const isOurs = await database.transaction((transaction) =>
          transaction.change(
            `UPDATE gateway_removals SET due_at = ${nowPlusSeconds} WHERE id = ? AND due_at < ${now}`,
            [RETRY_SECONDS, row.id],
          ),
        );
        if (isOurs > 0) {
          ours.push({ id: String(row.id), imageId: String(row.imageId), location: String(row.location) });
        }
      }
      return ours;
    },
  };

  /** Returns true for data in our own stores: not for data on the web, and not for the data of another image. */
  function isInStore(imageId: string, location: string): boolean {
    try {
      return stores.of(cipher.decrypt(location), imageId) !== undefined;
    } catch (error) {
      log.warn({ err: error, imageId }, 'an image cannot be deleted');
      throw asImageError(error, imageId);
    }
  }

  async function remove(removal: Removal, signal: AbortSignal | undefined): Promise<void> {
    const { imageId } = removal;
    const location = cipher.decrypt(removal.location);
    if (stores.ofAnother(location, imageId)) {
      log.warn({ imageId }, 'a location of a deleted image names the data of another image; that data stays');
      return;
    }
    const store = stores.of(location, imageId);
    if (!store) throw new StoreError('unavailable', { detail: 'its store is no longer configured' });
    await store.remove(location, signal);
  }

  async function forget(removal: Removal): Promise<void> {
    await database.transaction((transaction) =>
      transaction.change('DELETE FROM gateway_removals WHERE id = ?', [removal.id]),
    );
  }
}
