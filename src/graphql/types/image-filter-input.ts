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

const NULLS = 'Images without a value pass `ne` and `notIn`; `eq: null` is the same as `isNull: true`.';

/** Returns an input type with the operators of every kind of value. */
function comparable<T extends string | number | boolean>(value: ValueType) {
  @InputType()
  abstract class Comparable implements Operators<T> {
    @Field(value, { nullable: true, description: 'Equal; null for no value.' })
    eq?: T | null;

    @Field(value, { nullable: true, description: 'Not equal; images without a value pass.' })
    ne?: T | null;

    @Field(() => [value()], { nullable: true, description: 'One of these; an empty list matches nothing.' })
    in?: T[] | null;

    @Field(() => [value()], { nullable: true, description: 'None of these; images without a value pass.' })
    notIn?: T[] | null;

    @Field(() => Boolean, { nullable: true, description: 'True: no value. False: any value.' })
    isNull?: boolean | null;
  }
  return Comparable;
}

/** Returns an input type with the operators of values that have an order. */
function ordered<T extends string | number>(value: ValueType) {
  @InputType()
  abstract class Ordered extends comparable<T>(value) {
    @Field(value, { nullable: true, description: 'Greater, or later.' })
    gt?: T | null;

    @Field(value, { nullable: true, description: 'Greater, later, or equal.' })
    gte?: T | null;

    @Field(value, { nullable: true, description: 'Less, or earlier.' })
    lt?: T | null;

    @Field(value, { nullable: true, description: 'Less, earlier, or equal.' })
    lte?: T | null;
  }
  return Ordered;
}

@InputType({ description: `Conditions on an id. ${NULLS}` })
class IDFilter extends comparable<string>(() => ID) {}

@InputType({
  description: `Conditions on a text; letter case, accents and blanks at the end count, no character has a special meaning. ${NULLS}`,
})
class StringFilter extends comparable<string>(() => String) implements TextOperators {
  @Field(() => String, { nullable: true, description: 'This text stands anywhere in it.' })
  contains?: string | null;

  @Field(() => String, { nullable: true, description: 'It begins with this text.' })
  startsWith?: string | null;

  @Field(() => String, { nullable: true, description: 'It ends with this text.' })
  endsWith?: string | null;
}

@InputType({ description: 'Conditions on a truth value.' })
class BooleanFilter extends comparable<boolean>(() => Boolean) {}

@InputType({ description: 'Conditions on the visibility.' })
class VisibilityFilter extends comparable<Visibility>(() => Visibility) {}

@InputType({ description: `Conditions on a whole number. ${NULLS}` })
class NumberFilter extends ordered<number>(() => GraphQLSafeInt) {}

@InputType({ description: `Conditions on a time. ${NULLS}` })
class DateTimeFilter extends ordered<string>(() => DateTime) {}

@InputType({ description: 'A condition on one property. An image without the property has no value there.' })
class PropertyFilterInput implements PropertyFilter {
  @Field({ description: 'Name of the property, as stored.' })
  name: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether the image has the property at all.' })
  exists?: boolean | null;

  @Field(() => StringFilter, { nullable: true, description: 'Conditions on its value.' })
  value?: StringFilter | null;
}

@InputType({ description: 'Conditions on the tags, each of which is compared to the letter.' })
class TagFilterInput implements TagFilter {
  @Field(() => [String], {
    nullable: true,
    description: 'The image has every one of these; an empty list changes nothing.',
  })
  all?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The image has one of these at least; an empty list matches nothing.',
  })
  any?: string[] | null;
}

@InputType({
  description:
    'Which images are wanted: those that meet every condition. No condition, every image. At most 100 conditions, ' +
    '5000 values, and 5 levels of `and`, `or` and `not`.',
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

  @Field(() => StringFilter, { nullable: true, description: 'On `hash { value }`.' })
  hashValue?: StringFilter | null;

  @Field(() => StringFilter, { nullable: true })
  owner?: StringFilter | null;

  @Field(() => VisibilityFilter, {
    nullable: true,
    description: 'Community images of others are listed only when this asks for COMMUNITY alone.',
  })
  visibility?: VisibilityFilter | null;

  @Field(() => BooleanFilter, { nullable: true })
  isPublic?: BooleanFilter | null;

  @Field(() => BooleanFilter, { nullable: true })
  protected?: BooleanFilter | null;

  @Field(() => BooleanFilter, {
    nullable: true,
    description: 'Without a condition here, at any place of the filter, hidden images are left out.',
  })
  hidden?: BooleanFilter | null;

  @Field(() => NumberFilter, { nullable: true, description: 'In bytes.' })
  size?: NumberFilter | null;

  @Field(() => NumberFilter, { nullable: true, description: 'In bytes.' })
  virtualSize?: NumberFilter | null;

  @Field(() => NumberFilter, { nullable: true, description: 'In GiB.' })
  minDisk?: NumberFilter | null;

  @Field(() => NumberFilter, { nullable: true, description: 'In MiB.' })
  minRam?: NumberFilter | null;

  @Field(() => DateTimeFilter, { nullable: true })
  createdAt?: DateTimeFilter | null;

  @Field(() => DateTimeFilter, { nullable: true })
  updatedAt?: DateTimeFilter | null;

  @Field(() => DateTimeFilter, { nullable: true, description: 'For lists with includeDeleted.' })
  deletedAt?: DateTimeFilter | null;

  @Field(() => [PropertyFilterInput], { nullable: true, description: 'At most 16, all of which must hold.' })
  properties?: PropertyFilterInput[] | null;

  @Field(() => TagFilterInput, { nullable: true })
  tags?: TagFilterInput | null;

  @Field(() => [ImageFilterInput], {
    nullable: true,
    description: 'All of these must hold as well; an empty list changes nothing.',
  })
  and?: ImageFilterInput[] | null;

  @Field(() => [ImageFilterInput], {
    nullable: true,
    description: 'One of these must hold as well; an empty list matches nothing.',
  })
  or?: ImageFilterInput[] | null;

  @Field(() => ImageFilterInput, {
    nullable: true,
    description: 'This must not hold: exactly the images that it does not find pass.',
  })
  not?: ImageFilterInput | null;
}
