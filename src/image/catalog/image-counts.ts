import type { Database, Row } from '../../database/database.js';
import type { Condition } from '../../database/dialect.js';
import type { Caller } from '../../identity/caller.js';
import type { Policy } from '../access/policy.js';
import type { PropertyProtection } from '../access/property-protection.js';
import { imageColumns } from '../records/image-columns.js';
import { askerOf } from './asker.js';
import { readBriefly } from './brief-read.js';
import { asksForHidden, filterConditions, type ImageFilter } from './image-filter.js';
import { branchSelects, listConditions, NOT_HIDDEN, type ListRequest } from './image-list.js';
import type { RowBudget } from './row-budget.js';

/** A field by whose values the images of a list are counted. */
export type Facet = 'status' | 'visibility' | 'diskFormat' | 'containerFormat' | 'hidden';

/** The number of images with one value of a field. */
export interface FacetCount {
  readonly by: Facet;
  /** As it is stored; null for images without a value. */
  readonly value: string | number | null;
  readonly count: number;
}

/** Counts the images of a list. */
export interface ImageCounts {
  /**
   * Counts the images of a list by the values of fields. The count of a value is the length of the list with this value as
   * the only condition on the field at the top of the filter. Returns the most frequent values of each field first.
   *
   * @throws ImageError BAD_USER_INPUT, FORBIDDEN, QUERY_TOO_COSTLY, SEARCH_TOO_SLOW
   */
  countsBy(
    caller: Caller,
    request: ListRequest,
    facets: readonly Facet[],
    rows?: RowBudget,
  ): Promise<FacetCount[]>;
}

/** The greatest number of values of one field. */
const MOST_VALUES = 50;

export function imageCounts(database: Database, policy: Policy, protection: PropertyProtection): ImageCounts {
  const { dialect } = database;
  const columns = imageColumns(database);

  return {
    async countsBy(caller, request, facets, rows) {
      policy.require(caller, 'get_images');
      // The parts of a filter are compiled apart below, but its limits hold for the whole.
      filterConditions(request.filter, dialect);
      const counts: FacetCount[] = [];
      for (const pass of passes(caller, request.filter, [...new Set(facets)]))
        counts.push(...(await counted(caller, request, pass)));
      const shown = [...new Set(facets)].flatMap((facet) =>
        counts
          .filter(({ by }) => by === facet)
          .sort(mostFirst)
          .slice(0, MOST_VALUES),
      );
      rows?.spend(shown.length);
      return shown;
    },
  };

  /**
   * Returns the passes over the images. Other callers than administrators list other images when they ask for community
   * images, so their images are counted by visibility apart.
   */
  function passes(caller: Caller, filter: ImageFilter, facets: readonly Facet[]): Pass[] {
    const isApart = !caller.isAdmin && facets.includes('visibility');
    const together = isApart ? facets.filter((facet) => facet !== 'visibility') : facets;
    const apart = [{ eq: 'community' }, { ne: 'community' }].map((visibility): Pass => ({
      filter: { ...filter, visibility },
      facets: ['visibility'],
      own: [],
    }));
    return [...(together.length > 0 ? [onePass(filter, together)] : []), ...(isApart ? apart : [])];
  }

  /** Returns a pass for several fields: reading the images several times would cost more. */
  function onePass(filter: ImageFilter, facets: readonly Facet[]): Pass {
    const own = facets.flatMap((facet) => {
      const conditions = ownConditions(filter, facet);
      return conditions.length > 0 ? [{ facet, conditions }] : [];
    });
    const without = Object.fromEntries(own.map(({ facet }) => [facet, facet === 'hidden' ? ANY : null]));
    return { filter: { ...filter, ...without }, facets, own };
  }

  /** Returns the conditions on one field at the top of a filter. A list without such a condition has no hidden images. */
  function ownConditions(filter: ImageFilter, facet: Facet): Condition[] {
    if (facet === 'hidden' && !asksForHidden(filter)) return [NOT_HIDDEN];
    return filterConditions({ [facet]: filter[facet] }, dialect);
  }

  async function counted(
    caller: Caller,
    request: ListRequest,
    { filter, facets, own }: Pass,
  ): Promise<FacetCount[]> {
    const met = own.map(
      ({ facet, conditions }) => `, (${conditions.map(({ sql }) => sql).join(' AND ')}) AS ${facet}Met`,
    );
    const list = await listConditions(caller, { ...request, filter }, database, protection);
    const branches = branchSelects(
      list,
      {
        select: `${columns.select(facets)}${met.join('')}, COUNT(*) AS number`,
        values: own.flatMap(({ conditions }) => conditions.flatMap(({ values }) => values)),
        end: ` GROUP BY ${[...facets, ...own.map(({ facet }) => `${facet}Met`)].join(', ')}`,
      },
      dialect,
    );
    const found = await readBriefly(database.scans(askerOf(caller)), {
      sql: branches.map(({ sql }) => sql).join(' UNION ALL '),
      values: branches.flatMap(({ values }) => values),
    });
    return facets.flatMap((by) => {
      const others = own.filter(({ facet }) => facet !== by);
      const rows = found.filter((row) => others.every(({ facet }) => Number(row[`${facet}Met`]) === 1));
      return Array.from(sums(rows, by), ([value, count]) => ({ by, value, count }));
    });
  }
}

/** A statement that counts by several fields. */
interface Pass {
  /** The filter without the conditions in `own`. */
  filter: ImageFilter;
  facets: readonly Facet[];
  /** The conditions on these fields. An image counts for a field if it meets those on the other fields. */
  own: readonly { facet: Facet; conditions: readonly Condition[] }[];
}

/** A condition that every image meets. With it a list has hidden images too. */
const ANY = { isNull: false };

function sums(rows: readonly Row[], by: Facet): Map<FacetCount['value'], number> {
  const found = new Map<FacetCount['value'], number>();
  for (const row of rows) found.set(row[by], (found.get(row[by]) ?? 0) + Number(row.number));
  return found;
}

function mostFirst(one: FacetCount, other: FacetCount): number {
  if (one.count !== other.count) return other.count - one.count;
  return String(one.value ?? '') < String(other.value ?? '') ? -1 : 1;
}
