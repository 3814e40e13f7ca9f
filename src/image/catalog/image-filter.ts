import { ALWAYS, NEVER, type Condition, type Dialect } from '../../database/dialect.js';
import type { Caller } from '../../identity/caller.js';
import type { PropertyProtection } from '../access/property-protection.js';
import { isIndexed } from '../../database/list-indexes.js';
import { badInput } from '../errors.js';
import { byColumn, type FindingCondition } from '../access/finds.js';
import {
  FilterWork,
  questions,
  type AnyOperators,
  type FilterColumn,
  type Operators,
  type Question,
  type TextOperators,
} from './filter-operators.js';
import { CHARACTERS } from '../column-sizes.js';
import { propertyConditions, type PropertyFilter } from './property-filter.js';
import { tagConditions, type TagFilter } from './tag-filter.js';

/** A filter of images. All its parts must hold; an empty filter holds for every image. */
export interface ImageFilter {
  id?: Operators<string> | null;
  name?: TextOperators | null;
  status?: TextOperators | null;
  diskFormat?: TextOperators | null;
  containerFormat?: TextOperators | null;
  checksum?: TextOperators | null;
  hashValue?: TextOperators | null;
  owner?: TextOperators | null;
  visibility?: Operators<string> | null;
  isPublic?: Operators<boolean> | null;
  protected?: Operators<boolean> | null;
  hidden?: Operators<boolean> | null;
  deleted?: Operators<boolean> | null;
  size?: Operators<number> | null;
  virtualSize?: Operators<number> | null;
  minDisk?: Operators<number> | null;
  minRam?: Operators<number> | null;
  createdAt?: Operators<string> | null;
  updatedAt?: Operators<string> | null;
  deletedAt?: Operators<string> | null;
  properties?: PropertyFilter[] | null;
  tags?: TagFilter | null;
  /** All of these must hold; an empty list always holds. */
  and?: ImageFilter[] | null;
  /** One of these must hold; an empty list never holds. */
  or?: ImageFilter[] | null;
  /** This must not hold. The logic is two-valued: for each image either a filter or its negation holds. */
  not?: ImageFilter | null;
}

/** The greatest number of properties in one list, and of nested levels of `and`, `or` and `not`. */
export const MOST_PROPERTIES = 16;
export const MOST_LEVELS = 5;

/**
 * Returns the filter as SQL conditions on the images table, alias `i`. All of them must hold.
 *
 * @param path the name of the filter in the request, for errors
 * @throws ImageError BAD_USER_INPUT
 */
export function filterConditions(filter: ImageFilter, dialect: Dialect, path = 'filter'): FindingCondition[] {
  return parts(filter, { path, level: 0, wanted: true, work: new FilterWork(dialect) });
}

/** Returns the filter as if the properties that the caller may not read did not exist. */
export function readableFilter(
  filter: ImageFilter,
  caller: Caller,
  protection: Pick<PropertyProtection, 'isOn' | 'mayRead'>,
): ImageFilter {
  return protection.isOn ? withReadable(filter, (name) => protection.mayRead(caller, name)) : filter;
}

function withReadable<T extends ImageFilter>(filter: T, mayRead: (name: string) => boolean): T {
  const nested = Object.entries(filter).map(([field, value]): [string, unknown] => {
    if (field === 'and' || field === 'or')
      return [field, (value as ImageFilter[] | null)?.map((each) => withReadable(each, mayRead))];
    return field === 'not' && value ? [field, withReadable(value as ImageFilter, mayRead)] : [field, value];
  });
  const { properties } = filter;
  const readable = properties?.map((each) => (mayRead(each.name) ? each : { ...each, name: NO_NAME }));
  return { ...Object.fromEntries(nested), ...(properties ? { properties: readable } : {}) } as T;
}

/** A name that no property has: it is too long for the column. */
const NO_NAME = '-'.repeat(CHARACTERS.propertyName + 1);

/** Returns true when only community images can pass the filter. */
export function asksForCommunity({ visibility, and, or }: ImageFilter): boolean {
  const { eq, in: among } = visibility ?? {};
  return (
    eq === 'community' ||
    (among?.length === 1 && among[0] === 'community') ||
    (and?.some(asksForCommunity) ?? false) ||
    (or ? or.length > 0 && or.every(asksForCommunity) : false)
  );
}

/** Returns true when the filter has a condition on `hidden` anywhere. */
export function asksForHidden({ hidden, and, or, not }: ImageFilter): boolean {
  return (
    Object.values(hidden ?? {}).some((value) => value !== undefined && value !== null) ||
    [...(and ?? []), ...(or ?? []), ...(not ? [not] : [])].some(asksForHidden)
  );
}

