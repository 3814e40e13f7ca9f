import type { Value } from '../../database/database.js';
import { NEVER, type Condition, type Dialect } from '../../database/dialect.js';
import { badInput } from '../errors.js';
import { fits } from '../text.js';

/** The operators on one value. They are two-valued: `ne` and `notIn` hold when there is no value. */
export interface Operators<T extends string | number | boolean> {
  eq?: T | null;
  ne?: T | null;
  in?: T[] | null;
  notIn?: T[] | null;
  isNull?: boolean | null;
  gt?: T | null;
  gte?: T | null;
  lt?: T | null;
  lte?: T | null;
}

/** The operators on a text. Only those that say so ignore letter case. */
export interface TextOperators extends Operators<string> {
  contains?: string | null;
  startsWith?: string | null;
  endsWith?: string | null;
  equalsIgnoreCase?: string | null;
  containsIgnoreCase?: string | null;
}

export type AnyOperators = Operators<string | number | boolean>;

/** A column that conditions compare with, and what it can hold. */
export interface FilterColumn {
  sql: string;
  /** True for an expression that is itself true or false. */
  isTruth?: boolean;
  /** The longest text that a row can hold. */
  characters?: number;
  /** For `text` columns: the greatest number of bytes that a row can hold. */
  bytes?: number;
  /** True to compare with regard to letter case, whatever the collation of the column is. */
  exact?: boolean;
  /** True for the id of the image, in which letter case makes no difference. */
  isId?: boolean;
}

/** The greatest number of values in one `in` or `notIn`, and of values and conditions in a whole filter. */
export const MOST_VALUES = 1000;
const MOST_VALUES_TOGETHER = 5000;
const MOST_CONDITIONS = 100;
/** The longest text that is compared without regard to letter case. Engines limit the length of a pattern. */
export const LONGEST_ANY_CASE = 255;

/** The work on one filter: the dialect, and a count of the conditions and values so far. */
export class FilterWork {
  #conditions = 0;
  #values = 0;

  constructor(readonly dialect: Dialect) {}

  /** @throws ImageError BAD_USER_INPUT when the filter has become too large */
  spend(path: string, values = 0): void {
    this.#conditions += 1;
    this.#values += values;
    if (this.#conditions > MOST_CONDITIONS) {
      throw badInput(path, `is too much: a filter may have ${MOST_CONDITIONS} conditions`);
    }
    if (this.#values > MOST_VALUES_TOGETHER) {
      throw badInput(path, `is too much: a filter may have ${MOST_VALUES_TOGETHER} values`);
    }
  }
}

/** A condition that must hold, or must not hold. The condition `null` holds when there is no value. */
export interface Question {
  condition: Condition | null;
  isWanted: boolean;
  /** True for a condition on a column that an index of the column finds: a value or a range. */
  isRange: boolean;
  /** True when it finds one value. */
  isEqual: boolean;
}

/**
 * Returns a condition for each operator on a column.
 *
 * @param wanted false negates every condition
 * @throws ImageError BAD_USER_INPUT
 */
export function questions(
  column: FilterColumn,
  operators: AnyOperators,
  path: string,
  wanted: boolean,
  work: FilterWork,
): Question[] {
  const asked: Question[] = [];
  for (const [operator, operand] of Object.entries(operators) as [keyof TextOperators, unknown][]) {
    if (operand === undefined || (operator === 'isNull' && operand === null)) continue;
    const own = `${path}.${operator}`;
    work.spend(own, Array.isArray(operand) ? operand.length : 1);
    const positive = POSITIVE[operator] ?? (operator as Positive);
    const isWanted = (positive === operator) === wanted;
    if (positive === 'isNull') asked.push({ ...OF_NULL, isWanted: operand === isWanted });
    else if (positive === 'eq' && operand === null) asked.push({ ...OF_NULL, isWanted });
    else
      asked.push({
        condition: BUILD[positive](column, required(operand, own) as never, own, work),
        isWanted,
        isRange: isWanted && isRange(column, positive, operand, work.dialect),
        isEqual: isWanted && positive === 'eq',
      });
  }
  return asked;
}

