import { Field, ObjectType, Query, Resolver } from 'type-graphql';

@ObjectType({ description: 'A store: a place for the data of images.' })
export class ImageStore {
  @Field({ description: 'The name, for the argument `store`.' })
  name: string;

  @Field({
    description: 'The kind of store: `file`, `swift` or `s3`; or `http` for data that stays on web servers.',
  })
  kind: string;

  @Field({ description: 'True for the store of uploads that name no store.' })
  isDefault: boolean;

  @Field({ description: 'True for a store that receives uploads; false for a store that is only read.' })
  isWritable: boolean;
}

@Resolver()
export class StoreResolver {
  constructor(private readonly shown: readonly ImageStore[]) {}

  @Query(() => [ImageStore], {
    description: 'Lists the stores of this gateway.',
  })
  stores(): ImageStore[] {
    return [...this.shown];
  }
}
