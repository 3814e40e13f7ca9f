import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { OwnerPage, OwnerRow, OwnerSort as WantedSort } from '../../image/catalog/owner-catalog.js';
import { SortDirection } from './image-connection.js';
import { PageInfo } from './page-info.js';

const OwnerSortKey: Record<string, WantedSort['key']> = {
  TENANT: 'owner',
  IMAGES: 'images',
  BYTES: 'bytes',
};

registerEnumType(OwnerSortKey, {
  name: 'OwnerSortKey',
  description: 'The values by which owners can be sorted.',
});

@InputType({ description: 'An order of owners. Those with equal values are sorted by tenant.' })
export class OwnerSort implements WantedSort {
  @Field(() => OwnerSortKey)
  key: WantedSort['key'];

  @Field(() => SortDirection)
  direction: WantedSort['direction'];
}

@ObjectType({ simpleResolvers: true, description: 'An owner of images, and what these use.' })
export class Owner {
  @Field(() => String, {
    nullable: true,
    description:
      'The id of the tenant (or of the user, if users own images); null for the images without an owner.',
  })
  readonly tenant: string | null;

  @Field(() => Int, { description: 'The number of images, whatever their status.' })
  readonly images: number;

  @Field(() => GraphQLSafeInt, { description: 'Bytes of data that are stored; at most 2^53 - 1.' })
  readonly bytes: number;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description: 'The highest number of bytes, by the quota of storage; null for no limit.',
  })
  readonly limit: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'An owner on a page, with its cursor.' })
class OwnerEdge {
  constructor(page: OwnerPage, row: OwnerRow, limit: number | null) {
    const { owner, images, bytes } = row;
    this.node = { tenant: owner, images, bytes, limit };
    this.cursor = page.cursorOf(row);
  }

  @Field(() => Owner)
  readonly node: Owner;

  @Field({ description: 'The place of this owner in the list. It is valid for the same sort.' })
  readonly cursor: string;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A page of owners (Relay cursor connections specification).',
})
export class OwnerConnection {
  /** @param limit the quota of bytes of each owner; null for no limit */
  constructor(page: OwnerPage, limit: number | null) {
    this.edges = page.owners.map((row) => new OwnerEdge(page, row, limit));
    this.pageInfo = new PageInfo(page, (index) => this.edges.at(index)?.cursor ?? null);
  }

  @Field(() => [OwnerEdge])
  readonly edges: OwnerEdge[];

  @Field(() => PageInfo)
  readonly pageInfo: PageInfo;
}