/** The index of a column would find half the table. */
const OF_NULL = { condition: null, isRange: false, isEqual: false };

function isRange(
  { isTruth }: FilterColumn,
  operator: Positive,
  operand: unknown,
  { hasOwnIndexes }: Dialect,
): boolean {
  if (!hasOwnIndexes) return false;
  if (isTruth) return operator === 'eq' && operand === true;
  if (operator === 'startsWith') return operand !== '';
  return ['eq', 'in', 'gt', 'gte', 'lt', 'lte'].includes(operator);
}

type Positive = Exclude<keyof TextOperators, 'ne' | 'notIn'>;

/** The operators that negate others. */
const POSITIVE: Partial<Record<keyof TextOperators, Positive>> = { ne: 'eq', notIn: 'in' };

type Build = (column: FilterColumn, operand: never, path: string, work: FilterWork) => Condition;

const BUILD: Record<Exclude<Positive, 'isNull'>, Build> = {
  eq: equal,
  in: among,
  gt: compared('>'),
  gte: compared('>='),
  lt: compared('<'),
  lte: compared('<='),
  contains: matching('contains'),
  startsWith: matching('startsWith'),
  endsWith: matching('endsWith'),
  equalsIgnoreCase: matchingAnyCase('whole'),
  containsIgnoreCase: matchingAnyCase('contains'),
};

function equal(column: FilterColumn, value: Value, _path: string, { dialect }: FilterWork): Condition {
  if (!canHold(column, value)) return NEVER;
  if (column.isId) return dialect.imageIs(String(value));
  if (column.isTruth) return { sql: value ? column.sql : `(NOT ${column.sql})`, values: [] };
  if (column.exact) return dialect.equalsExactly(column.sql, String(value));
  return { sql: `${column.sql} = ?`, values: [value] };
}

function among(column: FilterColumn, values: Value[], path: string, work: FilterWork): Condition {
  if (values.length > MOST_VALUES) throw badInput(path, `must not hold more than ${MOST_VALUES} values`);
  const possible = values.filter((value) => canHold(column, value));
  if (possible.length === 0) return NEVER;
  if (column.isId) return work.dialect.imageIsAmong(possible.map(String));
  if (column.exact && !work.dialect.isExact) {
    const each = possible.map((value) => equal(column, value, path, work));
    return {
      sql: `(${each.map(({ sql }) => sql).join(' OR ')})`,
      values: each.flatMap((condition) => condition.values),
    };
  }
  return { sql: `${column.sql} IN (${possible.map(() => '?').join(', ')})`, values: possible };
}

function compared(operator: string): Build {
  return ({ sql }, value: Value) => ({ sql: `${sql} ${operator} ?`, values: [value] });
}

function matching(place: 'contains' | 'startsWith' | 'endsWith'): Build {
  return (column, text: string, _path, { dialect }) => {
    if (!canHold(column, text)) return NEVER;
    return text === '' ? hasValue(column) : dialect.matches(column.sql, place, text);
  };
}

function matchingAnyCase(place: 'whole' | 'contains'): Build {
  return (column, text: string, path, { dialect }) => {
    if (!canHold(column, text)) return NEVER;
    if (text.length > LONGEST_ANY_CASE)
      throw badInput(path, `must have at most ${LONGEST_ANY_CASE} characters`);
    if (text === '' && place === 'contains') return hasValue(column);
    return dialect.matchesAnyCase(column.sql, place, text);
  };
}

function hasValue({ sql }: FilterColumn): Condition {
  return { sql: `${sql} IS NOT NULL`, values: [] };
}

function required(operand: unknown, path: string): unknown {
  if (operand === null) throw badInput(path, 'must not be null');
  return operand;
}

/** Returns false for a value that no row can hold. It matches nothing, and some engines would fail on it. */
function canHold(column: FilterColumn, value: Value): boolean {
  return typeof value !== 'string' || fits(value, column.characters, column.bytes);
}
