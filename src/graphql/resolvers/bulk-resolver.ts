import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Mutation, Resolver } from 'type-graphql';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import { changeEach, type Outcome } from '../../image/change/change-each.js';
import type { ImageActivation } from '../../image/change/image-activation.js';
import type { ImageService } from '../../image/change/image-service.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import { shownError } from '../errors/error-format.js';
import type { Context } from '../execution/context.js';
import { MOST_IDS, requireIdList } from '../types/id-list.js';
import { imageChanges, UpdateImageInput } from '../types/image-input.js';
import { ImageOutcome, type OutcomeError } from '../types/image-outcome.js';
import { tagChanges } from '../types/tag-changes.js';
import { imageOutput } from './image-output.js';
import { imageSelection } from './image-selection.js';
import { withInputField } from './input-field-errors.js';

const IDS = {
  description: `From 1 to ${MOST_IDS} ids. An id that is named twice counts once.`,
};
const EACH =
  'Each image is changed by itself: an image that cannot be changed does not stop the others. Returns the outcomes in the ' +
  'order of the ids.';

/** The time to remove the data of all images, so that a store that is away does not hold the answer up for each image. */
const REMOVAL_MS = 20_000;

/** Resolves changes to several images. */
@Resolver()
export class BulkResolver {
  constructor(
    private readonly catalog: ImageCatalog,
    private readonly service: ImageService,
    private readonly activation: ImageActivation,
  ) {}

  @Mutation(() => [ImageOutcome], { description: `Deletes images and their data. ${EACH}` })
  deleteImages(
    @Arg('ids', () => [ID], IDS) ids: string[],
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ImageOutcome[]> {
    const within = AbortSignal.timeout(REMOVAL_MS);
    return this.each(ids, context, info, (id) => this.service.delete(context.caller, id, within));
  }

  @Mutation(() => [ImageOutcome], { description: `Changes the records and tags of images. ${EACH}` })
  updateImages(
    @Arg('ids', () => [ID], IDS) ids: string[],
    @Arg('input', () => UpdateImageInput, {
      nullable: true,
      description: 'The changes to each image.',
    })
    input: UpdateImageInput | null | undefined,
    @Arg('addTags', () => [String], {
      nullable: true,
      description: 'Tags to add to each image. A tag that an image has already stays.',
    })
    addTags: string[] | null | undefined,
    @Arg('removeTags', () => [String], {
      nullable: true,
      description: 'Tags to remove from each image. Tags that an image does not have are ignored.',
    })
    removeTags: string[] | null | undefined,
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ImageOutcome[]> {
    const tags = tagChanges(addTags ?? [], removeTags ?? []);
    const changes = { ...imageChanges(input ?? {}), tagChanges: tags };
    return this.each(ids, context, info, (id) =>
      withInputField(this.service.update(context.caller, id, changes, { names: 'distinct' })),
    );
  }

  @Mutation(() => [ImageOutcome], {
    description: `Withholds the data of images, as deactivateImage does. ${EACH}`,
  })
  deactivateImages(
    @Arg('ids', () => [ID], IDS) ids: string[],
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ImageOutcome[]> {
    return this.each(ids, context, info, (id) => this.activation.deactivate(context.caller, id));
  }

  @Mutation(() => [ImageOutcome], {
    description: `Releases the data of images again, as reactivateImage does. ${EACH}`,
  })
  reactivateImages(
    @Arg('ids', () => [ID], IDS) ids: string[],
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ImageOutcome[]> {
    return this.each(ids, context, info, (id) => this.activation.reactivate(context.caller, id));
  }

  /** Changes the images, then reads the selected fields of all changed images together. */
  private async each(
    ids: readonly string[],
    { caller, log }: Context,
    info: GraphQLResolveInfo,
    change: (id: string) => Promise<ImageRow>,
  ): Promise<ImageOutcome[]> {
    requireIdList(ids, 1);
    const outcomes = await changeEach(ids, change);
    const changed = outcomes.flatMap(({ image }) => image ?? []);
    await this.catalog.complete(caller, changed, imageSelection(info, 'image'));
    return shownOutcomes(outcomes, log);
  }
}

/** Shows each error once to the log, also where several images have it. */
function shownOutcomes(outcomes: readonly Outcome[], log: Context['log']): ImageOutcome[] {
  const shown = new Map<unknown, OutcomeError>();
  return outcomes.map(({ id, image, error }) => {
    if (image) return { imageId: id, image: imageOutput(image), error: null };
    const { code, message } = shown.get(error) ?? shownError(error, log);
    shown.set(error, { code, message });
    return { imageId: id, image: null, error: { code, message } };
  });
}
