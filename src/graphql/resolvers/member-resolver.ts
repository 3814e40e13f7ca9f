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
import { ImageMemberConnection } from '../types/member-connection.js';
import { StoredText } from '../types/input-validators.js';

@InputType({ description: 'A tenant to share an image with.' })
class ImageMemberInput implements WantedMember {
  @Field(() => ID, {
    description: 'The tenant (project). At most 255 characters; nothing checks that it exists.',
  })
  @StoredText({ characters: CHARACTERS.member })
  @MinLength(1, { message: 'must not be empty' })
  memberId: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'The member may share the image further. Left out: as before, and false for a new member.',
  })
  canShare?: boolean;
}

const OTHER_MEMBER = { nullable: true, description: 'The member who answers: you, when left out.' };

@Resolver()
export class MemberResolver {
  constructor(
    private readonly service: MemberService,
    private readonly catalog: MemberCatalog,
  ) {}

  @Query(() => ImageMemberConnection, {
    description:
      'What is shared with a tenant, the oldest membership first. Administrators may ask about everybody; others ' +
      'see their own memberships, and those of others in images they own.',
  })
  async sharedImages(
    @Arg('memberId', () => ID) memberId: string,
    @Arg('first', () => Int, {
      nullable: true,
      description: 'Memberships on the page: 25 when left out, 1000 at most.',
    })
    first: number | null | undefined,
    @Arg('after', () => String, {
      nullable: true,
      description: 'Cursor of a membership: the page begins behind it.',
    })
    after: string | null | undefined,
    @Ctx() { caller }: Context,
  ): Promise<ImageMemberConnection> {
    return new ImageMemberConnection(await this.catalog.sharedWith(caller, memberId, { first, after }));
  }

  @Mutation(() => ImageMember, {
    description: 'Shares an image with a tenant; who is a member already is changed.',
  })
  async addImageMember(
    @Arg('imageId', () => ID) imageId: string,
    @Arg('input', () => ImageMemberInput) input: ImageMemberInput,
    @Ctx() { caller }: Context,
  ): Promise<MemberRow> {
    return this.service.add(caller, imageId, memberOf(input));
  }

  @Mutation(() => ImageMember, { description: 'Says whether a member may share the image further.' })
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
      'Accepts an image that is shared with you: from now on it is in your lists. Administrators may answer in the ' +
      'name of another member.',
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
      'Rejects an image that is shared with you: it is in none of your lists, and you still find it by its id. ' +
      'Administrators may answer in the name of another member.',
  })
  async rejectImage(
    @Arg('id', () => ID) id: string,
    @Arg('memberId', () => ID, OTHER_MEMBER) memberId: string | null | undefined,
    @Ctx() { caller }: Context,
  ): Promise<MemberRow> {
    return this.service.answer(caller, id, 'rejected', memberId ?? undefined);
  }

  @Mutation(() => ImageMember, {
    description: 'Ends the sharing of an image with a tenant. Answers with who was removed.',
  })
  async removeImageMember(
    @Arg('imageId', () => ID) imageId: string,
    @Arg('memberId', () => ID) memberId: string,
    @Ctx() { caller }: Context,
  ): Promise<MemberRow> {
    return this.service.remove(caller, imageId, memberId);
  }

  @Mutation(() => [ImageMember], { description: 'Makes exactly these tenants the members of an image.' })
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
