import { ALWAYS, NEVER, type Condition } from '../../database/dialect.js';
import { badInput } from '../errors.js';
import { questions, type FilterColumn, type FilterWork, type TextOperators } from './filter-operators.js';
import { CHARACTERS, TEXT_BYTES } from '../column-sizes.js';
import { hasRows, type FindingCondition } from '../access/finds.js';
import { fits } from '../text.js';

/** A filter of one property: by its value, or by whether the image has it. */
export interface PropertyFilter {
  name: string;
  exists?: boolean | null;
  value?: TextOperators | null;
}

const VALUE: FilterColumn = { sql: 'p.value', bytes: TEXT_BYTES };

/**
 * Returns the conditions on one property. A missing property has no value: `ne`, `notIn` and `isNull: true` hold for
 * images without it.
 *
 * @param wanted false negates every condition
 * @throws ImageError BAD_USER_INPUT, also for a filter without a condition
 */
export function propertyConditions(
  { name, exists, value }: PropertyFilter,
  path: string,
  wanted: boolean,
  work: FilterWork,
): FindingCondition[] {
  const conditions = questions(VALUE, value ?? {}, `${path}.value`, wanted, work).map(
    ({ condition, isWanted, isRange }) =>
      condition
        ? hasProperty(name, { condition, isRange }, isWanted, work)
        : hasProperty(name, { condition: HAS_VALUE, isRange: true }, !isWanted, work),
  );
  if (typeof exists === 'boolean') {
    work.spend(`${path}.exists`, 1);
    conditions.unshift(hasProperty(name, { isRange: true }, exists === wanted, work));
  }
  if (conditions.length > 0) return conditions;
  throw badInput(path, 'must say something of `value`, or whether the property `exists`');
}

const HAS_VALUE: Condition = { sql: 'p.value IS NOT NULL', values: [] };

/** @param isRange true when an index of name and value finds the rows */
function hasProperty(
  name: string,
  { condition, isRange }: { condition?: Condition; isRange: boolean },
  wanted: boolean,
  { dialect }: FilterWork,
): FindingCondition {
  if (condition === NEVER || !fits(name, CHARACTERS.propertyName)) return wanted ? NEVER : ALWAYS;
  // Letter case counts: the caller may not be allowed to read another name that the collation equates with this one.
  const named = dialect.equalsExactly('p.name', name);
  const values = [...named.values, ...(condition?.values ?? [])];
  const also = condition ? ` AND ${condition.sql}` : '';
  const live = `p.deleted = 0${also}`;
  if (!dialect.hasOwnIndexes)
    return {
      sql:
        `i.id ${wanted ? 'IN' : 'NOT IN'} (SELECT p.image_id FROM image_properties p ` +
        `WHERE ${named.sql} AND ${live})`,
      values,
    };
  const own = `image_properties p WHERE p.image_id = i.id AND ${named.sql} AND ${live}`;
  const select = { sql: `SELECT p.image_id AS id FROM image_properties p WHERE ${named.sql}${also}`, values };
  const has = hasRows(own, values, wanted);
  return wanted && isRange ? { finds: { by: 'rows', select }, ...has } : has;
}
