import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import { Image, type ImportProgress } from '../../image/records/image.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import type { ImageUpload } from '../../image/upload/image-upload.js';

@ObjectType({ simpleResolvers: true, description: 'The progress of an upload or an import.' })
class UploadProgress implements ImportProgress {
  @Field(() => GraphQLSafeInt, { description: 'Bytes received until now.' })
  bytesReceived: number;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'Bytes of the data in all; null when the sender has not said it.',
  })
  size: number | null;
}

@Resolver(() => Image)
export class UploadProgressResolver {
  constructor(private readonly upload: Pick<ImageUpload, 'progressOf'>) {}

  @FieldResolver(() => UploadProgress, {
    nullable: true,
    description:
      'The progress of the upload or import that fills the image. A subscription to `imageChanged` sends it about once a ' +
      'second. While another gateway receives the data, it is about a second old. Null while no data arrives, and in ' +
      'the first second at other gateways.',
  })
  uploadProgress(@Root() image: ImageRow): UploadProgress | null {
    return this.upload.progressOf(image.id) ?? image.uploadProgress ?? null;
  }
}
