import type { Reader, Value } from '../../database/database.js';

/** A change of an image or of one of its memberships. */
export interface RecentChange {
  readonly id: string;
  /** The time of the change, as its writer recorded it. */
  readonly at: string;
}

/** The place behind which a page of changes begins. */
type Place = Pick<RecentChange, 'at' | 'id'>;

/** Reads the changes of the last seconds in the order of their times, at most `most` of them. */
export async function changesOfLast(reader: Reader, seconds: number, most: number): Promise<RecentChange[]> {
  return read(reader, { sql: `>= ${reader.dialect.nowPlusSeconds}`, values: [-seconds] }, most);
}

/** Reads the changes since a time in the order of their times, at most `most` of them, behind a given one if there is one. */
export async function changesSince(
  reader: Reader,
  since: string,
  most: number,
  behind?: Place,
): Promise<RecentChange[]> {
  return read(reader, { sql: '>= ?', values: [behind?.at ?? since] }, most, behind);
}

async function read(
  reader: Reader,
  start: { sql: string; values: readonly Value[] },
  most: number,
  behind?: Place,
): Promise<RecentChange[]> {
  const beyond = (at: string, id: string) => (behind ? ` AND (${at} > ? OR ${id} > ?)` : '');
  // Each branch is cut by itself, so that it walks its index no farther than it must.
  const branch = (id: string, at: string, from: string) =>
    `SELECT ${id} AS id, ${at} AS changed_at FROM ${from} ` +
    `WHERE ${at} ${start.sql}${beyond(at, id)} ORDER BY ${at}, ${id} LIMIT ${most}`;
  const values = [...start.values, ...(behind ? [behind.at, behind.id] : [])];
  const rows = await reader.read(
    'SELECT c.id AS id, c.changed_at AS at FROM (' +
      `SELECT * FROM (${branch('i.id', 'i.updated_at', 'images i')}) a UNION ` +
      `SELECT * FROM (${branch('m.image_id', 'm.updated_at', 'image_members m')}) b` +
      `) c ORDER BY c.changed_at, c.id LIMIT ${most}`,
    [...values, ...values],
  );
  return rows as unknown as RecentChange[];
}
