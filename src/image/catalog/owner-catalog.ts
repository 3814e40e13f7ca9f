import type { Database, Row, Value } from '../../database/database.js';
import { ALWAYS, type Condition } from '../../database/dialect.js';
import type { Caller } from '../../identity/caller.js';
import { useByOwner, type ImageUse } from '../access/owner-use.js';
import type { Policy } from '../access/policy.js';
import { CHARACTERS } from '../column-sizes.js';
import { ImageError } from '../errors.js';
import { fits } from '../text.js';
import { askerOf } from './asker.js';
import { readBriefly } from './brief-read.js';
import { readCursor, writeCursor } from './cursor.js';
import { pageWindow, shownPage, type PageLimits, type PageSides, type WantedPage } from './page-window.js';

/** An owner of images, and what these use. Null owns the images without an owner. */
export interface OwnerRow extends ImageUse {
  readonly owner: string | null;
}

export interface OwnerSort {
  readonly key: 'owner' | 'images' | 'bytes';
  readonly direction: 'asc' | 'desc';
}

export interface OwnerPage extends PageSides {
  readonly owners: OwnerRow[];
  /** Returns the cursor of one owner of this page. */
  cursorOf(owner: OwnerRow): string;
}

/** Reads who owns images. */
export interface OwnerCatalog {
  /**
   * Returns a page of the owners that have images, for administrators. Owners with equal values come in the order of their
   * names.
   *
   * @throws ImageError FORBIDDEN, BAD_USER_INPUT, INVALID_CURSOR, SEARCH_TOO_SLOW
   */
  owners(
    caller: Caller,
    sort: OwnerSort | undefined,
    wanted: Pick<WantedPage, 'first' | 'after'>,
  ): Promise<OwnerPage>;
}

const MOST_BYTES_FIRST: OwnerSort = { key: 'bytes', direction: 'desc' };

export function ownerCatalog(database: Database, policy: Policy, limits: PageLimits): OwnerCatalog {
  return {
    async owners(caller, sort = MOST_BYTES_FIRST, wanted) {
      policy.require(caller, 'get_images');
      if (!caller.isAdmin) throw new ImageError('FORBIDDEN', { rule: 'context_is_admin' });
      const columns = COLUMNS[sort.key];
      const list = `owners ${sort.key} ${sort.direction}`;
      const window = pageWindow(wanted, limits, (cursor, field) =>
        readCursor(list, cursor, field, (values) => arePlace(values, columns)),
      );
      const behind = window.after ? after(columns, window.after, sort.direction) : ALWAYS;
      const read = await readBriefly(database.scans(askerOf(caller)), {
        sql:
          `SELECT o.owner AS owner, o.hasOwner AS hasOwner, o.images AS images, o.bytes AS bytes ` +
          `FROM (${useByOwner(database)}) o WHERE (o.images > 0 OR o.bytes > 0) AND ${behind.sql} ` +
          `ORDER BY ${columns.map((column) => `o.${column} ${sort.direction.toUpperCase()}`).join(', ')} ` +
          `LIMIT ${window.size + 1}`,
        values: behind.values,
      });
      const { rows: owners, ...sides } = shownPage(window, read.map(ownerOf));
      const cursorOf = (row: OwnerRow) => writeCursor(list, placeOf(row, columns));
      return { owners, ...sides, cursorOf };
    },
  };
}

/** The columns of an order. The owner ends each, so that no two rows are equal. */
type Column = 'images' | 'bytes' | 'hasOwner' | 'owner';
const COLUMNS: Record<OwnerSort['key'], readonly Column[]> = {
  images: ['images', 'hasOwner', 'owner'],
  bytes: ['bytes', 'hasOwner', 'owner'],
  owner: ['hasOwner', 'owner'],
};

function ownerOf({ owner, hasOwner, images, bytes }: Row): OwnerRow {
  return {
    owner: Number(hasOwner) === 1 ? String(owner) : null,
    images: Number(images),
    bytes: Number(bytes),
  };
}

function placeOf({ owner, images, bytes }: OwnerRow, columns: readonly Column[]): Value[] {
  const values = { images, bytes, hasOwner: owner === null ? 0 : 1, owner: owner ?? '' };
  return columns.map((column) => values[column]);
}

function arePlace(values: readonly unknown[], columns: readonly Column[]): boolean {
  return (
    values.length === columns.length &&
    values.every((value, nth) =>
      columns[nth] === 'owner'
        ? typeof value === 'string' && fits(value, CHARACTERS.owner)
        : Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0),
    )
  );
}

/** Returns the condition for the rows behind one: the first column that differs decides. */
function after(
  columns: readonly Column[],
  values: readonly Value[],
  direction: OwnerSort['direction'],
): Condition {
  const beyond = direction === 'asc' ? '>' : '<';
  const either = columns.map((column, nth): Condition => {
    const equal = columns.slice(0, nth).map((each) => `o.${each} = ?`);
    return {
      sql: `(${[...equal, `o.${column} ${beyond} ?`].join(' AND ')})`,
      values: values.slice(0, nth + 1),
    };
  });
  return {
    sql: `(${either.map(({ sql }) => sql).join(' OR ')})`,
    values: either.flatMap((each) => each.values),
  };
}
