import DataLoader from 'dataloader';
import { OperationTypeNode, type GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import { ImageMember } from '../../image/records/image-member.js';
import { Image } from '../../image/records/image.js';
import type { MemberRow } from '../../image/records/member-records.js';
import type { Context } from '../execution/context.js';
import { imageOutput } from './image-output.js';
import { imageSelection } from './image-selection.js';

/** Resolves the images of memberships: those of one list together. */
@Resolver(() => ImageMember)
export class MemberImageResolver {
  /** The loaders of each request: one for each place of the field in the answer, since each has its own selection. */
  private readonly loaders = new WeakMap<Context, Map<unknown, ImageLoader>>();

  constructor(private readonly catalog: ImageCatalog) {}

  @FieldResolver(() => Image, {
    nullable: true,
    description: 'The shared image; null if you may not see it, or no longer.',
  })
  image(
    @Root() { imageId }: MemberRow,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Image | null> {
    return this.loader(context, info).load(imageId);
  }

  private loader(context: Context, info: GraphQLResolveInfo): ImageLoader {
    const known = this.loaders.get(context) ?? new Map<unknown, ImageLoader>();
    this.loaders.set(context, known);
    // All fields at one place of the answer have the same list of nodes.
    const loader = known.get(info.fieldNodes) ?? imageLoader(this.catalog, context, info);
    known.set(info.fieldNodes, loader);
    return loader;
  }
}

type ImageLoader = DataLoader<string, Image | null>;

/** Returns a loader that remembers no image: a later mutation of the same request may change it. */
function imageLoader(catalog: ImageCatalog, context: Context, info: GraphQLResolveInfo): ImageLoader {
  const { caller } = context;
  const isMutation = info.operation.operation === OperationTypeNode.MUTATION;
  return new DataLoader<string, Image | null>(
    async (ids) => {
      const rows = isMutation ? undefined : context.rows;
      const found = await catalog.images(caller, ids, { rows, ...imageSelection(info) });
      const shown = new Map<ImageRow, Image>();
      return found.map((row) => {
        if (row === null || row instanceof Error) return row;
        if (!shown.has(row)) shown.set(row, imageOutput(row));
        return shown.get(row)!;
      });
    },
    { cache: false },
  );
}
