import type { GraphQLResolveInfo } from 'graphql';
import GraphQLUpload from 'graphql-upload/GraphQLUpload.mjs';
import { Arg, Args, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Caller } from '../../identity/caller.js';
import { badInput, ImageError } from '../../image/errors.js';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import type { ImageService } from '../../image/change/image-service.js';
import type { ImageUpload } from '../../image/upload/image-upload.js';
import { Image } from '../../image/records/image.js';
import type { Context } from '../execution/context.js';
import { ImageConnection } from '../types/image-connection.js';
import { CreateImageInput, imageChanges, newImage, UpdateImageInput } from '../types/image-input.js';
import { withInputField } from './input-field-errors.js';
import { ImagesArguments } from '../types/images-arguments.js';
import { imageSelection, selectsOneOf } from './image-selection.js';
import { changedImage, imageOutput } from './image-output.js';
import type { OpenFile, UploadedFile } from '../multipart/uploaded-file.js';

/** Returns path and query of a signed link to an image's data. */
export type DownloadLink = (caller: Caller, imageId: string, seconds: number) => string;

const LONGEST_LINK = 7 * 24 * 3600;
export const STORE_MEANING =
  'The name of a writable store, one of `stores { name }`. The default is the store with `isDefault`.';

@Resolver(() => Image)
export class ImageResolver {
  constructor(
    private readonly catalog: ImageCatalog,
    private readonly service: ImageService,
    private readonly upload: ImageUpload,
    private readonly multipartMaxSize: number,
    private readonly downloadLink: DownloadLink,
  ) {}

