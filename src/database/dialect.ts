import type { Value } from './row.js';

/** A piece of a WHERE clause with the values it binds. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

export const ALWAYS: Condition = { sql: '1 = 1', values: [] };
export const NEVER: Condition = { sql: '1 = 0', values: [] };

/**
 * Where the database engines differ. SQL elsewhere is what SQLite, MariaDB and MySQL 8 all document;
 * what they write differently stands here and nowhere else.
 */
export interface Dialect {
  readonly engine: 'sqlite' | 'mariadb' | 'mysql';
  /** The database's clock, UTC, in the precision that the tables hold. */
  readonly now: string;
  /** The database's clock moved by a bound number of seconds. */
  readonly nowPlusSeconds: string;
  /** Ends a SELECT inside a transaction whose rows are to be kept from others. */
  readonly forUpdate: string;
  /**
   * The size of an image whose data is not here and of which nobody has said it. Glance compares what is
   * recorded with the data it gets, so its own tables hold nothing there.
   */
  readonly unknownSize: 0 | null;
  /** Begins a transaction that means to write. */
  readonly begin: string;
  /** Compares a column with one bound value to the letter, whatever the column's collation is. */
  equalsExactly(column: string, value: string): Condition;
  /** Finds image `i` by an id from outside, in any letter case. Further queries use the id in its row. */
  imageIs(id: string): Condition;
  /** Finds image `i` by any of several ids. */
  imageIsAmong(ids: readonly string[]): Condition;
  /**
   * Makes other transactions that say it for the same owner wait until this one ends; it binds the owner.
   * Undefined where transactions that write exclude each other anyway.
   */
  readonly lockOwner?: string;
  /** True when every text column compares to the letter by itself. */
  readonly isExact: boolean;
  /** Looks for one bound text in a column, to the letter whatever the column's collation is. */
  matches(column: string, place: 'contains' | 'startsWith' | 'endsWith', text: string): Condition;
  /**
   * Follows the table's name in a page query sorted by the column, so that its index is walked.
   *
   * @param isBehind true when the page begins behind a given row
   */
  pageIndex(column: string, isBehind: boolean): string;
}

export const sqlite: Dialect = {
  engine: 'sqlite',
  now: "strftime('%Y-%m-%d %H:%M:%f000', 'now')",
  nowPlusSeconds: "strftime('%Y-%m-%d %H:%M:%f000', 'now', ? || ' seconds')",
  forUpdate: '',
  unknownSize: 0,
  begin: 'BEGIN IMMEDIATE',
  equalsExactly: equals,
  imageIs: (id) => equals('lower(i.id)', folded(id)),
  imageIsAmong: (ids) => isAmong('lower(i.id)', ids.map(folded)),
  isExact: true,
  matches: (column, place, text) =>
    ({
      contains: { sql: `instr(${column}, ?) > 0`, values: [text] },
      startsWith: { sql: `substr(${column}, 1, length(?)) = ?`, values: [text, text] },
      endsWith: { sql: `substr(${column}, -length(?)) = ?`, values: [text, text] },
    })[place],
  pageIndex: () => '',
};

/**
 * @param version what the server answers to `SELECT VERSION()`
 * @param tables `ours` when the tables were made by our migrations, `glance` when by Glance's
 */
