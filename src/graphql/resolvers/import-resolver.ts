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
      'Imports the data of a queued image from a web server. The import goes on after the answer: the image is `saving` ' +
      '(see importProgress), then `active`, or `killed` (see statusReason). All failures of the web server have the same ' +
      'reason. If the gateway dies during the import, the image is killed too. Needs the policy rules upload_image and copy_from.',
  })
  async importImage(
    @Arg('id', () => ID) id: string,
    @Arg('url', {
      description: 'An http or https URL without credentials, on a host that the gateway may use.',
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
      'Cancels a running import, on any gateway. The image is `killed`, and the received data is removed. Needs the same ' +
      'rights as importImage. Returns the stored image.',
  })
  async cancelImport(
    @Arg('id', () => ID) id: string,
    @Ctx() { caller, requestId }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image> {
    return changedImage(this.catalog, caller, await this.imports.cancel(caller, id, requestId), info);
  }
}
