import { Ctx, Field, FieldResolver, ObjectType, Query, Resolver } from 'type-graphql';
import type { Caller } from '../../identity/caller.js';
import type { Formats as AllowedFormats } from '../../image/formats.js';
import type { Context } from '../execution/context.js';
import { Quota, quotaOf, type Quotas } from '../types/viewer-quota.js';

@ObjectType({ simpleResolvers: true, description: 'Who the gateway takes you for.' })
class Viewer implements Omit<Caller, 'owner' | 'requestId'> {
  @Field(() => String, { nullable: true, description: 'User id; null when nobody said.' })
  user: string | null;

  @Field(() => String, { nullable: true, description: 'Tenant (project) id; null when nobody said.' })
  tenant: string | null;

  @Field(() => [String], { description: 'Role names in lower case.' })
  roles: string[];

  @Field({ description: 'You see and may change every image.' })
  isAdmin: boolean;

  @Field({ description: 'You may look but change nothing.' })
  readOnly: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'The formats that an image may have here.' })
class Formats implements AllowedFormats {
  @Field(() => [String], { description: 'Values for diskFormat.' })
  disk: string[];

  @Field(() => [String], { description: 'Values for containerFormat.' })
  container: string[];
}

@Resolver(() => Viewer)
export class ViewerResolver {
  constructor(
    private readonly allowed: AllowedFormats,
    private readonly quotas: Quotas,
  ) {}

  @Query(() => Viewer, { description: 'Who the gateway takes you for.' })
  viewer(@Ctx() { caller }: Context): Viewer {
    return { ...caller, roles: [...caller.roles] };
  }

  @FieldResolver(() => Quota, {
    description: 'What the images of your tenant (or your own, where images belong to users) may take up.',
  })
  quota(@Ctx() { caller }: Context): Promise<Quota> {
    return quotaOf(caller.owner, this.quotas);
  }

  @Query(() => Formats, { description: 'The disk and container formats that may be chosen here.' })
  formats(): Formats {
    return { disk: [...this.allowed.disk], container: [...this.allowed.container] };
  }
}