  @Query(() => Image, {
    nullable: true,
    description: 'Returns one image; null if no image has this id, or you may not see it.',
  })
  async image(
    @Arg('id', () => ID) id: string,
    @Ctx() { caller, rows }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image | null> {
    const row = await this.catalog.image(caller, id, { rows, ...imageSelection(info) });
    return row && imageOutput(row);
  }

  @Query(() => ImageConnection, {
    description:
      'Lists the images that you may see: public images, your own images, and images shared with you that you accepted. ' +
      'Administrators see all images. For the next page, use `after: pageInfo.endCursor` with the same filter, search and ' +
      'sort; for the previous page, use `last` and `before: pageInfo.startCursor`.',
  })
  async images(
    @Args(() => ImagesArguments, { validate: false }) wanted: ImagesArguments,
    @Ctx() { caller, rows }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ImageConnection> {
    const request = {
      filter: wanted.filter ?? {},
      search: wanted.search,
      sort: wanted.sort ?? [],
      first: wanted.first,
      after: wanted.after,
      last: wanted.last,
      before: wanted.before,
      includeDeleted: wanted.includeDeleted ?? false,
      memberStatus: wanted.memberStatus ?? undefined,
    };
    const isEmpty = !selectsOneOf(info, ['edges', 'pageInfo']);
    const selection = { rows, isEmpty, ...imageSelection(info, 'edges', 'node') };
    const page = await this.catalog.page(caller, request, selection);
    page.images.forEach(imageOutput);
    return new ImageConnection(page, () => this.catalog.count(caller, request));
  }

  @Mutation(() => Image, {
    description:
      'Creates an image. Without data the image is `queued`: send the data with PUT to its dataUrl, or with ' +
      'uploadImage. With data the answer is the active image. If the upload fails, the error has the id of the created ' +
      'image in `extensions.imageId`.',
  })
  async createImage(
    @Arg('input', () => CreateImageInput) input: CreateImageInput,
    @Arg('data', () => GraphQLUpload, {
      nullable: true,
      description: 'The data: a file of a multipart request.',
    })
    data: Promise<UploadedFile> | null | undefined,
    @Arg('store', () => String, { nullable: true, description: STORE_MEANING })
    store: string | null | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image> {
    this.upload.requireStore(store ?? undefined);
    if (!data && store) throw badInput('store', 'is allowed only together with data');
    const create = async () => {
      const options = { names: 'distinct', forData: Boolean(data) } as const;
      return withInputField(this.service.create(context.caller, newImage(input), options));
    };
    const image = await (data
      ? withFile(data, async (file) => this.receive((await create()).id, file, store, context))
      : create());
    return this.stored(image, context, info);
  }

  @Mutation(() => Image, {
    description: 'Uploads the data of a queued image. Returns the active image.',
  })
  async uploadImage(
    @Arg('id', () => ID) id: string,
    @Arg('data', () => GraphQLUpload, { description: 'The data: a file of a multipart request.' })
    data: Promise<UploadedFile>,
    @Arg('store', () => String, { nullable: true, description: STORE_MEANING })
    store: string | null | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image> {
    const image = await withFile(data, (file) => this.receive(id, file, store, context));
    return this.stored(image, context, info);
  }

  @Mutation(() => Image, {
    description: 'Changes the record of an image. Returns the stored image.',
  })
  async updateImage(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateImageInput) input: UpdateImageInput,
    @Arg('expectedRevision', () => String, {
      nullable: true,
      description:
        'The `revision` that the change is meant for. If the image has another one, nothing changes, and the error is ' +
        'IMAGE_CHANGED. The default is any revision.',
    })
    expectedRevision: string | null | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image> {
    const changes = imageChanges(input);
    const rules = { names: 'distinct', expectedRevision: expectedRevision ?? undefined } as const;
    const image = await withInputField(this.service.update(context.caller, id, changes, rules));
    return this.stored(image, context, info);
  }

  @Mutation(() => Image, {
    description: 'Deletes an image and its data. No new image can have its id. Returns the deleted image.',
  })
  async deleteImage(
    @Arg('id', () => ID) id: string,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image> {
    return this.stored(await this.service.delete(context.caller, id), context, info);
  }

  @FieldResolver(() => String, {
    description:
      'The URL of the data: PUT sends it, GET reads it. With `/uploads` added, the URL for resumable uploads (tus 1.0.0).',
  })
  dataUrl(@Root() { id }: Image, @Ctx() { endpoint }: Context): string {
    return `${endpoint}/data/${encodeURIComponent(id)}`;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'A signed link to read the data with GET. It needs no credentials, and carries your present roles. A link of an ' +
      'administrator is valid for one hour at most. Null unless the image is active.',
  })
  downloadUrl(
    @Root() { id, status }: Image,
    @Arg('expiresIn', () => Int, {
      defaultValue: 3600,
      description: 'The seconds for which the link is valid, from 1 to 604800 (a week).',
    })
    expiresIn: number,
    @Ctx() { caller, endpoint }: Context,
  ): string | null {
    if (expiresIn < 1 || expiresIn > LONGEST_LINK) {
      throw badInput('expiresIn', `must be a number of seconds from 1 to ${LONGEST_LINK}`);
    }
    return status === 'active' ? endpoint + this.downloadLink(caller, id, expiresIn) : null;
  }

  @FieldResolver(() => String, { description: 'The URL of the image in version 1 of the Images API.' })
  v1Url(@Root() { id }: Image, @Ctx() { endpoint }: Context): string {
    return `${endpoint}/v1/images/${encodeURIComponent(id)}`;
  }

  private stored(row: ImageRow, { caller }: Context, info: GraphQLResolveInfo): Promise<Image> {
    return changedImage(this.catalog, caller, row, info);
  }

  private async receive(
    id: string,
    file: OpenFile,
    store: string | null | undefined,
    context: Context,
  ): Promise<ImageRow> {
    const { caller, requestId, log } = context;
    const tooLarge = () =>
      new ImageError('MULTIPART_TOO_LARGE', {
        maximum: this.multipartMaxSize,
        dataUrl: this.dataUrl({ id } as Image, context),
      });
    return this.upload.receive(caller, id, {
      source: file.read(tooLarge),
      declared: {},
      store: store ?? undefined,
      requestId,
      log,
    });
  }
}

/** Opens the file before any change, so that a form that has failed already changes nothing. */
async function withFile<T>(
  uploaded: Promise<UploadedFile>,
  work: (file: OpenFile) => Promise<T>,
): Promise<T> {
  const file = (await uploaded).open();
  try {
    return await work(file);
  } finally {
    file.close();
  }
}