export function mysqlDialect(version: string, tables: 'ours' | 'glance'): Dialect {
  const common: Pick<Dialect, 'engine' | 'forUpdate' | 'begin' | 'isExact' | 'matches' | 'lockOwner'> = {
    engine: isMariaDb(version) ? 'mariadb' : 'mysql',
    forUpdate: ' FOR UPDATE',
    begin: 'START TRANSACTION',
    lockOwner: 'INSERT INTO gateway_owners (owner) VALUES (?) ON DUPLICATE KEY UPDATE owner = VALUES(owner)',
    isExact: tables === 'ours',
    // By bytes: of UTF-8 they match where the characters do, and no collation has a say.
    matches: (column, place, text) => {
      const bytes = Buffer.byteLength(text);
      const stored = `CAST(${column} AS BINARY)`;
      const sql = {
        contains: `LOCATE(CAST(? AS BINARY), ${stored}) > 0`,
        startsWith: `LEFT(${stored}, ${bytes}) = CAST(? AS BINARY)`,
        endsWith: `RIGHT(${stored}, ${bytes}) = CAST(? AS BINARY)`,
      }[place];
      return { sql, values: [text] };
    },
  };
  if (tables === 'ours') {
    return {
      ...common,
      unknownSize: 0,
      now: 'UTC_TIMESTAMP(6)',
      nowPlusSeconds: 'TIMESTAMPADD(SECOND, ?, UTC_TIMESTAMP(6))',
      equalsExactly: equals,
      imageIs: (id) => equals('i.gateway_folded_id', folded(id)),
      imageIsAmong: (ids) => isAmong('i.gateway_folded_id', ids.map(folded)),
      // The optimizer does not weigh LIMIT: it would pass over a range of an index that holds half the table,
      // and read every row before the page instead. With the scan of the table forbidden it enters the range.
      pageIndex: (column, isBehind) => (isBehind && column in OUR_INDEXES ? force(OUR_INDEXES[column]) : ''),
    };
  }
  return {
    ...common,
    unknownSize: null,
    // Whole seconds, cut: a fraction sent to such a column would be rounded up into the future.
    now: 'UTC_TIMESTAMP()',
    nowPlusSeconds: 'TIMESTAMPADD(SECOND, ?, UTC_TIMESTAMP())',
    // Glance's collation takes case and accents as equal, which must never decide who owns an image.
    equalsExactly: (column, value) =>
      FOUR_BYTES.test(value)
        ? NEVER
        : {
            sql: `(${column} = ? AND CAST(${column} AS BINARY) = CAST(? AS BINARY))`,
            values: [value, value],
          },
    // Glance's collation ignores letter case already.
    imageIs: (id) => (FOUR_BYTES.test(id) ? NEVER : equals('i.id', id)),
    imageIsAmong: (ids) => {
      const possible = ids.filter((id) => !FOUR_BYTES.test(id));
      return possible.length > 0 ? isAmong('i.id', possible) : NEVER;
    },
    // Left alone, the optimizer merges two single-column indexes and reads every row for one page.
    pageIndex: (column) => (column in GLANCE_INDEXES ? force(GLANCE_INDEXES[column]) : ''),
  };
}

/** What every connection to MySQL is told before its first statement. */
export function sessionSettings(version: string, queryTimeoutSeconds: number): string {
  const timeout = isMariaDb(version)
    ? `max_statement_time = ${queryTimeoutSeconds}`
    : `max_execution_time = ${queryTimeoutSeconds * 1000}`;
  return (
    `SET SESSION sql_mode = 'TRADITIONAL', time_zone = '+00:00', ` +
    `optimizer_switch = 'index_merge=off', ${timeout}`
  );
}

/** The collation of the text columns we make: letter case, accents and trailing blanks all count. */
export function textCollation(version: string): string {
  return isMariaDb(version) ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
}

/** Indexes that find few images at once, whatever they are sorted by. */
const SELECTIVE = [
  'PRIMARY',
  'checksum_image_idx',
  'owner_image_idx',
  'gateway_images_name',
  'gateway_images_owned',
];

/** Sorted column → the indexes a page may be read from. More that begin alike would make it choose wrongly. */
const OUR_INDEXES: Record<string, readonly string[]> = {
  created_at: [...SELECTIVE, 'gateway_images_created', 'gateway_images_status', 'gateway_images_visible'],
  updated_at: [...SELECTIVE, 'gateway_images_updated'],
  name: SELECTIVE,
  size: [...SELECTIVE, 'gateway_images_size'],
};

/** Those of Glance's own that find few images; the others, of a flag each, hold half the table. */
const GLANCE_SELECTIVE = ['PRIMARY', 'checksum_image_idx', 'owner_image_idx'];

const GLANCE_INDEXES: Record<string, readonly string[]> = {
  created_at: [...GLANCE_SELECTIVE, 'created_at_image_idx'],
  updated_at: [...GLANCE_SELECTIVE, 'updated_at_image_idx'],
  id: GLANCE_SELECTIVE,
};

/** Characters that Glance's tables do not hold; MySQL even refuses to compare with them. */
const FOUR_BYTES = /[\ud800-\udfff]/;

function force(indexes: readonly string[]): string {
  return ` FORCE INDEX (${indexes.join(', ')})`;
}

function equals(column: string, value: string): Condition {
  return { sql: `${column} = ?`, values: [value] };
}

function isAmong(column: string, values: readonly string[]): Condition {
  return { sql: `${column} IN (${values.map(() => '?').join(', ')})`, values };
}

/** In lower case as the databases have it: ids hold no letters but those of ASCII. */
function folded(id: string): string {
  return id.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function isMariaDb(version: string): boolean {
  return version.includes('MariaDB');
}
