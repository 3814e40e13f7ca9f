import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import type { OwnerCatalog } from '../../image/catalog/owner-catalog.js';
import type { Context } from '../execution/context.js';
import { OwnerConnection, OwnerSort } from '../types/owner-connection.js';
import type { Quotas } from '../types/viewer-quota.js';

@Resolver()
export class OwnerResolver {
  constructor(
    private readonly catalog: OwnerCatalog,
    private readonly quotas: Quotas,
  ) {}

  @Query(() => OwnerConnection, {
    description: 'Lists who owns images, and what these use. Only for administrators.',
  })
  async owners(
    @Arg('first', () => Int, {
      nullable: true,
      description: 'The number of owners on the page, at most 1000. The default is 25.',
    })
    first: number | null | undefined,
    @Arg('after', () => String, {
      nullable: true,
      description: 'The cursor of an owner. The page begins after this owner.',
    })
    after: string | null | undefined,
    @Arg('sort', () => OwnerSort, { nullable: true, description: 'The default is BYTES DESC.' })
    sort: OwnerSort | null | undefined,
    @Ctx() { caller }: Context,
  ): Promise<OwnerConnection> {
    const page = await this.catalog.owners(caller, sort ?? undefined, { first, after });
    const { storage } = this.quotas.quota.limits;
    return new OwnerConnection(
      page,
      storage === undefined ? null : Math.min(storage, Number.MAX_SAFE_INTEGER),
    );
  }
}
