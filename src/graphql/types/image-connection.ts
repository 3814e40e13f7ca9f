import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import type { Page } from '../../image/catalog/image-catalog.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import { Image } from '../../image/records/image.js';
import type { Sort, SortKey } from '../../image/catalog/image-order.js';
import { PageInfo } from './page-info.js';

const ImageSortKey: Record<string, SortKey> = {
  CREATED_AT: 'createdAt',
  UPDATED_AT: 'updatedAt',
  NAME: 'name',
  STATUS: 'status',
  SIZE: 'size',
  DISK_FORMAT: 'diskFormat',
  CONTAINER_FORMAT: 'containerFormat',
  ID: 'id',
};

export const SortDirection: Record<string, Sort['direction']> = { ASC: 'asc', DESC: 'desc' };

registerEnumType(ImageSortKey, {
  name: 'ImageSortKey',
  description: 'The fields by which images can be sorted.',
});

registerEnumType(SortDirection, {
  name: 'SortDirection',
  description:
    'The direction of a sort key. Images without a value come before all values in ASC, and after all values in DESC.',
  valuesConfig: {
    ASC: { description: 'The lowest or earliest value first.' },
    DESC: { description: 'The highest or latest value first.' },
  },
});

@InputType({ description: 'A sort key. Images with equal values in all keys are sorted by id.' })
export class ImageSort implements Sort {
  @Field(() => ImageSortKey)
  key: SortKey;

  @Field(() => SortDirection)
  direction: Sort['direction'];
}

@ObjectType({ simpleResolvers: true, description: 'An image on a page, with its cursor.' })
export class ImageEdge {
  constructor(
    private readonly page: Page,
    row: ImageRow,
  ) {
    this.node = row as unknown as Image;
  }

  @Field(() => Image)
  readonly node: Image;

  @Field({
    description: 'The place of the image in the list. It is valid for the same filter, search and sort.',
  })
  get cursor(): string {
    return this.page.cursorOf(this.node as unknown as ImageRow);
  }
}

@ObjectType({
  simpleResolvers: true,
  description: 'A page of images (Relay cursor connections specification).',
})
export class ImageConnection {
  /** @param count counts the images of the whole list; called only if the operation selects `totalCount` */
  constructor(
    page: Page,
    readonly count: () => Promise<number>,
  ) {
    this.edges = page.images.map((row) => new ImageEdge(page, row));
    this.pageInfo = new PageInfo(page, (index) => cursorOf(page, index));
  }

  @Field(() => [ImageEdge])
  readonly edges: ImageEdge[];

  @Field(() => PageInfo)
  readonly pageInfo: PageInfo;
}

function cursorOf(page: Page, index: number): string | null {
  const image = page.images.at(index);
  return image ? page.cursorOf(image) : null;
}
