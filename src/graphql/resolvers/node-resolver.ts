import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { ImageMember } from '../../image/records/image-member.js';
import type { MemberCatalog } from '../../image/catalog/member-catalog.js';
import type { MemberRow } from '../../image/records/member-records.js';
import { membershipId, Node, readMembershipId } from '../../image/records/node.js';
import type { Context } from '../execution/context.js';
import type { ImageResolver } from './image-resolver.js';

/** Resolves nodes: object identification for Relay and for the caches of other clients. */
@Resolver(() => ImageMember)
export class NodeResolver {
  constructor(
    private readonly images: ImageResolver,
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
    const named = readMembershipId(id);
    const membership =
      named && (await this.members.membership(context.caller, named.imageId, named.memberId));
    return membership ?? this.images.image(id, context, info);
  }

  @FieldResolver(() => ID, {
    description: 'Unique among all nodes. It does not change if the tenant is removed and added again.',
  })
  id(@Root() member: MemberRow): string {
    return membershipId(member);
  }
}
