import type { Database } from '../../database/database.js';
import type { Upload } from '../../store/store.js';
import type { Measured } from './transfer/measured-data.js';
import { ImageError } from '../errors.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { imageRecords } from '../records/image-records.js';
import type { LocationCipher } from '../records/location-cipher.js';
import { activeLocations, addLocations } from '../records/location-records.js';
import type { OwnerQuota } from '../access/owner-quota.js';
import type { UploadLeases } from './upload-lease.js';

/** The data as it came. */
export interface DataFacts extends Measured {
  /** Null where the data was not inspected, or there is none. */
  detectedFormat: string | null;
  /** Bytes of the disk in the data, for an image that declares none; null where unknown. */
  virtualSize: number | null;
}

/** The records that an upload writes about its data. */
export interface UploadCompletion {
  /**
   * Reserves bytes of the owner's quota, once the source has said the size of its data.
   *
   * @throws ImageError STORAGE_QUOTA_EXCEEDED
   */
  reserve(upload: Upload, bytes: number): Promise<void>;
  /**
   * Makes the image active with its data. When the answer of the database was lost, a second call finds the work done.
   *
   * @throws ImageError STORAGE_QUOTA_EXCEEDED, IMAGE_GONE
   */
  activate(upload: Upload, location: { url: string; store: string }, facts: DataFacts): Promise<ImageRow>;
}

export interface CompletionParts {
  database: Database;
  cipher: LocationCipher;
  quota: OwnerQuota;
  leases: UploadLeases;
  options: { hashingAlgorithm: string };
}

export function uploadCompletion({
  database,
  cipher,
  quota,
  leases,
  options,
}: CompletionParts): UploadCompletion {
  const columns = imageColumns(database);

  return {
    reserve: (upload, bytes) =>
      database.transaction(async (transaction) => {
        const owner = (await imageRecords(transaction, columns).lock(upload.imageId))?.owner ?? null;
        await quota.requireRoom(transaction, upload.imageId, owner, bytes);
        await quota.reserve(transaction, upload, bytes);
      }),

    activate: (upload, location, { detectedFormat, virtualSize, ...measured }) =>
      database.transaction(async (transaction) => {
        const { imageId } = upload;
        // Without the lease, another upload may have claimed the image by now.
        const isOurs = await leases.renewWithin(transaction, upload);
        const records = imageRecords(transaction, columns);
        // The image may have a new owner since the upload began.
        const image = await records.lock(imageId);
        await quota.requireRoom(transaction, imageId, image?.owner ?? null, measured.size);
        const hashAlgorithm = options.hashingAlgorithm;
        const values = {
          size: measured.size,
          checksum: measured.digests.get('md5')!,
          hashAlgorithm,
          hashValue: measured.digests.get(hashAlgorithm)!,
          virtualSize: image?.virtualSize === null ? virtualSize : undefined,
        };
        if (isOurs && (await records.changeStatus(imageId, 'active', values, ['saving']))) {
          await addLocations(transaction, imageId, [
            { url: cipher.encrypt(location.url), metadata: { store: location.store }, status: 'active' },
          ]);
          if (detectedFormat !== null && transaction.laterTables.has('gateway_formats'))
            await transaction.change('REPLACE INTO gateway_formats (image_id, format) VALUES (?, ?)', [
              imageId,
              detectedFormat,
            ]);
        } else if (
          !(await activeLocations(transaction, imageId)).map(cipher.decrypt).includes(location.url)
        ) {
          throw new ImageError('IMAGE_GONE', { id: imageId });
        }
        return records.read(imageId);
      }),
  };
}
