import type { Database } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import type { Log } from '../../telemetry/log.js';
import { ImageError } from '../errors.js';
import { requireFormats } from '../formats.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { lockChangeable, requireQueued } from '../records/find-and-lock.js';
import { imageRecords } from '../records/image-records.js';
import type { ImageSources } from './image-source.js';
import { TEXT_BYTES } from '../column-sizes.js';
import type { LocationCipher } from '../records/location-cipher.js';
import { addLocations } from '../records/location-records.js';
import type { OwnerQuota } from '../access/owner-quota.js';
import { refuseReadOnly, type Policy } from '../access/policy.js';
import type { PropertyProtection } from '../access/property-protection.js';
import { invalidValue } from '../records/column-check.js';
import { fits } from '../text.js';

/** A request to attach data at a source to an image. */
export interface LocationOrder {
  url: string;
  /** The size that `ImageSources.size` has just returned; undefined to ask the source. */
  size?: number;
  log: Log;
}

/** Attaches data that stays at its source, from where it is read (contract C15.1 to C15.3). */
export interface ExternalLocations {
  /**
   * Checks what can be checked before the image exists: whether the caller may attach locations, and this one.
   *
   * @throws ImageError FORBIDDEN, READ_ONLY, BAD_USER_INPUT for a URL that is too long, and those of `ImageSources.check`
   */
  check(caller: Caller, url: string): void;
  /**
   * Records a location for a queued image and makes the image active. The size is the recorded one; if none is recorded,
   * the size that the source says. A source that says none is refused then: the image would be active without a byte. A
   * recorded checksum stays unchecked.
   *
   * @throws ImageError those of `check` and `ImageSources.size`; IMAGE_NOT_FOUND, NOT_OWNER, IMAGE_NOT_QUEUED;
   *   FORMATS_REQUIRED, SOURCE_SIZE_UNKNOWN, LOCATION_SIZE_MISMATCH and STORAGE_QUOTA_EXCEEDED, after which the image is still queued
   */
  attach(caller: Caller, id: string, order: LocationOrder): Promise<ImageRow>;
}

export interface LocationParts {
  database: Database;
  sources: ImageSources;
  cipher: LocationCipher;
  policy: Policy;
  protection: PropertyProtection;
  quota: OwnerQuota;
}

export function externalLocations(parts: LocationParts): ExternalLocations {
  const { database, sources, cipher, policy, protection, quota } = parts;
  const columns = imageColumns(database);

  return {
    check,

    async attach(caller, id, { url, size, log }) {
      check(caller, url);
      const found = size ?? (await sources.size(url, log));
      return database.transaction(async (transaction) => {
        const records = imageRecords(transaction, columns);
        const image = await lockChangeable(transaction, records, caller, id);
        policy.requireOn(caller, image, 'set_image_location');
        requireQueued(image, id);
        requireFormats(image);
        const recorded = Number(image.size ?? 0);
        if (recorded === 0 && found === undefined) throw new ImageError('SOURCE_SIZE_UNKNOWN');
        if (recorded > 0 && found && recorded !== found)
          throw new ImageError('LOCATION_SIZE_MISMATCH', { id, declared: recorded, actual: found });
        const bytes = recorded || (found ?? 0);
        await quota.requireRoom(transaction, image.id, image.owner, bytes);
        await records.changeStatus(image.id, 'active', { size: bytes }, ['queued']);
        await addLocations(transaction, image.id, [
          { url: cipher.encrypt(url), metadata: {}, status: 'active' },
        ]);
        const attached = await records.read(image.id);
        protection.hide(caller, [attached]);
        return attached;
      });
    },
  };

  function check(caller: Caller, url: string): void {
    refuseReadOnly(caller);
    policy.require(caller, 'set_image_location');
    sources.check(url);
    // A URL grows when it is encrypted.
    if (!fits(cipher.encrypt(url), undefined, TEXT_BYTES))
      throw invalidValue('tooLong', 'location', `must have at most ${TEXT_BYTES} bytes as it is stored`);
  }
}
