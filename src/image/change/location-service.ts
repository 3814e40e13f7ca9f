import type { Database, Transaction } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import { ImageError } from '../errors.js';
import { imageColumns } from '../records/image-columns.js';
import { imageRecords } from '../records/image-records.js';
import { lockChangeable } from '../records/find-and-lock.js';
import {
  addLocations,
  readLocations,
  removeLocation,
  type WantedLocation,
} from '../records/location-records.js';
import { refuseReadOnly } from '../access/policy.js';
import { requireLocationsFit } from './record-service.js';

/**
 * Single locations of an image, and the bytes that an owner uses, for a trusted peer: since 2014.2 glance-api writes and
 * reads these outside the registry's records (contract C24.7). The service checks only whether the caller may change
 * the image.
 */
export interface LocationService {
  /** @throws ImageError IMAGE_NOT_FOUND, NOT_OWNER, READ_ONLY, BAD_USER_INPUT */
  add(caller: Caller, imageId: string, location: WantedLocation): Promise<void>;
  /**
   * Flags one location, also of a deleted image.
   *
   * @returns false when the image has no such location
   * @throws ImageError IMAGE_NOT_FOUND, NOT_OWNER, READ_ONLY
   */
  remove(
    caller: Caller,
    imageId: string,
    locationId: number,
    status: 'deleted' | 'pending_delete',
  ): Promise<boolean>;
  /**
   * Counts the bytes of all locations of an owner's images, as Glance does for `user_storage_quota`.
   *
   * @param owner null for the images without an owner
   * @param without the id of an image that does not count
   * @throws ImageError FORBIDDEN for the bytes of another owner
   */
  bytesOf(caller: Caller, owner: string | null, without?: string | null): Promise<number>;
}

export function locationService(database: Database): LocationService {
  const columns = imageColumns(database);
  const { dialect } = database;

  return {
    async add(caller, imageId, location) {
      refuseReadOnly(caller);
      requireLocationsFit([location]);
      await changing(caller, imageId, (transaction, id) => addLocations(transaction, id, [location]));
    },

    async remove(caller, imageId, locationId, status) {
      refuseReadOnly(caller);
      return changing(caller, imageId, async (transaction, id) => {
        const present = (await readLocations(transaction, [{ id }], 'all')).get(id)!;
        if (!present.some((location) => location.id === locationId)) return false;
        await removeLocation(transaction, id, locationId, status);
        return true;
      });
    },

    async bytesOf(caller, owner, without) {
      if (!caller.isAdmin && owner !== caller.owner) throw new ImageError('FORBIDDEN');
      const owned =
        owner === null ? { sql: 'i.owner IS NULL', values: [] } : dialect.equalsExactly('i.owner', owner);
      const [row] = await database.read(
        'SELECT COALESCE(SUM(i.size), 0) AS bytes FROM images i JOIN image_locations l ON l.image_id = i.id ' +
          `WHERE ${owned.sql} AND i.size > 0 AND i.status NOT IN ('killed', 'deleted') ` +
          "AND l.status <> 'deleted' AND i.id <> ?",
        [...owned.values, without ?? ''],
      );
      return Number(row.bytes);
    },
  };

  async function changing<T>(
    caller: Caller,
    imageId: string,
    change: (transaction: Transaction, id: string) => Promise<T>,
  ): Promise<T> {
    return database.transaction(async (transaction) => {
      const { id } = await lockChangeable(transaction, imageRecords(transaction, columns), caller, imageId);
      return change(transaction, id);
    });
  }
}
