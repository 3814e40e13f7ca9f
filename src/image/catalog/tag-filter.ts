import { ALWAYS, NEVER, type Condition, type Dialect } from '../../database/dialect.js';
import { badInput } from '../errors.js';
import { MOST_VALUES, type FilterWork } from './filter-operators.js';
import { CHARACTERS } from '../column-sizes.js';
import { hasRows, type FindingCondition } from '../access/finds.js';
import { fits } from '../text.js';

/** A filter of the tags of an image. */
export interface TagFilter {
  /** The image must have every one of these; an empty list always holds. */
  all?: string[] | null;
  /** The image must have one of these at least; an empty list never holds. */
  any?: string[] | null;
}

/**
 * Returns the conditions on tags. Letter case counts.
 *
 * @param wanted false negates every condition
 * @throws ImageError BAD_USER_INPUT
 */
export function tagConditions(
  { all, any }: TagFilter,
  path: string,
  wanted: boolean,
  work: FilterWork,
): FindingCondition[] {
  return [
    ...(all ?? []).map((tag, index) => hasOne([tag], `${path}.all[${index}]`, wanted, work)),
    ...(any ? [hasOne(any, `${path}.any`, wanted, work)] : []),
  ];
}

/** Returns the condition that the image has one of these tags; if that is not wanted, that it has none of them. */
function hasOne(tags: readonly string[], path: string, wanted: boolean, work: FilterWork): FindingCondition {
  work.spend(path, tags.length);
  if (tags.length > MOST_VALUES) throw badInput(path, `must not hold more than ${MOST_VALUES} values`);
  const possible = tags.filter((tag) => fits(tag, CHARACTERS.tag));
  if (possible.length === 0) return wanted ? NEVER : ALWAYS;
  const among = amongTags(possible, work.dialect);
  if (!work.dialect.hasOwnIndexes) return isTagged(among, wanted);
  const rows = `image_tags t WHERE t.image_id = i.id AND t.deleted = 0 AND ${among.sql}`;
  const select = {
    sql: `SELECT t.image_id AS id FROM image_tags t WHERE ${among.sql}`,
    values: among.values,
  };
  const has = hasRows(rows, among.values, wanted);
  return wanted ? { finds: { by: 'rows', select }, ...has } : has;
}

/** Returns the condition that an image has a tag (alias `t`) that meets a condition; if that is not wanted, that it has none. */
export function isTagged({ sql, values }: Condition, wanted = true): Condition {
  return {
    sql:
      `i.id ${wanted ? 'IN' : 'NOT IN'} (SELECT t.image_id FROM image_tags t ` +
      `WHERE t.deleted = 0 AND ${sql})`,
    values,
  };
}

/** Compares with a list where the dialect is exact: SQLite refuses an expression of a thousand parts. */
export function amongTags(tags: readonly string[], dialect: Dialect): Condition {
  if (dialect.isExact) return { sql: `t.value IN (${tags.map(() => '?').join(', ')})`, values: tags };
  const each = tags.map((tag) => dialect.equalsExactly('t.value', tag));
  return {
    sql: `(${each.map(({ sql }) => sql).join(' OR ')})`,
    values: each.flatMap(({ values }) => values),
  };
}
