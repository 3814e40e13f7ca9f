import type { Database, Reader, Row, Value } from '../../database/database.js';
import { ALWAYS, type Condition, type Dialect } from '../../database/dialect.js';
import type { OrderedList } from '../../database/list-indexes.js';
import type { Caller } from '../../identity/caller.js';
import { listed } from '../access/access.js';
import type { PropertyProtection } from '../access/property-protection.js';
import { badInput } from '../errors.js';
import type { FindingCondition } from '../access/finds.js';
import type { MemberStatus } from '../member-status.js';
import type { ImageColumns } from '../records/image-columns.js';
import { askerOf } from './asker.js';
import { readBriefly } from './brief-read.js';
import { fewImages } from './few-images.js';
import {
  asksForCommunity,
  asksForHidden,
  filterConditions,
  readableFilter,
  type ImageFilter,
} from './image-filter.js';
import { orderBy, type Sort } from './image-order.js';
import { searchConditions, searchWords } from './search.js';

/** A request for a list of images. */
export interface ListRequest {
  readonly filter: ImageFilter;
  /** Words, each of which the image must have; see `searchConditions`. */
  readonly search?: string | null;
  /** True to include deleted images. For administrators only, except in the `ordinary` scope. */
  readonly includeDeleted?: boolean;
  /** `ordinary` shows an administrator only what other callers with the same tenant would see (contract C11.5). */
  readonly scope?: 'ordinary';
  /** The status of the caller's membership in images shared with the caller. The default is `accepted`. */
  readonly memberStatus?: MemberStatus | 'all';
}

/** A part of a list that one SELECT reads. */
export interface Branch extends FindingCondition {
  /** A SELECT of the ids of the few images, at most, that the branch has; undefined where they are many. */
  readonly few?: Condition;
}

/** A list as SQL. An image of the list meets one of the branches, which do not overlap, and all conditions. */
export interface ListConditions {
  readonly branches: readonly Branch[];
  readonly conditions: readonly FindingCondition[];
  /** The further conditions of a search. No index finds the images that meet them. */
  readonly search: readonly Condition[];
  /** True without a filter. */
  readonly isUnfiltered: boolean;
}

/**
 * Returns the conditions of a list.
 *
 * @param order the sorted columns of a page; empty for a count
 * @throws ImageError BAD_USER_INPUT
 */
export async function listConditions(
  caller: Caller,
  { filter, search, scope, includeDeleted = false, memberStatus = 'accepted' }: ListRequest,
  database: Database,
  protection: PropertyProtection,
  order: readonly string[] = [],
): Promise<ListConditions> {
  const { dialect } = database;
  if (includeDeleted && !caller.isAdmin && scope !== 'ordinary') {
    throw badInput('includeDeleted', 'is for administrators only');
  }
  const filtered = filterConditions(readableFilter(filter, caller, protection), dialect);
  const hidesHidden = !asksForHidden(filter);
  const conditions: FindingCondition[] = [
    ...(includeDeleted ? [] : [LIVE]),
    ...(hidesHidden ? [NOT_HIDDEN] : []),
    ...filtered,
  ];
  const reader = scope === 'ordinary' ? { ...caller, isAdmin: false } : caller;
  const seen = listed(reader, dialect, { community: asksForCommunity(filter), memberStatus });
  const base = all([includeDeleted ? LIVE_OR_NOT : LIVE, hidesHidden ? NOT_HIDDEN : HIDDEN_OR_NOT]);
  const searched = await searchConditions(searchWords(search), database.scans(askerOf(caller)));
  const fewest = fewImages(database);
  const fewOf = (each: readonly FindingCondition[]) => fewest.first(each, base, order);
  const branches = dialect.hasOwnIndexes
    ? await branchesOf(seen, filtered, includeDeleted, fewOf)
    : branchesOfGlance(seen, includeDeleted);
  return { branches, conditions, search: searched, isUnfiltered: filtered.length === 0 };
}

