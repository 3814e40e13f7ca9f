import type { Dialect } from '../../database/dialect.js';
import type { Caller } from '../../identity/caller.js';
import { findable } from '../access/access.js';
import { ImageError } from '../errors.js';
import type { ImageRow } from './image-columns.js';
import type { ImageRecords } from './image-records.js';
import { CHARACTERS } from '../column-sizes.js';
import { isGone } from '../status.js';
import { fits } from '../text.js';

/** An image with all its columns, kept from others until the transaction ends. */
export type LockedImage = ImageRow & { owner: string | null; visibility: string; status: string };

/**
 * Keeps an image from others until the transaction ends; it does not exist for those who may not see it.
 *
 * @throws ImageError IMAGE_NOT_FOUND
 */
export async function lockFound(
  caller: Caller,
  records: ImageRecords,
  id: string,
  dialect: Dialect,
): Promise<LockedImage> {
  const image = fits(id, CHARACTERS.id) && (await records.lock(id, findable(caller, dialect)));
  if (!image) throw new ImageError('IMAGE_NOT_FOUND', { id });
  return image as LockedImage;
}

/** @throws ImageError IMAGE_DELETED for a deleted image, which administrators still find */
export function refuseGone(image: LockedImage): void {
  if (isGone(image)) throw new ImageError('IMAGE_DELETED', { id: image.id });
}
