import type { Value } from '../../database/database.js';
import type { Condition } from '../../database/dialect.js';

/** A condition on images, and the way in which an index finds those that meet it. */
export interface FindingCondition extends Condition {
  /** Undefined for a condition that must be tried on each image. */
  readonly finds?: Finds;
}

/**
 * How an index finds the images. It may find others too: the condition itself is tried on each.
 *
 * - `column`: by a condition on one column of the images table
 * - `rows`: by rows of another table; `select` reads their `image_id` as `id`
 * - `any`: by one of several conditions
 */
export type Finds =
  | {
      readonly by: 'column';
      readonly column: string;
      readonly condition: Condition;
      /** True when the column must equal one value. */
      readonly isEqual: boolean;
    }
  | { readonly by: 'rows'; readonly select: Condition }
  | { readonly by: 'any'; readonly of: readonly FindingCondition[] };

/** Returns a condition that an index of one column serves. */
export function byColumn(column: string, condition: Condition, isEqual: boolean): FindingCondition {
  const { sql, values } = condition;
  return { sql, values, finds: { by: 'column', column, condition, isEqual } };
}

/**
 * Returns the condition that rows of another table meet, or that none does. It counts them for each image: the servers would
 * read all rows of all images first for IN and for EXISTS, also where the first few images fill the page.
 */
export function hasRows(rows: string, values: readonly Value[], wanted = true): Condition {
  return { sql: `(SELECT COUNT(*) FROM ${rows}) ${wanted ? '>' : '='} 0`, values };
}
