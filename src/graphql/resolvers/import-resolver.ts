import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Mutation, Resolver } from 'type-graphql';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { ImageImport } from '../../image/sources/image-import.js';
import { Image } from '../../image/records/image.js';
import type { Context } from '../execution/context.js';
import { STORE_MEANING } from './image-resolver.js';
import { changedImage } from './image-output.js';

/** Resolves imports. */
@Resolver()
export class ImportResolver {
  constructor(
    private readonly catalog: ImageCatalog,
    private readonly imports: ImageImport,
  ) {}

  @Mutation(() => Image, {
    description:
      'Has the data of a queued image fetched from the web, which runs on behind the answer: the image is `saving` ' +
      '(see importProgress), then `active`, or `killed` (see statusReason). All failures of a source read alike. An ' +
      'import whose gateway dies is killed as well. Needs the policy rules upload_image and copy_from.',
  })
  async importImage(
    @Arg('id', () => ID) id: string,
    @Arg('url', {
      description: 'An http or https address without credentials, on a host that this gateway may ask.',
    })
    url: string,
    @Arg('store', () => String, { nullable: true, description: STORE_MEANING })
    store: string | null | undefined,
    @Ctx() { caller, requestId, log }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image> {
    const image = await this.imports.start(caller, id, { url, store: store ?? undefined, requestId, log });
    return changedImage(this.catalog, caller, image, info);
  }

  @Mutation(() => Image, {
    description:
      'Gives up an import that is under way, on whichever gateway: its image is `killed`, what has arrived is ' +
      'removed. For whoever may begin one. Answers with the image as stored.',
  })
  async cancelImport(
    @Arg('id', () => ID) id: string,
    @Ctx() { caller, requestId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image> {
    return changedImage(this.catalog, caller, await this.imports.cancel(caller, id, requestId), info);
  }
}
