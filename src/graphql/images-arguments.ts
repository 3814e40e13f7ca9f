import { ArgsType, Field, Int } from 'type-graphql';
import { ImageSort } from './image-connection.js';
import { ImageFilterInput } from './image-filter-input.js';

/** What a list of images is asked for with. */
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

  @Field(() => Boolean, { nullable: true, description: 'Deleted images as well. Administrators only.' })
  includeDeleted?: boolean | null;
}
