import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, Int, ObjectType } from 'type-graphql';
import type { OwnerLimits, OwnerQuota, OwnerUse } from '../../image/access/owner-quota.js';

/** The limits that a viewer may see. */
export interface Quotas {
  quota: Pick<OwnerQuota, 'limits' | 'use'>;
  /** The limits of one image; undefined for no limit. */
  perImage: { properties?: number; members?: number; tags?: number };
}

@ObjectType({
  simpleResolvers: true,
  description: 'How much of something there is, and how much there may be.',
})
export class QuotaUse {
  @Field(() => GraphQLSafeInt)
  used: number;

  @Field(() => GraphQLSafeInt, { nullable: true, description: 'Null for no limit.' })
  limit: number | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'What your images may take up together, and each of them.',
})
export class Quota {
  @Field(() => QuotaUse, {
    description: 'Bytes of data, those that running uploads have announced included.',
  })
  storage: QuotaUse;

  @Field(() => QuotaUse, { description: 'Images, whatever their status.' })
  images: QuotaUse;

  @Field(() => QuotaUse, { description: 'Uploads under way.' })
  uploads: QuotaUse;

  @Field(() => Int, { nullable: true, description: 'Most properties of one image; null for no limit.' })
  propertiesPerImage: number | null;

  @Field(() => Int, { nullable: true, description: 'Most members of one image; null for no limit.' })
  membersPerImage: number | null;

  @Field(() => Int, { nullable: true, description: 'Most tags of one image; null for no limit.' })
  tagsPerImage: number | null;
}

/** Returns the use and the limits of an owner. */
export async function quotaOf(owner: string | null, { quota, perImage }: Quotas): Promise<Quota> {
  const use = await quota.use(owner);
  const of = (what: keyof OwnerUse & keyof OwnerLimits): QuotaUse => ({
    used: use[what],
    limit: quota.limits[what] ?? null,
  });
  return {
    storage: of('storage'),
    images: of('images'),
    uploads: of('uploads'),
    propertiesPerImage: perImage.properties ?? null,
    membersPerImage: perImage.members ?? null,
    tagsPerImage: perImage.tags ?? null,
  };
}