/** Returns one branch where few images pass the filter, and otherwise one for each index that has images of the list. */
async function branchesOf(
  seen: readonly FindingCondition[],
  filtered: readonly FindingCondition[],
  includeDeleted: boolean,
  fewOf: (conditions: readonly FindingCondition[]) => Promise<Condition | undefined>,
): Promise<readonly Branch[]> {
  const few = await fewOf(filtered);
  if (few) return [{ few, ...anyOf(seen) }];
  const branches: Branch[] = [];
  for (const branch of seen) branches.push({ few: await fewOf([branch]), ...branch });
  const joined = withoutManyShared(branches);
  if (!includeDeleted) return joined;
  // The flag begins the indexes of a list.
  return joined.flatMap((branch) =>
    branch.few ? [branch] : [LIVE, DELETED].map((flag) => ({ ...branch, ...all([flag, branch]) })),
  );
}

/**
 * Joins the branch of shared images, where they are many, with that of public images: no index has the former in the order
 * of a list, and a page of both is found sooner.
 */
function withoutManyShared(branches: readonly Branch[]): readonly Branch[] {
  const [open, own, shared] = branches;
  if (!shared || shared.few || open.few) return branches;
  return [anyOf([open, shared]), own];
}

function branchesOfGlance(seen: readonly FindingCondition[], includeDeleted: boolean): readonly Branch[] {
  return includeDeleted && seen[0] === ALWAYS ? [LIVE, DELETED] : seen;
}

/** The text of a SELECT around its conditions. */
interface Select {
  /** The text between SELECT and FROM. */
  select: string;
  /** The values that this text binds. */
  values?: readonly Value[];
  /** Returns the index hint of a branch that does not have few images. */
  hint?: (branch: Branch, nth: number) => string;
  /** Further conditions, one of which an image meets; they do not overlap. */
  places?: readonly Condition[];
  /** The text after the conditions. */
  end?: string;
}

/** Returns one SELECT for each branch of a list, and for each place. */
export function branchSelects(
  { branches, conditions, search }: ListConditions,
  { select, values = [], hint = () => '', places = [ALWAYS], end = '' }: Select,
  { joinImages }: Dialect,
): Condition[] {
  return branches.flatMap((branch, nth) => {
    const { few } = branch;
    const from = few
      ? `(${few.sql}) few_images ${joinImages} ON i.id = few_images.id`
      : `images i${hint(branch, nth)}`;
    return places.map((place) => {
      const together = [...conditions, ...(place === ALWAYS ? [] : [place]), ...search, branch];
      return {
        sql: `SELECT ${select} FROM ${from} WHERE ${together.map(({ sql }) => sql).join(' AND ')}${end}`,
        values: [
          ...values,
          ...(few?.values ?? []),
          ...together.flatMap((condition): readonly Value[] => condition.values),
        ],
      };
    });
  });
}

/** The form of a page's statement. */
export interface PageForm {
  order: readonly Sort[];
  /** The fields to read, those of the order among them. */
  fields: readonly string[];
  rows: number;
  /** The conditions of the rows of the page, one of which each meets; undefined for a page at the start of the list. */
  places?: readonly Condition[];
}

type Tables = Pick<Database, 'dialect'> & { columns: ImageColumns };

/** How the statements of a page run. */
export interface PageReading {
  reader: Reader;
  /** True for statements that the server ends sooner than others. */
  isBrief: boolean;
}

/**
 * Reads a page. A search looks at the first images of the list, and then, if they do not fill the page, at all images in
 * the order of the table: no index finds the images, and the servers do not know how many of them there are.
 *
 * @throws ImageError SEARCH_TOO_SLOW
 */
export async function readPage(
  { reader, isBrief }: PageReading,
  columns: ImageColumns,
  list: ListConditions,
  form: PageForm,
): Promise<Row[]> {
  const { dialect } = reader;
  const tables = { dialect, columns };
  const statement = pageStatement(list, form, tables);
  if (!isBrief) return reader.read(statement.sql, statement.values);
  const scan = dialect.scanIndex(orderedBy(list, ALWAYS, form, columns));
  if (scan === '' || !list.isUnfiltered || list.search.length === 0) return readBriefly(reader, statement);
  const first = await readBriefly(reader, amongFirst(list, form, tables));
  return first.length === form.rows ? first : readBriefly(reader, pageStatement(list, form, tables, scan));
}

