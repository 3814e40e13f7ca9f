import { Field, Float, ObjectType, registerEnumType } from 'type-graphql';
import {
  PROPERTY_TYPES,
  type PropertyDefinition as Definition,
  type PropertyType as Type,
} from '../../image/definitions/property-definition.js';

const PropertyType = Object.fromEntries(PROPERTY_TYPES.map((type) => [type.toUpperCase(), type]));

registerEnumType(PropertyType, {
  name: 'PropertyType',
  description: 'The kinds of values of properties. All values are stored as text.',
  valuesConfig: {
    BOOLEAN: { description: 'The value is `true` or `false`.' },
    LIST: {
      description: 'The value has several parts, in the form that the reader of the property expects.',
    },
  },
});

@ObjectType({
  simpleResolvers: true,
  description: 'The meaning of a property. It helps people: the gateway takes any other value too.',
})
export class PropertyDefinition implements Definition {
  @Field({ description: 'The stored name of the property.' })
  name: string;

  @Field(() => String, { nullable: true, description: 'A short name for people; null if there is none.' })
  title: string | null;

  @Field(() => String, { nullable: true, description: 'An explanation in English; null if there is none.' })
  help: string | null;

  @Field(() => PropertyType)
  type: Type;

  @Field(() => [String], { description: 'The usual values; empty if any value is usual.' })
  values: string[];

  @Field(() => Float, { nullable: true, description: 'The smallest usual number; null if there is none.' })
  minimum: number | null;

  @Field(() => Float, { nullable: true, description: 'The greatest usual number; null if there is none.' })
  maximum: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'The value that counts while the property is not set; null if this is not known.',
  })
  default: string | null;

  @Field({ description: "The title of the collection that defines the property (Glance's namespace)." })
  group: string;
}
