import type { Reader, Transaction } from '../../database/database.js';
import { countChange } from '../access/owner-use.js';

/** A location as a row. The URL may be encrypted. */
export interface LocationRow {
  id: number;
  imageId: string;
  url: string;
  metadata: unknown;
  status: string;
}

/** A requested location. With the id of a location of the image, the request changes that location. */
export interface WantedLocation {
  id?: number;
  url: string;
  metadata: object;
  status: string;
}

/**
 * Returns the locations of every image, the first one added first.
 *
 * @param which `live` for locations that are not deleted; `all` also returns the deleted ones, whose data may still have
 *   to be removed
 */
export async function readLocations(
  reader: Reader,
  images: readonly { id: string }[],
  which: 'live' | 'all' = 'live',
): Promise<Map<string, LocationRow[]>> {
  const byImage = new Map<string, LocationRow[]>(images.map(({ id }) => [id, []]));
  if (images.length === 0) return byImage;
  const live = which === 'live' ? ' AND l.deleted = 0' : '';
  const rows = await reader.read(
    'SELECT l.id AS id, l.image_id AS imageId, l.value AS url, l.meta_data AS metadata, l.status AS status ' +
      `FROM image_locations l WHERE l.image_id IN (${images.map(() => '?').join(', ')})${live} ORDER BY l.id`,
    images.map(({ id }) => id),
  );
  for (const row of rows) {
    const location = { ...row, id: Number(row.id), metadata: metadataOf(row.metadata) };
    byImage.get(String(row.imageId))?.push(location as LocationRow);
  }
  return byImage;
}

/** Returns the live locations with status `active` of an image, as rows hold them, the first one added first. */
export async function activeLocations(reader: Reader, imageId: string): Promise<string[]> {
  const sql =
    "SELECT value FROM image_locations WHERE image_id = ? AND deleted = 0 AND status = 'active' ORDER BY id";
  return (await reader.read(sql, [imageId])).map((row) => String(row.value));
}

/** Replaces the locations of an image by these. The caller has locked the image's row. */
export async function replaceLocations(
  transaction: Transaction,
  imageId: string,
  wanted: readonly WantedLocation[],
): Promise<void> {
  const { now } = transaction.dialect;
  await countChange(transaction, imageId);
  const present = (await readLocations(transaction, [{ id: imageId }])).get(imageId)!;
  const isPresent = ({ id }: { id?: number }) => present.some((each) => each.id === id);
  const gone = present.filter(({ id }) => !wanted.some((each) => each.id === id)).map(({ id }) => id);
  if (gone.length > 0) {
    await transaction.change(
      `UPDATE image_locations SET deleted = 1, deleted_at = ${now}, updated_at = ${now}, status = 'deleted' ` +
        `WHERE id IN (${gone.map(() => '?').join(', ')})`,
      gone,
    );
  }
  for (const { id, url, metadata, status } of wanted.filter(isPresent)) {
    const { deleted, deletedAt } = flagsOf(status, now);
    await transaction.change(
      `UPDATE image_locations SET value = ?, meta_data = ?, status = ?, deleted = ${deleted}, ` +
        `deleted_at = ${deletedAt}, updated_at = ${now} WHERE id = ?`,
      [url, JSON.stringify(metadata), status, id!],
    );
  }
  const added = wanted.filter((each) => !isPresent(each));
  if (added.length === 0) return;
  await addLocations(transaction, imageId, added);
}

/** Adds locations to an image. The caller has locked the image's row. */
export async function addLocations(
  transaction: Transaction,
  imageId: string,
  added: readonly WantedLocation[],
): Promise<void> {
  const { now } = transaction.dialect;
  await countChange(transaction, imageId);
  const rows = added.map(({ status }) => {
    const { deleted, deletedAt } = flagsOf(status, now);
    return `(?, ?, ?, ?, ${deleted}, ${deletedAt}, ${now}, ${now})`;
  });
  await transaction.change(
    'INSERT INTO image_locations ' +
      '(image_id, value, meta_data, status, deleted, deleted_at, created_at, updated_at) ' +
      `VALUES ${rows.join(', ')}`,
    added.flatMap(({ url, metadata, status }) => [imageId, url, JSON.stringify(metadata), status]),
  );
}

/** Flags one location of an image as deleted, or as waiting for the scrub. The caller has locked the image's row. */
export async function removeLocation(
  transaction: Transaction,
  imageId: string,
  id: number,
  status: 'deleted' | 'pending_delete',
): Promise<void> {
  const { now } = transaction.dialect;
  await countChange(transaction, imageId);
  await transaction.change(
    `UPDATE image_locations SET deleted = 1, status = ?, deleted_at = ${now}, updated_at = ${now} WHERE id = ?`,
    [status, id],
  );
}

/** Returns the flags of a location with this status. */
function flagsOf(status: string, now: string): { deleted: 0 | 1; deletedAt: string } {
  return GONE.includes(status) ? { deleted: 1, deletedAt: now } : { deleted: 0, deletedAt: 'NULL' };
}

const GONE = ['deleted', 'pending_delete'];

/** Returns the metadata of a row. Rows of other programs may hold no JSON. */
function metadataOf(stored: unknown): unknown {
  try {
    return JSON.parse(String(stored ?? '{}')) ?? {};
  } catch {
    return {};
  }
}
