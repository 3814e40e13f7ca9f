import { globOf, regexpOf, textBehind, type TextPlace } from './letter-case.js';
import {
  choiceOfGlanceIndexes,
  choiceOfIndexes,
  indexOf,
  orderedIndex,
  type OrderedList,
} from './list-indexes.js';
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
  /** Returns a text column as an expression that compares exactly, whatever the column's collation is. */
  exactly(column: string): string;
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
   * Adds to the counters of what an owner uses. Binds the owner, whether there is one, the images and the bytes, and then
   * the images and the bytes again.
   */
  readonly countUse: string;
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
  /** Compares a column with one bound text without regard to letter case, by Unicode's simple case folding. */
  matchesAnyCase(column: string, place: TextPlace, text: string): Condition;
  /** True where our own indexes stand beside Glance's. */
  readonly hasOwnIndexes: boolean;
  /** True when the engine counts the rows that an index finds for a value, before it chooses the index. */
  readonly countsRows: boolean;
  /** A SELECT of the `number` of images, which need not be exact. */
  readonly imagesNearly: string;
  /** Joins images `i` whose ids stand in the rows of the table before them, and reads each by its id. */
  readonly joinImages: string;
  /** Returns the index hint after the table's name in a query for images that an index finds by a column. */
  findIndex(column: string): string;
  /**
   * Returns the index hint after the table's name in a query for a page, so that the engine reads the rows in the order
   * of an index.
   */
  orderIndex(list: OrderedList): string;
  /**
   * Returns the index hint after the table's name in a query for the memberships of one tenant, in the order of their ids.
   *
   * @param hasStatus true where they have one status
   */
  memberOrder(hasStatus: boolean): string;
  /**
   * True when the engine enters an index in the middle only by a row value: `(a, b) > (?, ?)`, and never by a condition
   * with OR.
   */
  readonly comparesRows: boolean;
  /**
   * Returns the index hint in a query for the few rows of a table that meet conditions without an index. Reading the whole
   * table in its own order takes less time than reading it in the order of the page. Empty where an index cannot give
   * the order.
   */
  scanIndex(list: OrderedList): string;
  /** Returns a SELECT that the server ends sooner than others, since many images make it slow. */
  briefly(sql: string): string;
}

const INSERT_USE = 'INSERT INTO gateway_owner_use (owner, has_owner, images, bytes) VALUES (?, ?, ?, ?)';
const ADD_USE = 'SET images = images + ?, bytes = bytes + ?';

export const sqlite: Dialect = {
  engine: 'sqlite',
  now: "strftime('%Y-%m-%d %H:%M:%f000', 'now')",
  nowPlusSeconds: "strftime('%Y-%m-%d %H:%M:%f000', 'now', ? || ' seconds')",
  forUpdate: '',
  unknownSize: 0,
  begin: 'BEGIN IMMEDIATE',
  exactly: (column) => column,
  equalsExactly: equals,
  imageIs: (id) => equals('lower(i.id)', folded(id)),
  imageIsAmong: (ids) => isAmong('lower(i.id)', ids.map(folded)),
  latest: (sql) => sql,
  isExact: true,
  matches: (column, place, text) =>
    ({
      contains: { sql: `instr(${column}, ?) > 0`, values: [text] },
      startsWith: rangeOf(column, text),
      endsWith: { sql: `substr(${column}, -length(?)) = ?`, values: [text, text] },
    })[place],
  // A pattern ends at a NUL, which no text of our tables has.
  matchesAnyCase: (column, place, text) =>
    text.includes('\0') ? NEVER : { sql: `${column} GLOB ?`, values: [globOf(text, place)] },
  countUse: `${INSERT_USE} ON CONFLICT (owner, has_owner) DO UPDATE ${ADD_USE}`,
  hasOwnIndexes: true,
  countsRows: false,
  imagesNearly: 'SELECT MAX(rowid) AS number FROM images',
  joinImages: `CROSS JOIN images i${indexedBy('PRIMARY')}`,
  findIndex: (column) => indexedBy(indexOf(column)),
  orderIndex: (list) => indexedBy(orderedIndex(list)),
  memberOrder: () => '',
  comparesRows: true,
  scanIndex: (list) => (orderedIndex(list) ? ' NOT INDEXED' : ''),
  briefly: (sql) => BRIEFLY + sql,
};

/**
 * @param tables the owner of the tables; see `Database`
 * @param isCluster true on a node of a Galera cluster
 * @param queryTimeoutSeconds the limit of every statement
 */
