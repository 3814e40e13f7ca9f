import type { Value } from '../database/database.js';
import { ALWAYS, NEVER, type Condition } from '../database/dialect.js';
import { badInput } from './errors.js';
import { CHARACTERS, TEXT_BYTES } from './limits.js';
import { fits } from './text.js';

/** What may be asked of one column. `ne` and `notIn` keep rows whose column is null. */
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

/** What may be asked of a property: of its value, or whether the image has it at all. */
export interface PropertyFilter {
  name: string;
  exists?: boolean | null;
  value?: Operators<string> | null;
}

/** Which images are wanted. All that is said must hold; nothing said is everything. */
export interface ImageFilter {
  id?: Operators<string> | null;
  name?: Operators<string> | null;
  status?: Operators<string> | null;
  diskFormat?: Operators<string> | null;
  containerFormat?: Operators<string> | null;
  checksum?: Operators<string> | null;
  owner?: Operators<string> | null;
  visibility?: Operators<string> | null;
  isPublic?: Operators<boolean> | null;
  protected?: Operators<boolean> | null;
  hidden?: Operators<boolean> | null;
  size?: Operators<number> | null;
  virtualSize?: Operators<number> | null;
  minDisk?: Operators<number> | null;
  minRam?: Operators<number> | null;
  createdAt?: Operators<string> | null;
  updatedAt?: Operators<string> | null;
  properties?: PropertyFilter[] | null;
}

/** Most values in one `in` or `notIn`, and most properties in one filter. */
export const MOST_VALUES = 1000;
export const MOST_PROPERTIES = 16;

/**
 * The filter as SQL conditions on the images table, alias `i`, all of which must hold.
 *
 * @param path how the caller calls the filter, for errors
 * @throws ImageError BAD_USER_INPUT
 */
export function filterConditions(filter: ImageFilter, path = 'filter'): Condition[] {
  const conditions: Condition[] = [];
  for (const [field, column] of Object.entries(COLUMNS)) {
    const operators = filter[field as keyof typeof COLUMNS];
    if (operators)
      conditions.push(...columnConditions(column, operators as AnyOperators, `${path}.${field}`));
  }
  const properties = filter.properties ?? [];
  if (properties.length > MOST_PROPERTIES) {
    throw badInput(`${path}.properties`, `must not name more than ${MOST_PROPERTIES} properties`);
  }
  properties.forEach((property, index) => {
    conditions.push(...propertyConditions(property, `${path}.properties[${index}]`));
  });
  return conditions;
}

/** True when only community images can pass the filter. */
export function asksForCommunity(filter: ImageFilter): boolean {
  const { eq, in: among } = filter.visibility ?? {};
  return eq === 'community' || (among?.length === 1 && among[0] === 'community');
}

/** True when the filter says itself whether hidden images are wanted. */
export function asksForHidden(filter: ImageFilter): boolean {
  return Object.values(filter.hidden ?? {}).some((value) => value !== undefined && value !== null);
}

type AnyOperators = Operators<string | number | boolean>;

interface FilterColumn {
  sql: string;
  /** Longest text that a row can hold. */
  characters?: number;
  /** For `text` columns: most bytes that a row can hold. */
  bytes?: number;
}

const COLUMNS = {
  id: { sql: 'i.id', characters: CHARACTERS.id },
  name: { sql: 'i.name', characters: CHARACTERS.name },
  status: { sql: 'i.status', characters: CHARACTERS.status },
  diskFormat: { sql: 'i.disk_format', characters: CHARACTERS.diskFormat },
  containerFormat: { sql: 'i.container_format', characters: CHARACTERS.containerFormat },
  checksum: { sql: 'i.checksum', characters: CHARACTERS.checksum },
  owner: { sql: 'i.owner', characters: CHARACTERS.owner },
  visibility: { sql: 'i.visibility' },
  isPublic: { sql: "(i.visibility = 'public')" },
  protected: { sql: 'i.protected' },
  hidden: { sql: 'i.os_hidden' },
  size: { sql: 'i.size' },
  virtualSize: { sql: 'i.virtual_size' },
  minDisk: { sql: 'i.min_disk' },
  minRam: { sql: 'i.min_ram' },
  createdAt: { sql: 'i.created_at' },
  updatedAt: { sql: 'i.updated_at' },
} satisfies Partial<Record<keyof ImageFilter, FilterColumn>>;

function columnConditions(column: FilterColumn, operators: AnyOperators, path: string): Condition[] {
  const conditions: Condition[] = [];
  for (const [operator, operand] of Object.entries(operators)) {
    if (operand === undefined) continue;
    const condition = OPERATORS[operator as keyof AnyOperators](
      column,
      operand as never,
      `${path}.${operator}`,
    );
    if (condition) conditions.push(condition);
  }
  return conditions;
}

type Build = (column: FilterColumn, operand: never, path: string) => Condition | undefined;

