import type { Database } from '../../database/database.js';

/** The images with one status, visibility and store. */
export interface ImageTotal {
  readonly status: string;
  readonly visibility: string;
  /** The store of the data; `none` without data, `other` for data elsewhere. */
  readonly store: string;
  readonly images: number;
  /** The sum of their sizes. Approximate beyond 2^53. */
  readonly bytes: number;
}

const ASKER = { name: 'the totals of all images' };

/**
 * Counts all images that are not deleted, in one statement that reads each of them. An image whose data is in several stores
 * counts for each.
 *
 * @param stores the names of the configured stores
 * @throws DatabaseFailure, after ten seconds at most
 */
export async function imageTotals(database: Database, stores: readonly string[]): Promise<ImageTotal[]> {
  const reader = database.scans(ASKER);
  const is = "l.meta_data LIKE ? ESCAPE '!'";
  const isIn = stores.map(() => `WHEN ${is} OR ${is} THEN ?`).join(' ');
  const rows = await reader.read(
    database.dialect.briefly(
      'SELECT i.status AS status, i.visibility AS visibility, ' +
        `CASE WHEN l.id IS NULL THEN 'none' ${isIn} ELSE 'other' END AS store, ` +
        'COUNT(*) AS images, SUM(i.size) AS bytes ' +
        'FROM images i LEFT JOIN image_locations l ON l.image_id = i.id AND l.deleted = 0 ' +
        'WHERE i.deleted = 0 GROUP BY 1, 2, 3',
    ),
    stores.flatMap((name) => [...patternsOf(name), name]),
  );
  return rows.map(({ status, visibility, store, images, bytes }) => ({
    status: String(status),
    visibility: String(visibility),
    store: String(store),
    images: Number(images),
    bytes: Number(bytes ?? 0),
  }));
}

/** Returns the patterns of a store's name in the metadata of a location: as we write it, and as Glance writes it. */
function patternsOf(store: string): string[] {
  const name = store.replace(/[!%_]/g, '!$&');
  return [`%"store":"${name}"%`, `%"store": "${name}"%`];
}
