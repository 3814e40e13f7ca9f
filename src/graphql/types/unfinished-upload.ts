import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import { DateTime } from '../../image/date-time.js';
import { Image } from '../../image/records/image.js';

@ObjectType({
  simpleResolvers: true,
  description: 'A resumable upload (tus 1.0.0) whose data has not all come, or is not stored yet.',
})
export class UnfinishedUpload {
  @Field({
    description: 'The URL of the upload: HEAD returns its offset, PATCH goes on, DELETE gives it up.',
  })
  url: string;

  @Field(() => GraphQLSafeInt, { description: 'Bytes that the gateway holds.' })
  offset: number;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'Bytes of the data in all; null until the sender declares it.',
  })
  size: number | null;

  @Field(() => DateTime, { description: 'The time when the upload is removed unless more data comes.' })
  expiresAt: string;

  @Field(() => String, {
    nullable: true,
    description: 'The `filename` in Upload-Metadata; null where there is none.',
  })
  fileName: string | null;

  @Field(() => Image, { nullable: true, description: 'The image; null if you may not see it any more.' })
  image: Image | null;
}
