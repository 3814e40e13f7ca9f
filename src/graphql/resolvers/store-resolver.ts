import { Field, FieldResolver, ObjectType, Query, Resolver, Root } from 'type-graphql';
import type { ImageRow } from '../../image/records/image-columns.js';
import { Image } from '../../image/records/image.js';
import type { StoreNames } from '../../image/records/store-names.js';

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

@Resolver(() => Image)
export class ImageStoresResolver {
  constructor(private readonly namesOf: StoreNames) {}

  @FieldResolver(() => [String], {
    description:
      'The names of the stores that hold the data: of `stores { name }`, or as another Glance has noted them. Empty while ' +
      'the image has no data.',
  })
  stores(@Root() { id, locations = [] }: ImageRow): string[] {
    return this.namesOf(id, locations);
  }
}
