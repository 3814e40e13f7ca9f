import { MinLength } from 'class-validator';
import { Arg, Ctx, Field, ID, InputType, Mutation, Resolver } from 'type-graphql';
import { ImageMember } from '../image/image-member.js';
import { CHARACTERS } from '../image/limits.js';
import type { MemberRow } from '../image/member-records.js';
import type { MemberService, WantedMember } from '../image/member-service.js';
import type { Context } from './context.js';
import { StoredText } from './stored-text.js';

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

@Resolver()
export class MemberResolver {
  constructor(private readonly service: MemberService) {}

  @Mutation(() => ImageMember, {
    description: 'Shares an image with a tenant; who is a member already is changed.',
  })
  async addImageMember(
    @Arg('imageId', () => ID) imageId: string,
    @Arg('input', () => ImageMemberInput) input: ImageMemberInput,
    @Ctx() { caller }: Context,
  ): Promise<MemberRow> {
    return this.service.add(caller, imageId, wanted(input));
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
    @Arg('members', () => [ImageMemberInput]) members: ImageMemberInput[],
    @Ctx() { caller }: Context,
  ): Promise<MemberRow[]> {
    return this.service.replace(caller, imageId, members.map(wanted));
  }
}

function wanted({ memberId, canShare }: ImageMemberInput): WantedMember {
  return { memberId, canShare: canShare ?? undefined };
}
