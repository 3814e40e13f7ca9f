import type { Value } from '../../database/database.js';
import { NEVER, type Condition, type Dialect } from '../../database/dialect.js';
import { badInput } from '../errors.js';
import { fits } from '../text.js';

/** What may be asked of one value. Two-valued: `ne` and `notIn` hold for what has no value at all. */
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

/** What may be asked of a text beside: whether it holds another, to the letter. */
export interface TextOperators extends Operators<string> {
  contains?: string | null;
  startsWith?: string | null;
  endsWith?: string | null;
}

export type AnyOperators = Operators<string | number | boolean>;

/** Something that conditions can be about, and what it can hold. */
export interface FilterColumn {
  sql: string;
  /** Longest text that a row can hold. */
  characters?: number;
  /** For `text` columns: most bytes that a row can hold. */
  bytes?: number;
  /** Compared to the letter, whatever the collation of the column is. */
  exact?: boolean;
  /** The id of the image, which has no letter case. */
  isId?: boolean;
}

/** Most values in one `in` or `notIn`; most values, and most conditions, in a whole filter. */
export const MOST_VALUES = 1000;
const MOST_VALUES_TOGETHER = 5000;
const MOST_CONDITIONS = 100;

/** What a filter is made with: the engine, and a count of how much of a statement it already makes. */
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

/** One thing asked, as a condition that must hold, or must not; `null` asks whether there is no value. */
export interface Question {
  condition: Condition | null;
  isWanted: boolean;
}

/**
 * What the operators ask of a column, each by itself.
 *
 * @param wanted false turns every one of them round
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
    if (positive === 'isNull') asked.push({ condition: null, isWanted: operand === isWanted });
    else if (positive === 'eq' && operand === null) asked.push({ condition: null, isWanted });
    else
      asked.push({
        condition: BUILD[positive](column, required(operand, own) as never, own, work),
        isWanted,
      });
  }
  return asked;
}

type Positive = Exclude<keyof TextOperators, 'ne' | 'notIn'>;

/** The operators that are others turned round. */
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
};

function equal(column: FilterColumn, value: Value, _path: string, { dialect }: FilterWork): Condition {
  if (!canHold(column, value)) return NEVER;
  if (column.isId) return dialect.imageIs(String(value));
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
    return text === ''
      ? { sql: `${column.sql} IS NOT NULL`, values: [] }
      : dialect.matches(column.sql, place, text);
  };
}

function required(operand: unknown, path: string): unknown {
  if (operand === null) throw badInput(path, 'must not be null');
  return operand;
}

/** A value that no row can hold needs no look; some engines would even fail on it. */
function canHold(column: FilterColumn, value: Value): boolean {
  return typeof value !== 'string' || fits(value, column.characters, column.bytes);
}
