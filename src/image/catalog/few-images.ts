import type { Database } from '../../database/database.js';
import type { Condition, Dialect } from '../../database/dialect.js';
import { mayFindMany, hasOrderOf } from '../../database/list-indexes.js';
import type { Finds, FindingCondition } from '../access/finds.js';

/** Milliseconds for which an answer holds. Only the speed of a page depends on it, never its images. */
const AGE_MS = 60_000;
const MOST_KNOWN = 1000;
const LONGEST_KNOWN = 2000;
/** So many images are few among any number. */
const LEAST = 100;

/** Tells which conditions few images meet. */
export interface FewImages {
  /**
   * Returns a SELECT of the ids, as `id`, of the few images that the first such condition finds, and perhaps of others;
   * undefined when each of the conditions finds many.
   *
   * @param base the conditions that all images of the list meet, with which its indexes begin
   * @param order the sorted columns of a page; empty for a count
   */
  first(
    conditions: readonly FindingCondition[],
    base: Condition,
    order: readonly string[],
  ): Promise<Condition | undefined>;
}

/** A number that the database has told, and when it is to be asked again. */
interface Known {
  number: number;
  until: number;
}

const known = new WeakMap<Database, Map<string, Known>>();

export function fewImages(database: Database): FewImages {
  const { dialect } = database;
  const answers = known.get(database) ?? new Map<string, Known>();
  known.set(database, answers);

  return {
    async first(conditions, base, order) {
      const found = conditions.flatMap(({ finds }) => (finds ? [finds] : []));
      for (const finds of found) {
        const hasOrder = isChosen(finds, order);
        if (dialect.countsRows && (hasOrder || isCounted(finds, order, found.length))) continue;
        const selects = selectsOf(finds, base, dialect);
        // An engine that counts nothing would walk all that a tenant owns for a value that next to no image has.
        const most = hasOrder ? LEAST : fewAmong(await numberOf({ sql: dialect.imagesNearly, values: [] }));
        if ((await numberOf(countOf(selects, most))) <= most) return united(selects);
      }
      return undefined;
    },
  };

  async function numberOf({ sql, values }: Condition): Promise<number> {
    const key = `${sql} ${JSON.stringify(values)}`;
    const answer = answers.get(key);
    if (answer && answer.until > Date.now()) return answer.number;
    const [row] = await database.read(sql, values);
    const number = Number(row.number ?? 0);
    answers.delete(key);
    if (key.length <= LONGEST_KNOWN) answers.set(key, { number, until: Date.now() + AGE_MS });
    if (answers.size > MOST_KNOWN) answers.delete(answers.keys().next().value!);
    return number;
  }
}

/**
 * Returns the greatest number of images that a page is sorted from. To sort that many costs as much as to read the list in
 * its order until a page of them is found: the more images there are, the longer that takes.
 */
function fewAmong(images: number): number {
  return Math.min(Math.max(Math.ceil(Math.sqrt(15 * images)), LEAST), 20_000);
}

/** Returns true when an index has the images with one value in the order of the page: their number makes no difference. */
function isChosen(finds: Finds, order: readonly string[]): boolean {
  return finds.by === 'column' && finds.isEqual && hasOrderOf(finds.column, order);
}

/**
 * Returns true for conditions between which an engine that counts rows chooses well. It does not know how many images are in
 * two ranges at once, nor where in the order of a page the images of a range are, nor that a page ends before it has read
 * half the table for a value.
 */
function isCounted(finds: Finds, order: readonly string[], among: number): boolean {
  if (finds.by !== 'column') return false;
  if (finds.isEqual) return !mayFindMany(finds.column);
  return order.length === 0 ? among === 1 : order[0] === finds.column;
}

function selectsOf(finds: Finds, base: Condition, dialect: Dialect): Condition[] {
  if (finds.by === 'rows') return [finds.select];
  if (finds.by === 'any') return finds.of.flatMap((each) => selectsOf(each.finds!, base, dialect));
  const { column, condition } = finds;
  return [
    {
      sql: `SELECT i.id AS id FROM images i${dialect.findIndex(column)} WHERE ${base.sql} AND ${condition.sql}`,
      values: [...base.values, ...condition.values],
    },
  ];
}

/** Counts the found images as far as the number matters. */
function countOf(selects: readonly Condition[], most: number): Condition {
  const parts = selects.map(({ sql }, nth) => `SELECT id FROM (${sql} LIMIT ${most + 1}) found${nth}`);
  return {
    sql: `SELECT COUNT(*) AS number FROM (${parts.join(' UNION ALL ')}) found`,
    values: selects.flatMap(({ values }) => values),
  };
}

function united(selects: readonly Condition[]): Condition {
  const [only] = selects;
  return {
    sql:
      selects.length === 1
        ? only.sql.replace(/^SELECT/, 'SELECT DISTINCT')
        : selects.map(({ sql }) => sql).join(' UNION '),
    values: selects.flatMap(({ values }) => values),
  };
}
