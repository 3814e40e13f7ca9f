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
  description: 'Selects images that others share with you, by your answer.',
  valuesConfig: {
    ACCEPTED: { description: 'Images that you accepted. This is the default.' },
    PENDING: { description: 'Images that you have neither accepted nor rejected.' },
    REJECTED: { description: 'Images that you rejected.' },
    ALL: { description: 'All images that others share with you.' },
  },
});

/** The arguments of the query `images`. */
@ArgsType()
export class ImagesArguments {
  @Field(() => ImageFilterInput, { nullable: true })
  filter?: ImageFilterInput | null;

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
    description:
      'Selects images that others share with you, by your answer. The default is ACCEPTED. For administrators it changes ' +
      'nothing.',
  })
  memberStatus?: MemberStatusFilter | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True adds deleted images to the list. Only for administrators.',
  })
  includeDeleted?: boolean | null;
}
