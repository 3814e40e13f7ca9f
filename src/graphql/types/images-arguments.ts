import { ArgsType, Field, Int, registerEnumType } from 'type-graphql';
import { ImageSort } from './image-connection.js';
import { ImageFilterInput } from './image-filter-input.js';

/** The values of `member_status` in version 2. */
export enum MemberStatusFilter {
  ACCEPTED = 'accepted',
  PENDING = 'pending',
  REJECTED = 'rejected',
  ALL = 'all',
}

registerEnumType(MemberStatusFilter, {
  name: 'MemberStatusFilter',
  description: 'Selects shared images by the answer of the member.',
  valuesConfig: {
    ACCEPTED: { description: 'Images that the member accepted.' },
    PENDING: { description: 'Images that the member has neither accepted nor rejected.' },
    REJECTED: { description: 'Images that the member rejected.' },
    ALL: { description: 'All images that others share with the member.' },
  },
});

export const SEARCH_MEANING =
  'Words, at most 8 and 100 characters together. Each word must be part of the name, a tag or the owner, or begin the id, ' +
  'the checksum or `hash { value }`. Letter case makes no difference, and no character is a wildcard. The images must also ' +
  'pass the filter. A search costs 500, since it may have to read all images.';

export const MEMBER_STATUS_MEANING =
  'Selects images that others share with you, by your answer. The default is ACCEPTED. For administrators it changes nothing.';

/** The arguments of the query `images`. */
@ArgsType()
export class ImagesArguments {
  @Field(() => ImageFilterInput, {
    nullable: true,
    description:
      'A filter that may have to read all images costs 500: `contains`, `endsWith`, an operator that ignores letter case, ' +
      '`ne`, `notIn`, `not`, `or`, a property by anything but `eq` and `in`, or a field without an index. It costs nothing ' +
      'more beside `eq` or `in` of an id, a name, a checksum or a hash.',
  })
  filter?: ImageFilterInput | null;

  @Field(() => String, { nullable: true, description: SEARCH_MEANING })
  search?: string | null;

  @Field(() => [ImageSort], {
    nullable: true,
    description: 'Sort keys, the most important first. The default is CREATED_AT DESC.',
  })
  sort?: ImageSort[] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of images from the start of the list, at most 1000. Without `first` and `last` it is 25.',
  })
  first?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of an image. The page begins after this image.',
  })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'The number of images from the end of the list, at most 1000. Not allowed together with `first`.',
  })
  last?: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of an image. The page ends before this image.',
  })
  before?: string | null;

  @Field(() => MemberStatusFilter, {
    nullable: true,
    description: MEMBER_STATUS_MEANING,
  })
  memberStatus?: MemberStatusFilter | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True adds deleted images to the list. Only for administrators.',
  })
  includeDeleted?: boolean | null;
}