const COLUMNS = {
  id: { sql: 'i.id', characters: CHARACTERS.id, isId: true },
  name: { sql: 'i.name', characters: CHARACTERS.name },
  status: { sql: 'i.status', characters: CHARACTERS.status },
  diskFormat: { sql: 'i.disk_format', characters: CHARACTERS.diskFormat },
  containerFormat: { sql: 'i.container_format', characters: CHARACTERS.containerFormat },
  checksum: { sql: 'i.checksum', characters: CHARACTERS.checksum },
  hashValue: { sql: 'i.os_hash_value', characters: CHARACTERS.hashValue },
  owner: { sql: 'i.owner', characters: CHARACTERS.owner, exact: true },
  visibility: { sql: 'i.visibility' },
  isPublic: { sql: "(i.visibility = 'public')", isTruth: true },
  protected: { sql: 'i.protected' },
  hidden: { sql: 'i.os_hidden' },
  deleted: { sql: 'i.deleted' },
  size: { sql: 'i.size' },
  virtualSize: { sql: 'i.virtual_size' },
  minDisk: { sql: 'i.min_disk' },
  minRam: { sql: 'i.min_ram' },
  createdAt: { sql: 'i.created_at' },
  updatedAt: { sql: 'i.updated_at' },
  deletedAt: { sql: 'i.deleted_at' },
} satisfies Partial<Record<keyof ImageFilter, FilterColumn>>;

interface Place {
  path: string;
  level: number;
  /** False below an odd number of `not`s. The single conditions are negated, not the whole. */
  wanted: boolean;
  work: FilterWork;
}

/** Returns the conditions of the parts of a filter. All of them must hold; in a negated filter, one of them. */
function parts(filter: ImageFilter, place: Place): FindingCondition[] {
  const { path, level, wanted, work } = place;
  if (level > MOST_LEVELS) throw badInput(path, `must not lie deeper than ${MOST_LEVELS} levels`);
  const found: FindingCondition[] = [];
  for (const [field, column] of Object.entries(COLUMNS)) {
    const operators = filter[field as keyof typeof COLUMNS];
    if (!operators) continue;
    const asked = questions(column, operators as AnyOperators, `${path}.${field}`, wanted, work);
    found.push(...ofColumn(column, asked));
  }
  const properties = filter.properties ?? [];
  if (properties.length > MOST_PROPERTIES) {
    throw badInput(`${path}.properties`, `must not name more than ${MOST_PROPERTIES} properties`);
  }
  properties.forEach((property, index) => {
    found.push(...propertyConditions(property, `${path}.properties[${index}]`, wanted, work));
  });
  if (filter.tags) found.push(...tagConditions(filter.tags, `${path}.tags`, wanted, work));
  const below = (nested: ImageFilter, name: string, negated = false) =>
    whole(nested, { path: `${path}.${name}`, level: level + 1, wanted: wanted !== negated, work });
  found.push(...(filter.and ?? []).map((each, index) => below(each, `and[${index}]`)));
  if (filter.or) {
    const branches = filter.or.map((each, index) => below(each, `or[${index}]`));
    found.push(wanted ? any(branches) : all(branches));
  }
  if (filter.not) found.push(below(filter.not, 'not', true));
  return found.filter((condition) => condition !== (wanted ? ALWAYS : NEVER));
}

function whole(filter: ImageFilter, place: Place): FindingCondition {
  place.work.spend(place.path);
  return (place.wanted ? all : any)(parts(filter, place));
}

/** Returns the conditions on a column. Those that its index finds come as one, since together they may find fewer images. */
function ofColumn(column: FilterColumn, asked: readonly Question[]): FindingCondition[] {
  const name = column.isTruth ? 'visibility' : column.sql.slice('i.'.length);
  const ranges = asked.filter(({ isRange, condition }) => isRange && condition !== NEVER && isIndexed(name));
  const others = asked.filter((each) => !ranges.includes(each)).map((each) => ofQuestion(column, each));
  if (ranges.length === 0) return others;
  const range = all(ranges.map(({ condition }) => condition!));
  const isEqual = ranges.some((each) => each.isEqual);
  return [byColumn(name, range, isEqual), ...others];
}

/** Returns a condition, negated if it is not wanted. Null is unequal to everything, so that it passes a negation. */
function ofQuestion({ sql, isTruth }: FilterColumn, { condition, isWanted }: Question): Condition {
  if (!condition) return { sql: `${sql} IS ${isWanted ? '' : 'NOT '}NULL`, values: [] };
  if (isWanted) return condition;
  if (condition === NEVER) return ALWAYS;
  if (isTruth) return { sql: `NOT ${condition.sql}`, values: condition.values };
  return { sql: `(${sql} IS NULL OR NOT ${condition.sql})`, values: condition.values };
}

function all(conditions: readonly FindingCondition[]): FindingCondition {
  if (conditions.includes(NEVER)) return NEVER;
  const possible = conditions.filter((each) => each !== ALWAYS);
  const whole = joined(possible, ' AND ', ALWAYS);
  const finds = possible.find((each) => each.finds)?.finds;
  return possible.length > 1 && finds ? { finds, ...whole } : whole;
}

function any(conditions: readonly FindingCondition[]): FindingCondition {
  if (conditions.includes(ALWAYS)) return ALWAYS;
  const possible = conditions.filter((each) => each !== NEVER);
  const whole = joined(possible, ' OR ', NEVER);
  if (possible.length < 2 || possible.some(({ finds }) => !finds)) return whole;
  return { finds: { by: 'any', of: possible }, ...whole };
}

function joined(conditions: readonly FindingCondition[], word: string, ofNone: Condition): FindingCondition {
  if (conditions.length <= 1) return conditions[0] ?? ofNone;
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(word)})`,
    values: conditions.flatMap(({ values }) => values),
  };
}
