import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'The rules of resumable uploads.' })
class ResumableFacts {
  @Field(() => Int, {
    description:
      'Seconds for which an unfinished upload is kept after its last byte; without a byte, ten minutes at most.',
  })
  expirySeconds: number;

  @Field(() => Int, { description: 'The highest number of unfinished uploads of one caller.' })
  unfinishedPerCaller: number;
}

@ObjectType({ simpleResolvers: true, description: 'The rules of imports.' })
class ImportFacts {
  @Field(() => [String], { description: 'The schemes that a URL may have: `https`, `http`, or both.' })
  schemes: string[];
}

@ObjectType({ simpleResolvers: true, description: 'The rules of deletion.' })
class DeletionFacts {
  @Field(() => Int, {
    description:
      'Seconds for which the data of a deleted image is kept. The record shows the image as `pending_delete` until then.',
  })
  delayedSeconds: number;
}

@ObjectType({ simpleResolvers: true, description: 'Facts about this gateway.' })
export class GatewayFacts {
  @Field({ description: 'The version of the program.' })
  version: string;

  @Field({
    description: 'The algorithm of the second digest of new data: `sha256`, `sha384` or `sha512`.',
  })
  hashAlgorithm: string;

  @Field(() => GraphQLSafeInt, { description: 'The highest number of bytes of data in one image.' })
  imageSizeCap: number;

  @Field({ description: 'True when images belong to tenants (projects), false when they belong to users.' })
  ownersAreTenants: boolean;

  @Field(() => ResumableFacts, { nullable: true, description: 'Null when there are no resumable uploads.' })
  resumable: ResumableFacts | null;

  @Field(() => ImportFacts, { nullable: true, description: 'Null when this gateway imports nothing.' })
  import: ImportFacts | null;

  @Field(() => DeletionFacts, {
    nullable: true,
    description: 'Null when the data of a deleted image is removed at once.',
  })
  deletion: DeletionFacts | null;
}
