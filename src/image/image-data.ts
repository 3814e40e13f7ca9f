import { Readable } from 'node:stream';
import type { Database } from '../database/database.js';
import type { Caller } from '../identity/caller.js';
import type { Store, StoredData } from '../store/store.js';
import { findable } from './access.js';
import { ImageError } from './errors.js';
import { imageColumns, type ImageRow } from './image-columns.js';
import { CHARACTERS } from './limits.js';
import type { Policy } from './policy.js';
import { asImageError } from './store-failure.js';
import { fits } from './text.js';

/** Giving out the bytes of an image. */
export interface ImageData {
  /**
   * The record of an image whose data the caller may read. Opens nothing.
   *
   * @throws ImageError IMAGE_NOT_FOUND, IMAGE_NOT_ACTIVE, IMAGE_DEACTIVATED, FORBIDDEN (contract C10.2)
   */
  find(caller: Caller, id: string): Promise<ImageRow>;
  /**
   * @param size `any` takes the data as it is: its size in the record may be an administrator's word
   * @throws ImageError DATA_MISSING, DATA_DAMAGED, STORE_UNAVAILABLE (contract C10.5)
   */
  open(image: ImageRow, size?: 'recorded' | 'any'): Promise<StoredData>;
}

export function imageData(database: Database, store: Store, policy: Policy): ImageData {
  const columns = imageColumns(database);

  return {
    async find(caller, id) {
      policy.require(caller, 'get_image', 'download_image');
      const access = findable(caller, database.dialect);
      const sql = `SELECT ${columns.select(columns.all)} FROM images i WHERE i.id = ? AND ${access.sql}`;
      const [image] = fits(id, CHARACTERS.id) ? await database.read(sql, [id, ...access.values]) : [];
      if (!image) throw new ImageError('IMAGE_NOT_FOUND', { id });
      if (image.status === 'deactivated') throw new ImageError('IMAGE_DEACTIVATED', { id });
      if (image.status !== 'active')
        throw new ImageError('IMAGE_NOT_ACTIVE', { id, imageStatus: String(image.status) });
      return image as ImageRow;
    },

    async open(image, size = 'recorded') {
      const { id } = image;
      const sql =
        "SELECT value FROM image_locations WHERE image_id = ? AND deleted = 0 AND status = 'active' ORDER BY id";
      const locations = (await database.read(sql, [id])).map((row) => String(row.value));
      if (locations.length === 0 && image.size === 0) return NOTHING;
      const location = locations.find((url) => url.startsWith(`${store.scheme}:`));
      if (!location)
        throw new ImageError(locations.length > 0 ? 'STORE_UNAVAILABLE' : 'DATA_MISSING', { id });
      const data = await store.open(location).catch((error: unknown) => {
        throw asImageError(error, id);
      });
      if (size === 'any' || image.size === null || data.size === Number(image.size)) return data;
      await data.close();
      throw new ImageError('DATA_DAMAGED', { id, actual: data.size, expected: Number(image.size) });
    },
  };
}

const NOTHING: StoredData = { size: 0, read: () => Readable.from([]), close: () => Promise.resolve() };
