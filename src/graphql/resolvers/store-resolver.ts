import { Field, ObjectType, Query, Resolver } from 'type-graphql';

@ObjectType({ description: 'A place for the data of images.' })
export class ImageStore {
  @Field({ description: 'The name by which it is chosen.' })
  name: string;

  @Field({
    description:
      'What it is: `file`, `swift`, `s3`, or `http` for addresses on the web that images may lie at.',
  })
  kind: string;

  @Field({ description: 'It takes the data of images for which no store is named.' })
  isDefault: boolean;

  @Field({ description: 'It takes data; otherwise it is read from only.' })
  isWritable: boolean;
}

@Resolver()
export class StoreResolver {
  constructor(private readonly shown: readonly ImageStore[]) {}

  @Query(() => [ImageStore], {
    description: 'Where the data of images is kept here, and where new data can be put.',
  })
  stores(): ImageStore[] {
    return [...this.shown];
  }
}
