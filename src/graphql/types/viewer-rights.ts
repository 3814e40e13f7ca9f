import { Field, ObjectType } from 'type-graphql';
import type { CallerRights } from '../../image/access/caller-rights.js';

@ObjectType({
  simpleResolvers: true,
  description:
    'The operations that you may do, as far as this depends on no image; for one image see its `permissions`.',
})
export class ViewerRights implements CallerRights {
  @Field({ description: 'True when you may create images.' })
  create: boolean;

  @Field({ description: 'True when you may make your images PUBLIC.' })
  publish: boolean;

  @Field({ description: 'True when you may make your images COMMUNITY.' })
  makeCommunity: boolean;

  @Field({ description: 'True when you may import data from the web, and this gateway imports.' })
  import: boolean;

  @Field({ description: 'True when you may list and read deleted images.' })
  seeDeleted: boolean;

  @Field({ description: 'True when you may choose the owner of an image.' })
  setOwner: boolean;
}
