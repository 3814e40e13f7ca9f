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
  description: 'Which images that others share with you are listed.',
  valuesConfig: {
    ACCEPTED: { description: 'Those you accepted. The default.' },
    PENDING: { description: 'Those you have not answered to.' },
    REJECTED: { description: 'Those you rejected.' },
    ALL: { description: 'Whatever you answered.' },
  },
});

/** The arguments of the query `images`. */
@ArgsType()
export class ImagesArguments {
  @Field(() => ImageFilterInput, { nullable: true })
  filter?: ImageFilterInput | null;

  @Field(() => [ImageSort], {
    nullable: true,
    description: 'Keys in order of weight. Without any: CREATED_AT DESC.',
  })
  sort?: ImageSort[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Images from the start: 25 when neither this nor `last` is given, 1000 at most.',
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor of an image: the page begins behind it.' })
  after?: string | null;

  @Field(() => Int, { nullable: true, description: 'Images from the end, 1000 at most. Excludes `first`.' })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Cursor of an image: the page ends before it.' })
  before?: string | null;

  @Field(() => MemberStatusFilter, {
    nullable: true,
    description:
      'Of the images that others share with you, those that you gave this answer to. Left out: those you accepted. ' +
      'Administrators see all whatever it is.',
  })
  memberStatus?: MemberStatusFilter | null;

  @Field(() => Boolean, { nullable: true, description: 'Deleted images as well. Administrators only.' })
  includeDeleted?: boolean | null;
}
