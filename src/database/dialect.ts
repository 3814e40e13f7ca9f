import type { Value } from './row.js';
import type { ServerVersion } from './server-version.js';

/** A part of a WHERE clause, and the values that it binds. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

export const ALWAYS: Condition = { sql: '1 = 1', values: [] };
export const NEVER: Condition = { sql: '1 = 0', values: [] };

/** The SQL that engines write differently. All other SQL is documented by SQLite, MariaDB and MySQL 8 alike. */
export interface Dialect {
  readonly engine: 'sqlite' | 'mariadb' | 'mysql';
  /** The database's clock in UTC, in the precision of the tables. */
  readonly now: string;
  /** The database's clock plus a bound number of seconds. */
  readonly nowPlusSeconds: string;
  /** Ends a SELECT inside a transaction that locks its rows. */
  readonly forUpdate: string;
  /**
   * The recorded size of an image whose size is not known. Glance compares the recorded size with the data that it
   * receives, so its own tables must hold null.
   */
  readonly unknownSize: 0 | null;
  /** Begins a transaction that writes. */
  readonly begin: string;
  /** Compares a column with one bound value exactly, whatever the column's collation is. */
  equalsExactly(column: string, value: string): Condition;
  /** Finds image `i` by an id from a client, in any letter case. Later queries use the id in the row. */
  imageIs(id: string): Condition;
  /** Finds image `i` by any of several ids. */
  imageIsAmong(ids: readonly string[]): Condition;
  /**
   * Locks an owner, which it binds, until the transaction ends. It changes a row, because Galera holds row locks on one
   * node only: of two transactions on two nodes, the later fails if both change the same row, and runs again. Undefined on
   * an engine that runs one writing transaction at a time.
   */
  readonly lockOwner?: string;
  /**
   * Locks an image, whose id it binds, on every node of a cluster until the transaction ends: it changes a row, as
   * `lockOwner` does. Images share a fixed number of rows, since a row for each image would stay for ever. It changes no
   * row of Glance's: what Glance shows would change. Undefined outside a cluster, where FOR UPDATE is enough.
   */
  readonly lockImage?: string;
  /** Returns a SELECT that first waits for all that other nodes of the cluster have committed. */
  latest(sql: string): string;
  /** True when every text column compares exactly by itself. */
  readonly isExact: boolean;
  /** Searches a column for one bound text exactly, whatever the column's collation is. */
  matches(column: string, place: 'contains' | 'startsWith' | 'endsWith', text: string): Condition;
  /**
   * Returns the index hint after the table's name in a query for a page sorted by the column, so that the engine reads
   * the rows in the order of an index.
   *
   * @param isAfterRow true when the page begins after a given row
   */
  pageIndex(column: string, isAfterRow: boolean): string;
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
  latest: (sql) => sql,
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
 * @param tables the owner of the tables; see `Database`
 * @param isCluster true on a node of a Galera cluster
 */
export function mysqlDialect(
  engine: ServerVersion['engine'],
  tables: 'ours' | 'glance',
  isCluster: boolean,
): Dialect {
  const common: Pick<
    Dialect,
    'engine' | 'forUpdate' | 'begin' | 'isExact' | 'matches' | 'lockOwner' | 'lockImage' | 'latest'
  > = {
    engine,
    forUpdate: ' FOR UPDATE',
    begin: 'START TRANSACTION',
    lockOwner: `INSERT INTO gateway_owners (owner, changes) VALUES (?, 1) ${COUNT_CHANGES}`,
    ...(isCluster && {
      lockImage: `INSERT INTO gateway_locks (id, changes) VALUES (CRC32(?) % 1024, 1) ${COUNT_CHANGES}`,
    }),
    // Only MariaDB sets a variable for one statement.
    latest: (sql) =>
      isCluster && engine === 'mariadb' ? `SET STATEMENT wsrep_sync_wait = 1 FOR ${sql}` : sql,
    isExact: tables === 'ours',
    // Compares bytes, which no collation changes. UTF-8 matches by bytes exactly when it matches by characters.
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
      // The optimizer ignores LIMIT: it would refuse an index range of half the table, and scan every row before the
      // page. The hint forbids the scan, so it uses the range.
      pageIndex: (column, isAfterRow) =>
        isAfterRow && column in OUR_INDEXES ? force(OUR_INDEXES[column]) : '',
    };
  }
  return {
    ...common,
    unknownSize: null,
    // Whole seconds, cut off: MySQL would round a fraction up, into the future.
    now: 'UTC_TIMESTAMP()',
    nowPlusSeconds: 'TIMESTAMPADD(SECOND, ?, UTC_TIMESTAMP())',
    // Glance's collation ignores case and accents, which must never decide who owns an image.
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
    // Without the hint, the optimizer merges two single-column indexes and reads every row for one page.
    pageIndex: (column) => (column in GLANCE_INDEXES ? force(GLANCE_INDEXES[column]) : ''),
  };
}

const COUNT_CHANGES = 'ON DUPLICATE KEY UPDATE changes = changes + 1';

/** Returns the statement with which each connection to MySQL begins. */
export function sessionSettings(engine: ServerVersion['engine'], queryTimeoutSeconds: number): string {
  const timeout =
    engine === 'mariadb'
      ? `max_statement_time = ${queryTimeoutSeconds}`
      : `max_execution_time = ${queryTimeoutSeconds * 1000}`;
  // MySQL limits only SELECT, so a change that waits for a lock needs a limit of its own.
  return (
    `SET SESSION sql_mode = 'TRADITIONAL', time_zone = '+00:00', ` +
    `optimizer_switch = 'index_merge=off', innodb_lock_wait_timeout = ${queryTimeoutSeconds}, ${timeout}`
  );
}

/** Returns the collation of our text columns, under which letter case, accents and trailing blanks count. */
export function textCollation(engine: ServerVersion['engine']): string {
  return engine === 'mariadb' ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
}

/** The indexes that find few images, whatever the order of the page is. */
const SELECTIVE = [
  'PRIMARY',
  'checksum_image_idx',
  'owner_image_idx',
  'gateway_images_name',
  'gateway_images_owned',
];

/** Sorted column → the indexes of a page. With more indexes of similar columns, the optimizer would choose wrongly. */
const OUR_INDEXES: Record<string, readonly string[]> = {
  created_at: [...SELECTIVE, 'gateway_images_created', 'gateway_images_status', 'gateway_images_visible'],
  updated_at: [...SELECTIVE, 'gateway_images_updated'],
  name: SELECTIVE,
  size: [...SELECTIVE, 'gateway_images_size'],
};

/** Glance's own indexes that find few images. Each of its others covers one flag, and finds half the table. */
const GLANCE_SELECTIVE = ['PRIMARY', 'checksum_image_idx', 'owner_image_idx'];

const GLANCE_INDEXES: Record<string, readonly string[]> = {
  created_at: [...GLANCE_SELECTIVE, 'created_at_image_idx'],
  updated_at: [...GLANCE_SELECTIVE, 'updated_at_image_idx'],
  id: GLANCE_SELECTIVE,
};

/** Characters that Glance's tables cannot hold, and that MySQL refuses to compare with them. */
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

/** Returns an id in lower case, as the databases compute it. Ids contain only letters of ASCII. */
function folded(id: string): string {
  return id.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
