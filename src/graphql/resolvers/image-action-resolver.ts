import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Mutation, Resolver } from 'type-graphql';
import type { ImageActivation } from '../../image/change/image-activation.js';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import { Image } from '../../image/records/image.js';
import type { TagService } from '../../image/change/tag-service.js';
import type { Context } from '../execution/context.js';
import { requireTag } from '../types/image-input.js';
import { changedImage } from './image-output.js';

/** Resolves the changes to an image that Glance has had since version 2: tags and deactivation. */
@Resolver()
export class ImageActionResolver {
  constructor(
    private readonly catalog: ImageCatalog,
    private readonly tags: TagService,
    private readonly activation: ImageActivation,
  ) {}

  @Mutation(() => Image, {
    description: 'Puts a tag on an image; one that is there already stays. Answers with the image as stored.',
  })
  async addImageTag(
    @Arg('imageId', () => ID) imageId: string,
    @Arg('tag', { description: 'From 1 to 255 characters, no control characters.' }) tag: string,
    @Ctx() { caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image> {
    requireTag(tag, 'tag');
    return changedImage(this.catalog, caller, await this.tags.add(caller, imageId, tag), info);
  }

  @Mutation(() => Image, { description: 'Takes a tag from an image. Answers with the image as stored.' })
  async removeImageTag(
    @Arg('imageId', () => ID) imageId: string,
    @Arg('tag') tag: string,
    @Ctx() { caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image> {
    return changedImage(this.catalog, caller, await this.tags.remove(caller, imageId, tag), info);
  }

  @Mutation(() => Image, {
    description:
      'Withholds the data of an active image; its record stays as it is for everybody. Needs the policy rule ' +
      'deactivate: administrators, as shipped. Answers with the image as stored.',
  })
  async deactivateImage(
    @Arg('id', () => ID) id: string,
    @Ctx() { caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image> {
    return changedImage(this.catalog, caller, await this.activation.deactivate(caller, id), info);
  }

  @Mutation(() => Image, {
    description:
      'Gives out the data of a deactivated image again. Needs the policy rule reactivate: administrators, as ' +
      'shipped. Answers with the image as stored.',
  })
  async reactivateImage(
    @Arg('id', () => ID) id: string,
    @Ctx() { caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image> {
    return changedImage(this.catalog, caller, await this.activation.reactivate(caller, id), info);
  }
}