/** The number of images that a search looks at first. */
const FIRST_LOOK = 10_000;

/** Returns the statement of a page with what the first images of a list without its search have of it. */
function amongFirst(list: ListConditions, form: PageForm, tables: Tables): Condition {
  const { order, fields, rows } = form;
  const { columns } = tables;
  const keys = { ...form, fields: order.map(({ key }) => key), rows: FIRST_LOOK };
  const first = pageStatement({ ...list, search: [] }, keys, tables);
  return {
    sql:
      `SELECT ${columns.select(fields)} FROM (${first.sql}) first_images JOIN images i ON i.id = first_images.id ` +
      `WHERE ${list.search.map(({ sql }) => sql).join(' AND ')} ` +
      `ORDER BY ${orderBy(order, columns.of)} LIMIT ${rows}`,
    values: [first, ...list.search].flatMap(({ values }): readonly Value[] => values),
  };
}

/**
 * Returns the statement of a page: one SELECT for each branch, each cut to the length of the page, then merged.
 *
 * @param scan the index hint of the first branch, if it is to be read in another order than its own
 */
export function pageStatement(
  list: ListConditions,
  form: PageForm,
  { dialect, columns }: Tables,
  scan?: string,
): Condition {
  const { order, fields, rows, places } = form;
  const selects = branchSelects(
    list,
    {
      select: columns.select(fields),
      hint: (branch, nth) =>
        nth === 0 && scan !== undefined ? scan : dialect.orderIndex(orderedBy(list, branch, form, columns)),
      places,
      end: ` ORDER BY ${orderBy(order, columns.of)} LIMIT ${rows}`,
    },
    dialect,
  );
  if (selects.length === 1) return selects[0];
  return {
    sql:
      selects.map(({ sql }, nth) => `SELECT * FROM (${sql}) branch${nth}`).join(' UNION ALL ') +
      ` ORDER BY ${orderBy(order, (key) => key)} LIMIT ${rows}`,
    values: selects.flatMap(({ values }): readonly Value[] => values),
  };
}

function orderedBy(
  { conditions }: ListConditions,
  branch: FindingCondition,
  { order }: PageForm,
  columns: ImageColumns,
): OrderedList {
  const found = [...conditions, branch].flatMap(({ finds }) => (finds?.by === 'column' ? [finds] : []));
  return {
    order: order.map(({ key }) => columns.databaseName(key)),
    isOneWay: order.every(({ direction }) => direction === order[0].direction),
    equal: found.filter(({ isEqual }) => isEqual).map(({ column }) => column),
    conditioned: found.map(({ column }) => column),
  };
}

/** The condition of a list that does not ask for hidden images. */
export const NOT_HIDDEN: Condition = { sql: 'i.os_hidden = 0', values: [] };

const LIVE: Condition = { sql: 'i.deleted = 0', values: [] };
const DELETED: Condition = { sql: 'i.deleted = 1', values: [] };
const LIVE_OR_NOT: Condition = { sql: 'i.deleted IN (0, 1)', values: [] };
const HIDDEN_OR_NOT: Condition = { sql: 'i.os_hidden IN (0, 1)', values: [] };

function all(conditions: readonly Condition[]): Condition {
  return {
    sql: conditions.map(({ sql }) => sql).join(' AND '),
    values: conditions.flatMap(({ values }) => values),
  };
}

function anyOf(conditions: readonly Condition[]): Condition {
  if (conditions.length === 1) return conditions[0];
  return {
    sql: `(${conditions.map(({ sql }) => `(${sql})`).join(' OR ')})`,
    values: conditions.flatMap(({ values }) => values),
  };
}
