import { GraphQLSafeInt } from 'graphql-scalars';
import type { GraphQLScalarType } from 'graphql';
import { Field, ID, InputType } from 'type-graphql';
import { DateTime } from '../../image/date-time.js';
import { Visibility } from '../../image/records/image.js';
import type { Operators, TextOperators } from '../../image/catalog/filter-operators.js';
import type { ImageFilter } from '../../image/catalog/image-filter.js';
import type { PropertyFilter } from '../../image/catalog/property-filter.js';
import type { TagFilter } from '../../image/catalog/tag-filter.js';

type ValueType = () => GraphQLScalarType | typeof String | typeof Boolean | typeof Visibility | typeof ID;

const NULLS = 'Images without a value match `ne` and `notIn`. `eq: null` means `isNull: true`.';

const ANY_CASE =
  "At most 255 characters. Letters are equal by Unicode's simple case folding: `ä` and `Ä`, not `ß` and `SS`.";

/** Returns an input type with the operators of every kind of value. */
function comparable<T extends string | number | boolean>(value: ValueType) {
  @InputType()
  abstract class Comparable implements Operators<T> {
    @Field(value, {
      nullable: true,
      description: 'The value equals this; null matches images without a value.',
    })
    eq?: T | null;

    @Field(value, {
      nullable: true,
      description: 'The value differs from this. Images without a value match.',
    })
    ne?: T | null;

    @Field(() => [value()], {
      nullable: true,
      description: 'The value is one of these. An empty list matches no image.',
    })
    in?: T[] | null;

    @Field(() => [value()], {
      nullable: true,
      description: 'The value is none of these. Images without a value match.',
    })
    notIn?: T[] | null;

    @Field(() => Boolean, {
      nullable: true,
      description: 'True matches images without a value, false images with a value.',
    })
    isNull?: boolean | null;
  }
  return Comparable;
}

/** Returns an input type with the operators of values that have an order. */
function ordered<T extends string | number>(value: ValueType) {
  @InputType()
  abstract class Ordered extends comparable<T>(value) {
    @Field(value, { nullable: true, description: 'The value is greater, or later, than this.' })
    gt?: T | null;

    @Field(value, { nullable: true, description: 'The value is greater than, later than, or equal to this.' })
    gte?: T | null;

    @Field(value, { nullable: true, description: 'The value is less, or earlier, than this.' })
    lt?: T | null;

    @Field(value, { nullable: true, description: 'The value is less than, earlier than, or equal to this.' })
    lte?: T | null;
  }
  return Ordered;
}

@InputType({ description: `Conditions on an id. ${NULLS}` })
class IDFilter extends comparable<string>(() => ID) {}

@InputType({
  description:
    'Conditions on a text. Accents and spaces at the end count, and letter case unless the name of the condition says ' +
    `otherwise; no character is a wildcard. ${NULLS}`,
})
class StringFilter extends comparable<string>(() => String) implements TextOperators {
  @Field(() => String, { nullable: true, description: 'The text contains this.' })
  contains?: string | null;

  @Field(() => String, { nullable: true, description: 'The text begins with this.' })
  startsWith?: string | null;

  @Field(() => String, { nullable: true, description: 'The text ends with this.' })
  endsWith?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `The text equals this without regard to letter case. ${ANY_CASE}`,
  })
  equalsIgnoreCase?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `The text contains this without regard to letter case. ${ANY_CASE}`,
  })
  containsIgnoreCase?: string | null;
}

@InputType({ description: 'Conditions on a Boolean.' })
class BooleanFilter extends comparable<boolean>(() => Boolean) {}

@InputType({ description: 'Conditions on the visibility.' })
class VisibilityFilter extends comparable<Visibility>(() => Visibility) {}

@InputType({ description: `Conditions on a whole number. ${NULLS}` })
class NumberFilter extends ordered<number>(() => GraphQLSafeInt) {}

@InputType({ description: `Conditions on a time. ${NULLS}` })
class DateTimeFilter extends ordered<string>(() => DateTime) {}

