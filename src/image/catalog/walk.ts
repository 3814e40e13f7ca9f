import type { ImageFilter } from './image-filter.js';
import type { Sort } from './image-order.js';

/** The parts of a request for a list that decide how many images its statements may have to read. */
export interface Walk {
  readonly filter?: ImageFilter | null;
  readonly search?: string | null;
  readonly sort?: readonly Sort[] | null;
}

/**
 * Returns true when the statements of a list may have to walk all images to find a few: no index finds them, or gives their
 * order. A condition that few images meet makes the rest of a filter harmless.
 *
 * @param walk as a caller wrote it: a part may have any type, since the check of the request comes later
 */
export function mayWalk({ filter, search, sort }: Walk): boolean {
  if (typeof search === 'string' && search.trim() !== '') return true;
  const keys = new Set(listOf(sort).map(({ key }) => String(key).toLowerCase()));
  keys.delete('id');
  if (!isObject(filter)) return keys.size > 1;
  return (keys.size > 1 || hasWalk(filter)) && !narrows(filter);
}

/**
 * Returns true when the images in a range of the filter may all be far from the start of the list: then the statements of
 * the list walk as many images as they would without an index. Like `mayWalk`, takes a walk as a caller wrote it.
 */
export function mayBeFar({ filter }: Walk): boolean {
  return isObject(filter) && hasRange(filter) && !narrows(filter);
}

/** The columns of which each value belongs to few images. */
const NARROW = ['id', 'name', 'checksum', 'hashValue'] as const;

/** The columns without an index. */
const WITHOUT_INDEX = new Set(['virtualSize', 'minDisk', 'minRam', 'protected', 'deletedAt']);

/** The operators that find a range. An index has the images of a range in another order than that of a list. */
const RANGES = new Set(['gt', 'gte', 'lt', 'lte', 'startsWith']);

/** The operators that an index serves, on a column that has one. */
const INDEXED = new Set(['eq', 'in', 'isNull', ...RANGES]);

/** The statuses of few images: nearly all others meet the condition not to have one of them. */
const RARE_STATUSES = new Set<unknown>(['killed', 'deleted', 'pending_delete']);

function narrows(filter: ImageFilter): boolean {
  return (
    NARROW.some(
      (field) => isObject(filter[field]) && ['eq', 'in'].some((name) => isGiven(filter[field], name)),
    ) || listOf(filter.and).some(narrows)
  );
}

function hasWalk(filter: ImageFilter): boolean {
  return Object.entries(filter).some(([field, value]) => {
    if (!isObject(value)) return false;
    if (field === 'and') return listOf(filter.and).some(hasWalk);
    if (field === 'or') {
      const branches = listOf(filter.or);
      return branches.length > 1 || branches.some(hasWalk);
    }
    if (field === 'not') return Object.values(value).some((part) => part !== undefined && part !== null);
    if (field === 'tags') return false;
    if (field === 'properties') return listOf(filter.properties).some(isPropertyWalk);
    return operatorsOf(value).some(
      (operator) =>
        WITHOUT_INDEX.has(field) || !(INDEXED.has(operator) || isNearlyAll(field, operator, value)),
    );
  });
}

function hasRange(filter: ImageFilter): boolean {
  return (
    listOf(filter.and).some(hasRange) ||
    Object.values(filter).some(
      (value) => isObject(value) && operatorsOf(value).some((name) => RANGES.has(name)),
    )
  );
}

/** Of the conditions on a property, an index finds those by a value. */
function isPropertyWalk({ exists, value }: NonNullable<ImageFilter['properties']>[number]): boolean {
  if (typeof exists === 'boolean') return true;
  return isObject(value) && operatorsOf(value).some((operator) => !['eq', 'in'].includes(operator));
}

function isNearlyAll(field: string, operator: string, operators: object): boolean {
  if (field !== 'status' || !['ne', 'notIn'].includes(operator)) return false;
  const operand = (operators as Record<string, unknown>)[operator];
  return [operand].flat().every((status) => RARE_STATUSES.has(status));
}

function operatorsOf(value: object): string[] {
  return Object.entries(value).flatMap(([name, operand]) => (operand === undefined ? [] : [name]));
}

function isGiven(operators: unknown, name: string): boolean {
  const operand = (operators as Record<string, unknown>)[name];
  return operand !== undefined && operand !== null;
}

/** GraphQL takes one value for a list of it. */
function listOf<T extends object>(list: readonly T[] | null | undefined): readonly T[] {
  return [list ?? []].flat().filter(isObject) as readonly T[];
}

function isObject<T>(value: T): value is T & object {
  return typeof value === 'object' && value !== null;
}
