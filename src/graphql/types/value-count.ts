import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'A text in use, and the number of images that have it.' })
export class ValueCount {
  @Field()
  value: string;

  @Field(() => Int, { description: 'The number of images.' })
  count: number;
}
