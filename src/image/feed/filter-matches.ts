import type { Reader } from '../../database/database.js';
import type { Condition } from '../../database/dialect.js';

/** A filter as the conditions that must all hold. Without any, it holds for every image. */
export type Filtering = readonly Condition[];

/** The filters of one statement. A filter can have 5,000 values, and engines limit the values of a statement. */
const TOGETHER = 5;

/** Tells whether an image passes one of the filters. */
export type Matches = (imageId: string, filtering: Filtering) => boolean;

/** Asks the database which of the images pass which of the filters. */
export async function filterMatches(
  reader: Reader,
  ids: readonly string[],
  filters: readonly Filtering[],
): Promise<Matches> {
  const passed = new Map<Filtering, Set<string>>();
  const asked = filters.filter((conditions) => conditions.length > 0);
  for (let at = 0; at < asked.length; at += TOGETHER) {
    const some = asked.slice(at, at + TOGETHER);
    const columns = some.map(
      (all, nth) => `CASE WHEN ${all.map(({ sql }) => sql).join(' AND ')} THEN 1 ELSE 0 END AS passed${nth}`,
    );
    const rows = await reader.read(
      `SELECT i.id AS id, ${columns.join(', ')} FROM images i WHERE i.id IN (${ids.map(() => '?').join(', ')})`,
      [...some.flat().flatMap(({ values }) => values), ...ids],
    );
    some.forEach((filtering, nth) => {
      const own = rows.filter((row) => Number(row[`passed${nth}`]) === 1).map(({ id }) => id as string);
      passed.set(filtering, new Set(own));
    });
  }
  return (id, filtering) => filtering.length === 0 || passed.get(filtering)!.has(id);
}
