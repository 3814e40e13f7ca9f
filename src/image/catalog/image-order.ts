import type { Row, Value } from '../../database/database.js';
import type { Condition } from '../../database/dialect.js';
import { readCursor, writeCursor } from './cursor.js';
import { badInput } from '../errors.js';
import { CHARACTERS } from '../column-sizes.js';
import { fits } from '../text.js';

/** The fields that a list can be sorted by (contract C11.7). */
export const SORT_KEYS = [
  'createdAt',
  'updatedAt',
  'name',
  'status',
  'size',
  'diskFormat',
  'containerFormat',
  'id',
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface Sort {
  key: SortKey;
  direction: 'asc' | 'desc';
}

/** The order of a list when the caller names none: newest first. */
const NEWEST_FIRST: readonly Sort[] = [{ key: 'createdAt', direction: 'desc' }];

/**
 * Returns the total order: the requested keys, and last `id` in the direction of the key before it, so that no two rows
 * are equal.
 *
 * @throws ImageError BAD_USER_INPUT when a key is named twice
 */
export function totalOrder(wanted: readonly Sort[]): readonly Sort[] {
  const sort = wanted.length > 0 ? wanted : NEWEST_FIRST;
  const twice = sort.find(({ key }, index) => sort.findIndex((other) => other.key === key) !== index);
  if (twice) throw badInput('sort', `names ${twice.key} twice`);
  const end = sort.findIndex(({ key }) => key === 'id');
  if (end >= 0) return sort.slice(0, end + 1);
  return [...sort, { key: 'id', direction: sort[sort.length - 1].direction }];
}

/** Returns the ORDER BY of the images table. Null is below every value, on every engine that we support. */
export function orderBy(order: readonly Sort[], column: (key: SortKey) => string): string {
  return order.map(({ key, direction }) => `${column(key)} ${direction.toUpperCase()}`).join(', ');
}

/**
 * Returns the conditions for the rows behind a given one. Each of the rows meets one of them.
 *
 * @param comparesRows see `Dialect`
 */
export function after(
  order: readonly Sort[],
  values: readonly Value[],
  column: (key: SortKey) => string,
  comparesRows: boolean,
): Condition[] {
  const isOneWay = order.every(({ direction }) => direction === order[0].direction);
  if (comparesRows && isOneWay && !values.slice(1).includes(null)) return afterRow(order, values, column);
  return [afterValues(order, values, column)];
}

/** Returns the conditions for rows that are behind one row, and behind another one in the opposite order. */
export function between(
  some: readonly Condition[] | undefined,
  others: readonly Condition[] | undefined,
): readonly Condition[] | undefined {
  if (!some || !others) return some ?? others;
  return some.flatMap((one) => others.map((other) => all([one, other])));
}

/** Only the first value may be null. */
function afterRow(
  order: readonly Sort[],
  [first, ...rest]: readonly Value[],
  column: (key: SortKey) => string,
): Condition[] {
  const [{ key, direction }] = order;
  const names = order.map((each) => column(each.key));
  const isUp = direction === 'asc';
  const behind = (columns: readonly string[], values: readonly Value[]): Condition => ({
    sql: `(${columns.join(', ')}) ${isUp ? '>' : '<'} (${values.map(() => '?').join(', ')})`,
    values,
  });
  const isNull = { sql: `${names[0]} IS NULL`, values: [] };
  if (first === null) {
    const among = all([isNull, behind(names.slice(1), rest)]);
    return isUp ? [among, { sql: `${names[0]} IS NOT NULL`, values: [] }] : [among];
  }
  const whole = behind(names, [first, ...rest]);
  return isUp || NEVER_NULL.includes(key) ? [whole] : [whole, isNull];
}

/** It is the expanded form, since MariaDB does not use an index for a row-value comparison. */
function afterValues(
  order: readonly Sort[],
  values: readonly Value[],
  column: (key: SortKey) => string,
): Condition {
  const branches: Condition[] = [];
  const equal: Condition[] = [];
  order.forEach(({ key, direction }, index) => {
    const beyond = beyondValue(key, column(key), direction, values[index]);
    if (beyond) branches.push(all([...equal, beyond]));
    equal.push(sameValue(column(key), values[index]));
  });
  const bound = boundOfFirst(order[0].key, column(order[0].key), order[0].direction, values[0]);
  const either: Condition = {
    sql: `(${branches.map(({ sql }) => sql).join(' OR ')})`,
    values: branches.flatMap((branch) => branch.values),
  };
  return bound ? all([bound, either]) : either;
}

/** Returns the order from the end to the start. */
export function reversed(order: readonly Sort[]): readonly Sort[] {
  return order.map(({ key, direction }) => ({ key, direction: direction === 'asc' ? 'desc' : 'asc' }));
}

/**
 * Returns the cursor of a row in an order.
 *
 * @param words the words of the list's search
 */
export function encodeCursor(order: readonly Sort[], row: Row, words: readonly string[] = []): string {
  return writeCursor(
    listName(order, words),
    order.map(({ key }) => row[key] ?? null),
  );
}

/**
 * @param field the argument that holds the cursor, for the error
 * @throws ImageError INVALID_CURSOR for a text that `encodeCursor` did not make for this order and these words
 */
export function decodeCursor(
  order: readonly Sort[],
  cursor: string,
  field = 'after',
  words: readonly string[] = [],
): Value[] {
  return readCursor(
    listName(order, words),
    cursor,
    field,
    (values) =>
      values.length === order.length && order.every(({ key }, index) => isValueOf(key, values[index])),
  );
}

const NEVER_NULL: readonly SortKey[] = ['createdAt', 'status', 'id'];
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/;

function listName(order: readonly Sort[], words: readonly string[]): string {
  const keys = order.map(({ key, direction }) => `${direction === 'asc' ? '' : '-'}${key}`);
  return [keys.join(), ...words].join(' ');
}

/** Returns true for a value that a row can hold under a key, as `encodeCursor` writes it. Some engines fail on others. */
function isValueOf(key: SortKey, value: unknown): boolean {
  if (value === null) return !NEVER_NULL.includes(key);
  if (key === 'size') return isStoredSize(value);
  if (typeof value !== 'string') return false;
  if (key === 'createdAt' || key === 'updatedAt') return isStoredTime(value);
  return fits(value, CHARACTERS[key]) && !value.includes('\0');
}

/** Returns true for a `bigint`: a number, or its digits where JSON's numbers are not exact. */
function isStoredSize(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (typeof value !== 'string' || !/^-?[1-9]\d{15,18}$/.test(value)) return false;
  return BigInt.asIntN(64, BigInt(value)) === BigInt(value) && !Number.isSafeInteger(Number(value));
}

/** Returns true for a time that exists. Engines treat other times in different ways, and some fail. */
function isStoredTime(text: string): boolean {
  if (!TIME.test(text)) return false;
  const [date, clock] = text.split(' ');
  const moment = new Date(`${date}T${clock.slice(0, 8)}Z`);
  return date >= '1000' && !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(date);
}

function beyondValue(
  key: SortKey,
  column: string,
  direction: Sort['direction'],
  value: Value,
): Condition | undefined {
  if (direction === 'asc') {
    return value === null
      ? { sql: `${column} IS NOT NULL`, values: [] }
      : { sql: `${column} > ?`, values: [value] };
  }
  return value === null ? undefined : { sql: below(key, column, '<'), values: [value] };
}

function sameValue(column: string, value: Value): Condition {
  return value === null
    ? { sql: `${column} IS NULL`, values: [] }
    : { sql: `${column} = ?`, values: [value] };
}

/** Returns a range of the first key that holds all rows behind: the index is entered with it. */
function boundOfFirst(
  key: SortKey,
  column: string,
  direction: Sort['direction'],
  value: Value,
): Condition | undefined {
  if (direction === 'asc') return value === null ? undefined : { sql: `${column} >= ?`, values: [value] };
  return value === null
    ? { sql: `${column} IS NULL`, values: [] }
    : { sql: below(key, column, '<='), values: [value] };
}

/** Null is below every value. Only a nullable key gets the branch for it: each further branch costs the plan. */
function below(key: SortKey, column: string, operator: '<' | '<='): string {
  return NEVER_NULL.includes(key)
    ? `${column} ${operator} ?`
    : `(${column} ${operator} ? OR ${column} IS NULL)`;
}

function all(conditions: Condition[]): Condition {
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(' AND ')})`,
    values: conditions.flatMap((condition) => condition.values),
  };
}
