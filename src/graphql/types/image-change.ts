import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { ChangeKind } from '../../image/feed/image-change.js';
import { Image } from '../../image/records/image.js';

const ImageChangeKind: Record<string, ChangeKind> = {
  CREATED: 'created',
  UPDATED: 'updated',
  REMOVED: 'removed',
};

registerEnumType(ImageChangeKind, {
  name: 'ImageChangeKind',
  description: 'The kind of a change of a list of images.',
  valuesConfig: {
    CREATED: { description: 'The image has been created, and is in the list.' },
    UPDATED: {
      description:
        'The image has changed, or has come into the list: it has been shared with you, or passes the filter now. Add it if you do not have it.',
    },
    REMOVED: {
      description:
        'The image is not in the list: it has been deleted, you may not see it any more, or it does not pass the filter. It may not have been in your list before.',
    },
  },
});

@ObjectType({ simpleResolvers: true, description: 'A change of a list of images.' })
export class ImageChange {
  @Field(() => ImageChangeKind)
  kind: ChangeKind;

  @Field(() => ID, { description: 'The id of the image.' })
  imageId: string;

  @Field(() => Image, {
    nullable: true,
    description: 'The image as you may see it now. Null when it is removed.',
  })
  image: Image | null;

  @Field({ description: 'The place behind this change. Subscribe with it as `after` to go on from here.' })
  cursor: string;
}
