import { MinLength } from 'class-validator';
import { Arg, Ctx, Field, ID, InputType, Int, Mutation, Query, Resolver } from 'type-graphql';
import { badInput } from '../../image/errors.js';
import { ImageMember } from '../../image/records/image-member.js';
import { CHARACTERS } from '../../image/column-sizes.js';
import type { MemberCatalog } from '../../image/catalog/member-catalog.js';
import type { MemberRow } from '../../image/records/member-records.js';
import type { MemberService, WantedMember } from '../../image/change/member-service.js';
import { textProblem } from '../../image/text.js';
import type { Context } from '../execution/context.js';
import { MemberStatusFilter } from '../types/images-arguments.js';
import { ImageMemberConnection } from '../types/member-connection.js';
import { StoredText } from '../types/input-validators.js';

@InputType({ description: 'A tenant to share an image with.' })
class ImageMemberInput implements WantedMember {
  @Field(() => ID, {
    description:
      'The id of the tenant (project), from 1 to 255 characters. The gateway does not check that it exists.',
  })
  @StoredText({ characters: CHARACTERS.member })
  @MinLength(1, { message: 'must not be empty' })
  memberId: string;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True allows the member to change the members of the image. The default is the present value, and false for a new member.',
  })
  canShare?: boolean;
}

const OTHER_MEMBER = { nullable: true, description: 'The member that answers. The default is you.' };

@Resolver()
export class MemberResolver {
  constructor(
    private readonly service: MemberService,
    private readonly catalog: MemberCatalog,
  ) {}

  @Query(() => ImageMemberConnection, {
    description:
      'Lists the memberships of a tenant, the oldest first. Administrators see all memberships. Others see the ' +
      'memberships of their own tenant, and memberships in images that they own.',
  })
  async sharedImages(
    @Arg('memberId', () => ID) memberId: string,
    @Arg('first', () => Int, {
      nullable: true,
      description: 'The number of memberships on the page, at most 1000. The default is 25.',
    })
    first: number | null | undefined,
    @Arg('after', () => String, {
      nullable: true,
      description: 'The cursor of a membership. The page begins after this membership.',
    })
    after: string | null | undefined,
    @Arg('status', () => MemberStatusFilter, {
      nullable: true,
      description: 'Selects memberships by the answer. The default is ALL.',
    })
    status: MemberStatusFilter | null | undefined,
    @Ctx() { caller }: Context,
  ): Promise<ImageMemberConnection> {
    const answered = status ?? MemberStatusFilter.ALL;
    const page = await this.catalog.sharedWith(caller, memberId, answered, { first, after });
    return new ImageMemberConnection(page);
  }

  @Mutation(() => ImageMember, {
    description: 'Shares an image with a tenant, or changes its membership. Returns the membership.',
  })
  async addImageMember(
    @Arg('imageId', () => ID) imageId: string,
    @Arg('input', () => ImageMemberInput) input: ImageMemberInput,
    @Ctx() { caller }: Context,
  ): Promise<MemberRow> {
    return this.service.add(caller, imageId, memberOf(input));
  }

  @Mutation(() => ImageMember, {
    description: 'Changes whether a member may change the members of the image. Returns the membership.',
  })
  async updateImageMember(
    @Arg('imageId', () => ID) imageId: string,
    @Arg('memberId', () => ID) memberId: string,
    @Arg('canShare') canShare: boolean,
    @Ctx() { caller }: Context,
  ): Promise<MemberRow> {
    return this.service.update(caller, imageId, memberId, canShare);
  }

  @Mutation(() => ImageMember, {
    description:
      'Accepts an image that is shared with you, so that it is in your lists. Administrators may answer for another ' +
      'member. Returns the membership.',
  })
  async acceptImage(
    @Arg('id', () => ID) id: string,
    @Arg('memberId', () => ID, OTHER_MEMBER) memberId: string | null | undefined,
    @Ctx() { caller }: Context,
  ): Promise<MemberRow> {
    return this.service.answer(caller, id, 'accepted', memberId ?? undefined);
  }

  @Mutation(() => ImageMember, {
    description:
      'Rejects an image that is shared with you, so that it is not in your lists. You can still read it by its id. ' +
      'Administrators may answer for another member. Returns the membership.',
  })
  async rejectImage(
    @Arg('id', () => ID) id: string,
    @Arg('memberId', () => ID, OTHER_MEMBER) memberId: string | null | undefined,
    @Ctx() { caller }: Context,
  ): Promise<MemberRow> {
    return this.service.answer(caller, id, 'rejected', memberId ?? undefined);
  }

  @Mutation(() => ImageMember, {
    description: 'Removes a member from an image. Returns the removed membership.',
  })
  async removeImageMember(
    @Arg('imageId', () => ID) imageId: string,
    @Arg('memberId', () => ID) memberId: string,
    @Ctx() { caller }: Context,
  ): Promise<MemberRow> {
    return this.service.remove(caller, imageId, memberId);
  }

  @Mutation(() => [ImageMember], {
    description: 'Makes these tenants the only members of an image. Returns all memberships.',
  })
  async replaceImageMembers(
    @Arg('imageId', () => ID) imageId: string,
    // TypeGraphQL's validation would not name the element that has the error.
    @Arg('members', () => [ImageMemberInput], { validate: false }) members: ImageMemberInput[],
    @Ctx() { caller }: Context,
  ): Promise<MemberRow[]> {
    members.forEach(({ memberId }, index) => {
      const problem = textProblem(memberId, { characters: CHARACTERS.member });
      if (memberId === '' || problem) {
        throw badInput(`members[${index}].memberId`, problem ?? 'must not be empty');
      }
    });
    return this.service.replace(caller, imageId, members.map(memberOf));
  }
}

function memberOf({ memberId, canShare }: ImageMemberInput): WantedMember {
  return { memberId, canShare: canShare ?? undefined };
}
