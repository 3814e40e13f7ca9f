import { Args, Ctx, Query, Resolver } from 'type-graphql';
import type { FacetCount as StoredCount, ImageCounts } from '../../image/catalog/image-counts.js';
import type { Context } from '../execution/context.js';
import { FacetCount, ImageCountsArguments } from '../types/image-counts.js';

@Resolver()
export class CountResolver {
  constructor(private readonly counts: ImageCounts) {}

  @Query(() => [FacetCount], {
    description:
      'Counts the images of a list by the values of fields, for the values in a menu of filters. Each field is counted ' +
      'without its own condition at the top of the filter; the conditions in `and`, `or` and `not` stay. So each count is ' +
      'the `totalCount` of `images` with the value as that condition. The most frequent values of each field come first, ' +
      'at most 50.',
  })
  async imageCounts(
    @Args(() => ImageCountsArguments, { validate: false }) wanted: ImageCountsArguments,
    @Ctx() { caller, rows }: Context,
  ): Promise<FacetCount[]> {
    const request = {
      filter: wanted.filter ?? {},
      search: wanted.search,
      includeDeleted: wanted.includeDeleted ?? false,
      memberStatus: wanted.memberStatus ?? undefined,
    };
    const counts = await this.counts.countsBy(caller, request, wanted.by, rows);
    return counts.map((each) => ({ ...each, value: asInFilter(each) }));
  }
}

function asInFilter({ by, value }: StoredCount): string | null {
  if (value === null) return null;
  if (by === 'visibility') return String(value).toUpperCase();
  return by === 'hidden' ? String(Number(value) === 1) : String(value);
}
