import { ArgsType, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Facet } from '../../image/catalog/image-counts.js';
import { ImageFilterInput } from './image-filter-input.js';
import { MEMBER_STATUS_MEANING, MemberStatusFilter, SEARCH_MEANING } from './images-arguments.js';

const ImageFacet: Record<string, Facet> = {
  STATUS: 'status',
  VISIBILITY: 'visibility',
  DISK_FORMAT: 'diskFormat',
  CONTAINER_FORMAT: 'containerFormat',
  HIDDEN: 'hidden',
};

registerEnumType(ImageFacet, {
  name: 'ImageFacet',
  description: 'The fields by whose values images can be counted.',
});

@ObjectType({ simpleResolvers: true, description: 'The number of images with one value of a field.' })
export class FacetCount {
  @Field(() => ImageFacet)
  by: Facet;

  @Field(() => String, {
    nullable: true,
    description:
      'The value as a filter takes it, such as `active`, `PUBLIC` or `true`; null for images without a value.',
  })
  value: string | null;

  @Field(() => Int, { description: 'The number of images.' })
  count: number;
}

/** The arguments of the query `imageCounts`. */
@ArgsType()
export class ImageCountsArguments {
  @Field(() => ImageFilterInput, { nullable: true })
  filter?: ImageFilterInput | null;

  @Field(() => String, { nullable: true, description: SEARCH_MEANING })
  search?: string | null;

  @Field(() => MemberStatusFilter, { nullable: true, description: MEMBER_STATUS_MEANING })
  memberStatus?: MemberStatusFilter | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True counts deleted images too. Only for administrators.',
  })
  includeDeleted?: boolean | null;

  @Field(() => [ImageFacet], { description: 'The fields to count by, in the order of the answer.' })
  by: Facet[];
}
