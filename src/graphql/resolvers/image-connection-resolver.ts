import { FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { ImageConnection } from '../types/image-connection.js';

@Resolver(() => ImageConnection)
export class ImageConnectionResolver {
  @FieldResolver(() => Int, {
    description: 'Images in the whole list, all pages together. Costs a statement of its own.',
  })
  totalCount(@Root() connection: ImageConnection): Promise<number> {
    return connection.count();
  }
}
