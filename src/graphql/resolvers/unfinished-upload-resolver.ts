import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver } from 'type-graphql';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { ResumableUploads } from '../../image/upload/resumable/resumable-upload.js';
import type { Context } from '../execution/context.js';
import { UnfinishedUpload } from '../types/unfinished-upload.js';
import { imageOutput } from './image-output.js';
import { imageSelection } from './image-selection.js';
import { Viewer } from './viewer-resolver.js';

/** Resolves the unfinished uploads of the caller, with their images together. */
@Resolver(() => Viewer)
export class UnfinishedUploadResolver {
  constructor(
    private readonly catalog: ImageCatalog,
    private readonly uploads: Pick<ResumableUploads, 'unfinished'>,
  ) {}

  @FieldResolver(() => [UnfinishedUpload], {
    description:
      'Your unfinished resumable uploads, the latest first. Gateways that share the folder of uploads show the same.',
  })
  async unfinishedUploads(
    @Ctx() { caller, endpoint, rows }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<UnfinishedUpload[]> {
    const uploads = await this.uploads.unfinished(caller);
    const ids = uploads.map(({ imageId }) => imageId);
    const selection = imageSelection(info, 'image');
    const images =
      selection.times === 0 ? [] : await this.catalog.images(caller, ids, { ...selection, rows });
    return uploads.map(({ id, imageId, offset, size, metadata, expiresAt }, nth) => {
      const image = images[nth];
      return {
        url: `${endpoint}/data/${encodeURIComponent(imageId)}/uploads/${id}`,
        offset,
        size: size ?? null,
        expiresAt: expiresAt.toISOString().slice(0, 23).replace('T', ' '),
        fileName: metadata?.filename ?? null,
        image: image && !(image instanceof Error) ? imageOutput(image) : null,
      };
    });
  }
}
