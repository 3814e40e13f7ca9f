import { FieldResolver, Int, Resolver, Root } from 'type-graphql';
import { ImageConnection } from '../types/image-connection.js';

@Resolver(() => ImageConnection)
export class ImageConnectionResolver {
  @FieldResolver(() => Int, {
    description:
      'The number of images in the whole list. It takes one more statement to the database, which costs 10, or 500 if it may ' +
      'have to read all images. Selected alone, no page is read.',
  })
  totalCount(@Root() connection: ImageConnection): Promise<number> {
    return connection.count();
  }
}
