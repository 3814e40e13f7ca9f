import type { Database } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import { ImageError } from '../errors.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { imageRecords } from '../records/image-records.js';
import { lockChangeable, refuseDeleted } from '../records/find-and-lock.js';
import { refuseReadOnly, type Policy } from '../access/policy.js';
import type { PropertyProtection } from '../access/property-protection.js';

/** Glance v2's actions `deactivate` and `reactivate`, which withhold the data of an image and release it again. */
export interface ImageActivation {
  /**
   * Withholds the data from everybody. Does nothing to an image that is deactivated already.
   *
   * @throws ImageError IMAGE_NOT_IN_STATUS unless the image is active; FORBIDDEN, IMAGE_NOT_FOUND, IMAGE_DELETED
   */
  deactivate(caller: Caller, id: string): Promise<ImageRow>;
  /**
   * Releases the data again. Does nothing to an image that is active already.
   *
   * @throws ImageError IMAGE_NOT_IN_STATUS unless the image is deactivated; FORBIDDEN, IMAGE_NOT_FOUND, IMAGE_DELETED
   */
  reactivate(caller: Caller, id: string): Promise<ImageRow>;
}

export function imageActivation(
  database: Database,
  policy: Policy,
  protection: PropertyProtection,
): ImageActivation {
  const columns = imageColumns(database);

  return {
    deactivate: (caller, id) => step(caller, id, { rule: 'deactivate', from: 'active', to: 'deactivated' }),
    reactivate: (caller, id) => step(caller, id, { rule: 'reactivate', from: 'deactivated', to: 'active' }),
  };

  async function step(caller: Caller, id: string, { rule, from, to }: Step): Promise<ImageRow> {
    refuseReadOnly(caller);
    policy.require(caller, rule);
    return database.transaction(async (transaction) => {
      const records = imageRecords(transaction, columns);
      const image = await lockChangeable(transaction, records, caller, id);
      refuseDeleted(image);
      policy.requireOn(caller, image, rule);
      if (image.status !== to && !(await records.changeStatus(image.id, to, {}, [from]))) {
        throw new ImageError('IMAGE_NOT_IN_STATUS', {
          id: image.id,
          imageStatus: image.status,
          wanted: from,
        });
      }
      const changed = await records.read(image.id);
      protection.hide(caller, [changed]);
      return changed;
    });
  }
}

interface Step {
  rule: 'deactivate' | 'reactivate';
  from: 'active' | 'deactivated';
  to: 'active' | 'deactivated';
}
