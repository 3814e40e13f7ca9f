import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { OwnerLimits, OwnerQuota, OwnerUse } from '../../image/access/owner-quota.js';

/** The limits that a viewer may see. */
export interface Quotas {
  quota: Pick<OwnerQuota, 'limits' | 'use'>;
  /** The limits of one image; undefined for no limit. */
  perImage: { properties?: number; members?: number; tags?: number };
}

@ObjectType({
  simpleResolvers: true,
  description: 'The use of a resource, and its limit.',
})
export class QuotaUse {
  @Field(() => Float, { description: 'The amount in use: a whole number, above 2^53 the nearest one.' })
  used: number;

  @Field(() => Float, { nullable: true, description: 'The highest amount; null for no limit.' })
  limit: number | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'The quotas of your images together, and the limits of each image.',
})
export class Quota {
  @Field(() => QuotaUse, {
    description: 'Bytes of data, with the bytes that running uploads have declared.',
  })
  storage: QuotaUse;

  @Field(() => QuotaUse, { description: 'The number of images, whatever their status.' })
  images: QuotaUse;

  @Field(() => QuotaUse, { description: 'The number of running uploads.' })
  uploads: QuotaUse;

  @Field(() => Int, {
    nullable: true,
    description: 'The highest number of properties of one image; null for no limit.',
  })
  propertiesPerImage: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The highest number of members of one image; null for no limit.',
  })
  membersPerImage: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The highest number of tags of one image; null for no limit.',
  })
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
