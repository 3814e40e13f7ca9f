import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { ImageCatalog } from '../image/image-catalog.js';
import type { ImageService } from '../image/image-service.js';
import { Image } from '../image/image.js';
import type { Context } from './context.js';
import { ImageConnection, ImageSort } from './image-connection.js';
import { ImageFilterInput } from './image-filter-input.js';
import { CreateImageInput, imageChanges, newImage, UpdateImageInput } from './image-input.js';
import { imageSelection } from './selection.js';
import { shownImage } from './shown-image.js';

@Resolver(() => Image)
export class ImageResolver {
  constructor(
    private readonly catalog: ImageCatalog,
    private readonly service: ImageService,
  ) {}

  @Query(() => Image, {
    nullable: true,
    description: 'One image; null when there is none with this id, or none that you may know of.',
  })
  async image(
    @Arg('id', () => ID) id: string,
    @Ctx() { caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image | null> {
    const row = await this.catalog.image(caller, id, imageSelection(info));
    return row && shownImage(row);
  }

  @Query(() => ImageConnection, {
    description:
      'The images you may see, page by page: public ones, your own, and those shared with you; administrators ' +
      'see all. Ask for the next page with `after: pageInfo.endCursor` and the same filter and sort.',
  })
  async images(
    @Arg('filter', () => ImageFilterInput, { nullable: true, validate: false })
    filter: ImageFilterInput | null | undefined,
    @Arg('sort', () => [ImageSort], {
      nullable: true,
      validate: false,
      description: 'Keys in order of weight. Without any: CREATED_AT DESC.',
    })
    sort: ImageSort[] | null | undefined,
    @Arg('first', () => Int, {
      nullable: true,
      description: 'Images on the page: 25 when left out, 1000 at most.',
    })
    first: number | null | undefined,
    @Arg('after', () => String, {
      nullable: true,
      description: 'Cursor of the last image of the page before.',
    })
    after: string | null | undefined,
    @Ctx() { caller }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ImageConnection> {
    const request = {
      filter: filter ?? {},
      sort: sort ?? [],
      first: first ?? undefined,
      after: after ?? undefined,
    };
    const page = await this.catalog.page(caller, request, imageSelection(info, 'edges', 'node'));
    page.images.forEach(shownImage);
    return new ImageConnection(page);
  }

  @Mutation(() => Image, {
    description: 'Registers an image without data, in status `queued`. Send the data with PUT /data/{id}.',
  })
  async createImage(
    @Arg('input', () => CreateImageInput) input: CreateImageInput,
    @Ctx() { caller }: Context,
  ): Promise<Image> {
    return shownImage(await this.service.create(caller, newImage(input), 'distinct'));
  }

  @Mutation(() => Image, {
    description: 'Changes what is known of an image. Answers with the image as stored.',
  })
  async updateImage(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateImageInput) input: UpdateImageInput,
    @Ctx() { caller }: Context,
  ): Promise<Image> {
    return shownImage(await this.service.update(caller, id, imageChanges(input), 'distinct'));
  }

  @Mutation(() => Image, {
    description:
      'Deletes an image and its data. Its id is never free again. Answers with the image as it was deleted.',
  })
  async deleteImage(@Arg('id', () => ID) id: string, @Ctx() { caller }: Context): Promise<Image> {
    return shownImage(await this.service.delete(caller, id));
  }
}