export function mysqlDialect(
  engine: ServerVersion['engine'],
  tables: 'ours' | 'glance',
  isCluster: boolean,
  queryTimeoutSeconds: number,
): Dialect {
  const choice = tables === 'ours' ? choiceOfIndexes : choiceOfGlanceIndexes;
  const common: Pick<
    Dialect,
    | 'engine'
    | 'forUpdate'
    | 'begin'
    | 'isExact'
    | 'matches'
    | 'lockOwner'
    | 'countUse'
    | 'lockImage'
    | 'latest'
    | 'hasOwnIndexes'
    | 'countsRows'
    | 'imagesNearly'
    | 'joinImages'
    | 'findIndex'
    | 'comparesRows'
    | 'orderIndex'
    | 'memberOrder'
    | 'scanIndex'
    | 'briefly'
  > = {
    engine,
    forUpdate: ' FOR UPDATE',
    begin: 'START TRANSACTION',
    countUse: `${INSERT_USE} ON DUPLICATE KEY UPDATE ${ADD_USE.replace('SET ', '')}`,
    lockOwner: `INSERT INTO gateway_owners (owner, changes) VALUES (?, 1) ${COUNT_CHANGES}`,
    ...(isCluster && {
      lockImage: `INSERT INTO gateway_locks (id, changes) VALUES (CRC32(?) % 1024, 1) ${COUNT_CHANGES}`,
    }),
    // Only MariaDB sets a variable for one statement.
    latest: (sql) =>
      isCluster && engine === 'mariadb' ? `SET STATEMENT wsrep_sync_wait = 1 FOR ${sql}` : sql,
    hasOwnIndexes: tables === 'ours',
    countsRows: true,
    imagesNearly:
      'SELECT table_rows AS number FROM information_schema.tables ' +
      "WHERE table_schema = DATABASE() AND table_name = 'images'",
    joinImages: `STRAIGHT_JOIN images i${force(['PRIMARY'])}`,
    // Of two indexes that begin alike, MariaDB may walk one in whole in place of a range of it.
    findIndex: (column) => (tables === 'ours' ? force([indexOf(column)]) : ''),
    comparesRows: false,
    // The optimizer ignores LIMIT: it would refuse an index range of half the table, and scan every row before the page.
    // The hint forbids the scan, so it uses the range. On Glance's tables it would merge two single-column indexes, and
    // read every row for one page.
    orderIndex: (list) => force(choice(list)),
    // Without the hint the optimizer walks the memberships of all tenants where one has many.
    memberOrder: (hasStatus) =>
      tables === 'ours' ? force([hasStatus ? 'gateway_members_status' : 'gateway_members_listed']) : '',
    scanIndex: (list) => (choice(list).length > 0 ? force(['PRIMARY']) : ''),
    briefly: (sql) => limited(sql, engine, Math.min(queryTimeoutSeconds, BRIEF_SECONDS)),
    isExact: tables === 'ours',
    // Compares bytes, which no collation changes. UTF-8 matches by bytes exactly when it matches by characters.
    matches: (column, place, text) => {
      // The collation of our own tables compares by code points, so that an index finds the range.
      if (tables === 'ours' && place === 'startsWith') return rangeOf(column, text);
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
      exactly: (column) => column,
      matchesAnyCase: matchesExpression,
    };
  }
  const exactly = (column: string) => `CONVERT(${column} USING utf8mb4) COLLATE ${textCollation(engine)}`;
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
    exactly,
    matchesAnyCase: (column, ...rest) => matchesExpression(exactly(column), ...rest),
  };
}

/** Seconds that a search or a count may take. */
export const BRIEF_SECONDS = 10;

/** Marks such a statement for SQLite, which has no limit of its own. */
export const BRIEFLY = '/* briefly */ ';

function limited(sql: string, engine: ServerVersion['engine'], seconds: number): string {
  return engine === 'mariadb'
    ? `SET STATEMENT max_statement_time = ${seconds} FOR ${sql}`
    : sql.replace(/^SELECT/, `SELECT /*+ MAX_EXECUTION_TIME(${seconds * 1000}) */`);
}

const COUNT_CHANGES = 'ON DUPLICATE KEY UPDATE changes = changes + 1';

/** Returns the statement with which each connection to MySQL begins. */
export function sessionSettings(engine: ServerVersion['engine'], queryTimeoutSeconds: number): string {
  const timeout =
    engine === 'mariadb'
      ? `max_statement_time = ${queryTimeoutSeconds}`
      : `max_execution_time = ${queryTimeoutSeconds * 1000}`;
  // A filter of row ids reads a whole second index for a page of a few rows.
  const switches = engine === 'mariadb' ? 'index_merge=off,rowid_filter=off' : 'index_merge=off';
  // MySQL limits only SELECT, so a change that waits for a lock needs a limit of its own.
  return (
    `SET SESSION sql_mode = 'TRADITIONAL', time_zone = '+00:00', ` +
    `optimizer_switch = '${switches}', innodb_lock_wait_timeout = ${queryTimeoutSeconds}, ${timeout}`
  );
}

/** Returns the collation of our text columns, under which letter case, accents and trailing blanks count. */
export function textCollation(engine: ServerVersion['engine']): string {
  return engine === 'mariadb' ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
}

/** Characters that Glance's tables cannot hold, and that MySQL refuses to compare with them. */
const FOUR_BYTES = /[\ud800-\udfff]/;

function force(indexes: readonly string[]): string {
  return indexes.length > 0 ? ` FORCE INDEX (${indexes.join(', ')})` : '';
}

function indexedBy(index: string | undefined): string {
  if (!index) return '';
  return ` INDEXED BY ${index === 'PRIMARY' ? 'sqlite_autoindex_images_1' : index}`;
}

function equals(column: string, value: string): Condition {
  return { sql: `${column} = ?`, values: [value] };
}

function isAmong(column: string, values: readonly string[]): Condition {
  return { sql: `${column} IN (${values.map(() => '?').join(', ')})`, values };
}

/** Compares with the texts that begin with a text, in an exact collation. */
function rangeOf(column: string, text: string): Condition {
  const end = textBehind(text);
  if (end === undefined) return { sql: `${column} >= ?`, values: [text] };
  return { sql: `(${column} >= ? AND ${column} < ?)`, values: [text, end] };
}

/** @param column a text whose collation compares exactly: a regular expression compares as the collation does */
function matchesExpression(column: string, place: TextPlace, text: string): Condition {
  return { sql: `${column} REGEXP ?`, values: [regexpOf(text, place)] };
}

/** Returns an id in lower case, as the databases compute it. Ids contain only letters of ASCII. */
function folded(id: string): string {
  return id.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