const OPERATORS: Record<keyof AnyOperators, Build> = {
  eq: (column, operand: Value) => (operand === null ? isNull(column, true) : equal(column, operand)),
  ne: (column, operand: Value) =>
    operand === null ? isNull(column, false) : not(column, equal(column, operand)),
  in: (column, operand: Value[] | null, path) => among(column, required(operand, path), path),
  notIn: (column, operand: Value[] | null, path) => {
    const values = required(operand, path);
    return values.length === 0 ? undefined : not(column, among(column, values, path));
  },
  isNull: (column, operand: boolean | null) => (operand === null ? undefined : isNull(column, operand)),
  gt: (column, operand: Value, path) => compare(column, '>', required(operand, path)),
  gte: (column, operand: Value, path) => compare(column, '>=', required(operand, path)),
  lt: (column, operand: Value, path) => compare(column, '<', required(operand, path)),
  lte: (column, operand: Value, path) => compare(column, '<=', required(operand, path)),
};

function isNull(column: FilterColumn, wanted: boolean): Condition {
  return { sql: `${column.sql} IS ${wanted ? '' : 'NOT '}NULL`, values: [] };
}

function equal(column: FilterColumn, value: Value): Condition {
  return canHold(column, value) ? { sql: `${column.sql} = ?`, values: [value] } : NEVER;
}

function among(column: FilterColumn, values: Value[], path: string): Condition {
  if (values.length > MOST_VALUES) throw badInput(path, `must not hold more than ${MOST_VALUES} values`);
  const possible = values.filter((value) => canHold(column, value));
  if (possible.length === 0) return NEVER;
  return { sql: `${column.sql} IN (${possible.map(() => '?').join(', ')})`, values: possible };
}

function compare(column: FilterColumn, operator: string, value: Value): Condition {
  return { sql: `${column.sql} ${operator} ?`, values: [value] };
}

/** Two-valued: a null is unequal to everything, and so passes. */
function not(column: FilterColumn, condition: Condition): Condition {
  if (condition === NEVER) return ALWAYS;
  return { sql: `(${column.sql} IS NULL OR NOT ${condition.sql})`, values: condition.values };
}

function required<T>(operand: T | null, path: string): T {
  if (operand === null) throw badInput(path, 'must not be null');
  return operand;
}

/** A value that no row can hold needs no look; some engines would even fail on it. */
function canHold(column: FilterColumn, value: Value): boolean {
  return typeof value !== 'string' || fits(value, column.characters, column.bytes);
}

function propertyConditions(filter: PropertyFilter, path: string): Condition[] {
  const operators = Object.entries(filter.value ?? {}).filter(
    ([operator, operand]) => operand !== undefined && (operand !== null || operator !== 'isNull'),
  );
  if (typeof filter.exists !== 'boolean' && operators.length === 0) {
    throw badInput(path, 'must say something of `value`, or whether the property `exists`');
  }
  const conditions: Condition[] = [];
  if (typeof filter.exists === 'boolean') conditions.push(hasProperty(filter.name, undefined, filter.exists));
  for (const [operator, operand] of operators) {
    conditions.push(
      propertyCondition(filter.name, operator as keyof Operators<string>, operand, `${path}.value`),
    );
  }
  return conditions;
}

/** What is not there is null: `ne`, `notIn` and `isNull: true` keep images without the property. */
function propertyCondition(
  name: string,
  operator: keyof Operators<string>,
  operand: unknown,
  path: string,
): Condition {
  const negative: Partial<Record<keyof Operators<string>, keyof Operators<string>>> = {
    ne: 'eq',
    notIn: 'in',
  };
  const positive = negative[operator] ?? operator;
  const isAboutNull = operator === 'isNull' || operand === null;
  if (isAboutNull && (operator === 'isNull' || operator === 'eq' || operator === 'ne')) {
    const wantsNull = operator === 'isNull' ? operand !== false : operator === 'eq';
    return hasProperty(name, { sql: 'p.value IS NOT NULL', values: [] }, !wantsNull);
  }
  const condition = OPERATORS[positive](PROPERTY_VALUE, operand as never, `${path}.${operator}`);
  return hasProperty(name, condition, positive === operator);
}

const PROPERTY_VALUE: FilterColumn = { sql: 'p.value', bytes: TEXT_BYTES };

function hasProperty(name: string, condition: Condition | undefined, wanted: boolean): Condition {
  if (!fits(name, CHARACTERS.propertyName)) return wanted ? NEVER : ALWAYS;
  const also = condition ? ` AND ${condition.sql}` : '';
  return {
    sql:
      `i.id ${wanted ? 'IN' : 'NOT IN'} (SELECT p.image_id FROM image_properties p ` +
      `WHERE p.name = ? AND p.deleted = 0${also})`,
    values: [name, ...(condition?.values ?? [])],
  };
}