@InputType({
  description: 'Conditions on one property. For an image without the property, its value is null.',
})
class PropertyFilterInput implements PropertyFilter {
  @Field({ description: 'The stored name of the property.' })
  name: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True matches images with the property, false images without it.',
  })
  exists?: boolean | null;

  @Field(() => StringFilter, { nullable: true, description: 'Conditions on the value of the property.' })
  value?: StringFilter | null;
}

@InputType({ description: 'Conditions on the tags. Letter case counts.' })
class TagFilterInput implements TagFilter {
  @Field(() => [String], {
    nullable: true,
    description: 'The image has all of these tags. An empty list matches every image.',
  })
  all?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The image has one or more of these tags. An empty list matches no image.',
  })
  any?: string[] | null;
}

@InputType({
  description:
    'A filter for images. An image matches if it meets all conditions; a filter without conditions matches every image. ' +
    'A filter has at most 100 conditions, 5000 values, and 5 levels of `and`, `or` and `not`.',
})
export class ImageFilterInput implements ImageFilter {
  @Field(() => IDFilter, { nullable: true })
  id?: IDFilter | null;

  @Field(() => StringFilter, { nullable: true })
  name?: StringFilter | null;

  @Field(() => StringFilter, { nullable: true })
  status?: StringFilter | null;

  @Field(() => StringFilter, { nullable: true })
  diskFormat?: StringFilter | null;

  @Field(() => StringFilter, { nullable: true })
  containerFormat?: StringFilter | null;

  @Field(() => StringFilter, { nullable: true })
  checksum?: StringFilter | null;

  @Field(() => StringFilter, { nullable: true, description: 'Conditions on `hash { value }`.' })
  hashValue?: StringFilter | null;

  @Field(() => StringFilter, { nullable: true })
  owner?: StringFilter | null;

  @Field(() => VisibilityFilter, {
    nullable: true,
    description:
      'Community images of other owners are listed only if this condition allows no visibility except COMMUNITY.',
  })
  visibility?: VisibilityFilter | null;

  @Field(() => BooleanFilter, { nullable: true })
  isPublic?: BooleanFilter | null;

  @Field(() => BooleanFilter, { nullable: true })
  protected?: BooleanFilter | null;

  @Field(() => BooleanFilter, {
    nullable: true,
    description: 'If no part of the filter has this condition, the list has no hidden images.',
  })
  hidden?: BooleanFilter | null;

  @Field(() => NumberFilter, { nullable: true, description: 'Conditions on the size of the data in bytes.' })
  size?: NumberFilter | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: 'Conditions on the size of the unpacked disk in bytes.',
  })
  virtualSize?: NumberFilter | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: 'Conditions on the disk needed to boot, in GiB.',
  })
  minDisk?: NumberFilter | null;

  @Field(() => NumberFilter, {
    nullable: true,
    description: 'Conditions on the memory needed to boot, in MiB.',
  })
  minRam?: NumberFilter | null;

  @Field(() => DateTimeFilter, { nullable: true })
  createdAt?: DateTimeFilter | null;

  @Field(() => DateTimeFilter, { nullable: true })
  updatedAt?: DateTimeFilter | null;

  @Field(() => DateTimeFilter, {
    nullable: true,
    description: 'Conditions on the time of deletion, for lists with `includeDeleted`.',
  })
  deletedAt?: DateTimeFilter | null;

  @Field(() => [PropertyFilterInput], {
    nullable: true,
    description: 'The image meets the conditions on all of these properties. At most 16.',
  })
  properties?: PropertyFilterInput[] | null;

  @Field(() => TagFilterInput, { nullable: true })
  tags?: TagFilterInput | null;

  @Field(() => [ImageFilterInput], {
    nullable: true,
    description: 'The image also matches all of these filters. An empty list matches every image.',
  })
  and?: ImageFilterInput[] | null;

  @Field(() => [ImageFilterInput], {
    nullable: true,
    description: 'The image also matches one or more of these filters. An empty list matches no image.',
  })
  or?: ImageFilterInput[] | null;

  @Field(() => ImageFilterInput, {
    nullable: true,
    description: 'The image does not match this filter.',
  })
  not?: ImageFilterInput | null;
}
