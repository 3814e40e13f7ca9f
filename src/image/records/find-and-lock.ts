import type { Reader, Transaction } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import { findable, requireChangeable } from '../access/access.js';
import { CHARACTERS } from '../column-sizes.js';
import { ImageError } from '../errors.js';
import { isGone } from '../status.js';
import { fits } from '../text.js';
import type { ImageColumns, ImageRow } from './image-columns.js';
import type { ImageRecords } from './image-records.js';

/** An image with all its columns, locked until the transaction ends. */
export type LockedImage = ImageRow & { owner: string | null; visibility: string; status: string };

/**
 * Reads an image that the caller may see.
 *
 * @param deleted `found` also returns a deleted image to a caller who is not an administrator
 * @returns undefined for an image that does not exist, or that the caller may not see
 */
export async function findImage(
  reader: Reader,
  columns: ImageColumns,
  caller: Caller,
  id: string,
  fields: readonly string[] = columns.all,
  deleted: 'found' | 'hidden' = 'hidden',
): Promise<ImageRow | undefined> {
  if (!fits(id, CHARACTERS.id)) return undefined;
  const wanted = reader.dialect.imageIs(id);
  const access = findable(caller, reader.dialect, deleted);
  const [row] = await reader.read(
    `SELECT ${columns.select(fields)} FROM images i WHERE ${wanted.sql} AND ${access.sql}`,
    [...wanted.values, ...access.values],
  );
  return row as ImageRow | undefined;
}

/**
 * Reads the images among these ids that the caller may see, in one statement.
 *
 * @returns each image once, in any order
 */
export async function findImages(
  reader: Reader,
  columns: ImageColumns,
  caller: Caller,
  ids: readonly string[],
  fields: readonly string[],
): Promise<ImageRow[]> {
  const possible = [...new Set(ids)].filter((id) => fits(id, CHARACTERS.id));
  if (possible.length === 0) return [];
  const wanted = reader.dialect.imageIsAmong(possible);
  const access = findable(caller, reader.dialect);
  const rows = await reader.read(
    `SELECT ${columns.select(fields)} FROM images i WHERE ${wanted.sql} AND ${access.sql}`,
    [...wanted.values, ...access.values],
  );
  return rows as ImageRow[];
}

/**
 * Locks an image that the caller may see until the transaction ends.
 *
 * @returns undefined for an image that does not exist, or that the caller may not see
 */
export async function lockIfFound(
  transaction: Transaction,
  records: ImageRecords,
  caller: Caller,
  id: string,
): Promise<LockedImage | undefined> {
  if (!fits(id, CHARACTERS.id)) return undefined;
  return (await records.lock(id, findable(caller, transaction.dialect))) as LockedImage | undefined;
}

/**
 * Locks an image until the transaction ends. Refuses an image that the caller may not see, as if it did not exist.
 *
 * @throws ImageError IMAGE_NOT_FOUND
 */
export async function lockImage(
  transaction: Transaction,
  records: ImageRecords,
  caller: Caller,
  id: string,
): Promise<LockedImage> {
  const image = await lockIfFound(transaction, records, caller, id);
  if (!image) throw new ImageError('IMAGE_NOT_FOUND', { id });
  return image;
}

/**
 * Locks an image until the transaction ends. Refuses an image that the caller may not change.
 *
 * @throws ImageError IMAGE_NOT_FOUND, NOT_OWNER
 */
export async function lockChangeable(
  transaction: Transaction,
  records: ImageRecords,
  caller: Caller,
  id: string,
): Promise<LockedImage> {
  const image = await lockImage(transaction, records, caller, id);
  requireChangeable(caller, image);
  return image;
}

/** @throws ImageError IMAGE_DELETED for a deleted image, which administrators still find */
export function refuseDeleted(image: LockedImage): void {
  if (isGone(image)) throw new ImageError('IMAGE_DELETED', { id: image.id });
}

/** @throws ImageError IMAGE_NOT_QUEUED */
export function requireQueued(image: LockedImage, id = image.id): void {
  if (image.status === 'queued' && !image.deleted) return;
  throw new ImageError('IMAGE_NOT_QUEUED', { id, imageStatus: image.status });
}
