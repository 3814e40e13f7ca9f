import type { Reader, Transaction } from '../../database/database.js';
import type { ImageRow } from './image-columns.js';

/** Where data of an image lies, as a row. The address is opaque: it may be encrypted. */
export interface LocationRow {
  id: number;
  imageId: string;
  url: string;
  metadata: unknown;
  status: string;
}

/** A location to be: with the id of one that the image has, that one is changed. */
export interface WantedLocation {
  id?: number;
  url: string;
  metadata: object;
  status: string;
}

/**
 * The locations of every image, the first one added first.
 *
 * @param which `all` gives those of deleted images too, which tell what is still to be removed
 */
export async function readLocations(
  reader: Reader,
  images: readonly Pick<ImageRow, 'id'>[],
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

/** Returns the live locations of an image that data is read from, as their rows hold them, the first one added first. */
export async function activeLocations(reader: Reader, imageId: string): Promise<string[]> {
  const sql =
    "SELECT value FROM image_locations WHERE image_id = ? AND deleted = 0 AND status = 'active' ORDER BY id";
  return (await reader.read(sql, [imageId])).map((row) => String(row.value));
}

/** Makes exactly these the locations of an image, whose row is locked. */
export async function replaceLocations(
  transaction: Transaction,
  imageId: string,
  wanted: readonly WantedLocation[],
): Promise<void> {
  const { now } = transaction.dialect;
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

/** Adds locations to an image, whose row is locked. */
export async function addLocations(
  transaction: Transaction,
  imageId: string,
  added: readonly WantedLocation[],
): Promise<void> {
  const { now } = transaction.dialect;
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

/** Flags one location as deleted, or to be deleted. */
export async function removeLocation(
  transaction: Transaction,
  id: number,
  status: 'deleted' | 'pending_delete',
): Promise<void> {
  const { now } = transaction.dialect;
  await transaction.change(
    `UPDATE image_locations SET deleted = 1, status = ?, deleted_at = ${now}, updated_at = ${now} WHERE id = ?`,
    [status, id],
  );
}

/** Locations that are deleted, or to be deleted, have the same flag as other deleted rows. */
function flagsOf(status: string, now: string): { deleted: 0 | 1; deletedAt: string } {
  return GONE.includes(status) ? { deleted: 1, deletedAt: now } : { deleted: 0, deletedAt: 'NULL' };
}

const GONE = ['deleted', 'pending_delete'];

/** JSON text; rows of other programs may hold none. */
function metadataOf(stored: unknown): unknown {
  try {
    return JSON.parse(String(stored ?? '{}')) ?? {};
  } catch {
    return {};
  }
}
