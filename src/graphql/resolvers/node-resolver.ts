import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { MemberCatalog } from '../../image/catalog/member-catalog.js';
import { ImageError } from '../../image/errors.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import { ImageMember } from '../../image/records/image-member.js';
import type { MemberRow } from '../../image/records/member-records.js';
import { membershipId, Node, readMembershipId } from '../../image/records/node.js';
import type { Context } from '../execution/context.js';
import { MOST_IDS, requireIdList } from '../types/id-list.js';
import { imageOutput } from './image-output.js';
import { imageSelection } from './image-selection.js';

/** Resolves nodes: object identification for Relay and for the caches of other clients. */
@Resolver(() => ImageMember)
export class NodeResolver {
  constructor(
    private readonly images: ImageCatalog,
    private readonly members: MemberCatalog,
  ) {}

  @Query(() => Node, {
    nullable: true,
    description:
      'Returns an image or a membership by its id, for clients that cache objects. Null if nothing has this id, or you may ' +
      'not see it.',
  })
  async node(
    @Arg('id', () => ID) id: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<object | null> {
    const [found] = await this.find([id], context, info);
    if (found instanceof Error) throw found;
    return found;
  }

  @Query(() => [Node], {
    nullable: 'items',
    description:
      'Returns images and memberships by their ids, in the order of the ids. An element is null if nothing has its id, or ' +
      'you may not see it.',
  })
  async nodes(
    @Arg('ids', () => [ID], { description: `At most ${MOST_IDS} ids.` }) ids: string[],
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<(object | null)[]> {
    requireIdList(ids, 0);
    return this.find(ids, context, info);
  }

  @FieldResolver(() => ID, {
    description: 'Unique among all nodes. It does not change if the tenant is removed and added again.',
  })
  id(@Root() member: MemberRow): string {
    return membershipId(member);
  }

  /** Reads all memberships in one statement, then all images. An error stands in the place of what it refuses. */
  private async find(
    ids: readonly string[],
    { caller, rows }: Context,
    info: GraphQLResolveInfo,
  ): Promise<(object | null)[]> {
    const memberships = await byId(ids.filter(readMembershipId), (these) =>
      this.members.memberships(
        caller,
        these.map((id) => readMembershipId(id)!),
      ),
    );
    const others = ids.filter((id) => !memberships.get(id));
    const selection = { rows, ...imageSelection(info) };
    const images = await byId(others, (these) => this.images.images(caller, these, selection));
    for (const image of images.values())
      if (image && !(image instanceof Error)) imageOutput(image as ImageRow);
    return ids.map((id) => memberships.get(id) ?? images.get(id) ?? null);
  }
}

/** Reads objects by their ids. A rule of the policy that refuses the caller every one of them becomes the error of each. */
async function byId(
  ids: readonly string[],
  read: (ids: readonly string[]) => Promise<(object | null)[]>,
): Promise<ReadonlyMap<string, object | null>> {
  if (ids.length === 0) return new Map();
  const found = await read(ids).catch((error: unknown) => {
    if (error instanceof ImageError && error.code === 'FORBIDDEN') return ids.map(() => error);
    throw error;
  });
  return new Map(ids.map((id, nth) => [id, found[nth]]));
}
