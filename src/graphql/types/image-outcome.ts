import { Field, ID, ObjectType } from 'type-graphql';
import { Image } from '../../image/records/image.js';

@ObjectType({ simpleResolvers: true, description: 'The reason why one of several images was not changed.' })
export class OutcomeError {
  @Field({ description: 'The code, as `extensions.code` of an error has it.' })
  code: string;

  @Field({ description: 'The text for people.' })
  message: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'The outcome of a change for one of several images: either the image, or the error.',
})
export class ImageOutcome {
  @Field(() => ID, { description: 'The id of the image as the request names it.' })
  imageId: string;

  @Field(() => Image, { nullable: true, description: 'The stored image after the change.' })
  image: Image | null;

  @Field(() => OutcomeError, { nullable: true })
  error: OutcomeError | null;
}
