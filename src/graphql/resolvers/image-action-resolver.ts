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
    description: 'Adds a tag to an image; a tag that the image has already stays. Returns the stored image.',
  })
  async addImageTag(
    @Arg('imageId', () => ID) imageId: string,
    @Arg('tag', { description: 'From 1 to 255 characters, without control characters.' }) tag: string,
    @Ctx() { caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image> {
    requireTag(tag, 'tag');
    return changedImage(this.catalog, caller, await this.tags.add(caller, imageId, tag), info);
  }

  @Mutation(() => Image, { description: 'Removes a tag from an image. Returns the stored image.' })
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
      'Withholds the data of an active image. The record stays visible. Needs the policy rule deactivate, which only ' +
      'administrators have by default. Returns the stored image.',
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
      'Releases the data of a deactivated image again. Needs the policy rule reactivate, which only administrators have by ' +
      'default. Returns the stored image.',
  })
  async reactivateImage(
    @Arg('id', () => ID) id: string,
    @Ctx() { caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image> {
    return changedImage(this.catalog, caller, await this.activation.reactivate(caller, id), info);
  }
}
