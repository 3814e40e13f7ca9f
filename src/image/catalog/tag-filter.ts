import { ALWAYS, NEVER, type Condition } from '../../database/dialect.js';
import { badInput } from '../errors.js';
import { MOST_VALUES, type FilterWork } from './filter-operators.js';
import { CHARACTERS } from '../column-sizes.js';
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
): Condition[] {
  return [
    ...(all ?? []).map((tag, index) => hasOne([tag], `${path}.all[${index}]`, wanted, work)),
    ...(any ? [hasOne(any, `${path}.any`, wanted, work)] : []),
  ];
}

/** Returns the condition that the image has one of these tags; if that is not wanted, that it has none of them. */
function hasOne(tags: readonly string[], path: string, wanted: boolean, work: FilterWork): Condition {
  work.spend(path, tags.length);
  if (tags.length > MOST_VALUES) throw badInput(path, `must not hold more than ${MOST_VALUES} values`);
  const possible = tags.filter((tag) => fits(tag, CHARACTERS.tag));
  if (possible.length === 0) return wanted ? NEVER : ALWAYS;
  const named = amongTags(possible, work);
  return {
    sql:
      `i.id ${wanted ? 'IN' : 'NOT IN'} (SELECT t.image_id FROM image_tags t ` +
      `WHERE t.deleted = 0 AND ${named.sql})`,
    values: named.values,
  };
}

/** Compares with a list where the dialect is exact: SQLite refuses an expression of a thousand parts. */
function amongTags(tags: readonly string[], { dialect }: FilterWork): Condition {
  if (dialect.isExact) return { sql: `t.value IN (${tags.map(() => '?').join(', ')})`, values: tags };
  const each = tags.map((tag) => dialect.equalsExactly('t.value', tag));
  return {
    sql: `(${each.map(({ sql }) => sql).join(' OR ')})`,
    values: each.flatMap(({ values }) => values),
  };
}
