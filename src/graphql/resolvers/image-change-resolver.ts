import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Resolver, Subscription } from 'type-graphql';
import type { ChangeFeed } from '../../image/feed/change-feed.js';
import type { ImageChange as Change } from '../../image/feed/image-change.js';
import { ImageFilterInput } from '../types/image-filter-input.js';
import { ImageChange } from '../types/image-change.js';
import type { Context } from '../execution/context.js';
import { imageOutput } from './image-output.js';
import { imageSelection } from './image-selection.js';

@Resolver()
export class ImageChangeResolver {
  constructor(private readonly feed: ChangeFeed) {}

  /** Begins the subscription. `passChanges` in `schema.ts` makes this the source of its events, and `shown` their result. */
  @Subscription(() => ImageChange, {
    topics: 'imageChanged',
    description:
      'Sends each change of the list of images that `images(filter)` shows you, as soon as it happens. Several changes of ' +
      'an image in quick succession may come as one, with the latest state. The changes of the last five seconds come ' +
      'first: subscribe, then read the list, and no change falls between. After a break, go on with `after`.',
  })
  imageChanged(
    @Arg('filter', () => ImageFilterInput, {
      nullable: true,
      description: 'The filter of the list. The default is every image that you may see.',
    })
    filter: ImageFilterInput | null | undefined,
    @Arg('after', () => String, {
      nullable: true,
      description:
        'The cursor of the last change that you have received, at most a week old. All images that have changed since come ' +
        'first, each once. It is valid for the same filter and the same caller.',
    })
    after: string | null | undefined,
    @Ctx() { caller, onTooSlow }: Context,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AsyncIterableIterator<Change>> {
    const { relations } = imageSelection(info, 'image');
    return this.feed.changes(caller, {
      filter: filter ?? {},
      after: after ?? undefined,
      relations,
      onTooSlow,
    });
  }

  /** Returns a change in the form of the schema. Subscribers share it, so that its image is prepared once. */
  shown(change: Change): Change {
    if (change.image && !prepared.has(change)) {
      imageOutput(change.image);
      prepared.add(change);
    }
    return change;
  }
}

const prepared = new WeakSet<Change>();
