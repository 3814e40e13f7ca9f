import { Ctx, Field, FieldResolver, ObjectType, Query, Resolver } from 'type-graphql';
import type { Caller } from '../../identity/caller.js';
import type { Formats as AllowedFormats } from '../../image/formats.js';
import type { Context } from '../execution/context.js';
import { Quota, quotaOf, type Quotas } from '../types/viewer-quota.js';
import { ViewerRights } from '../types/viewer-rights.js';

@ObjectType({ simpleResolvers: true, description: 'The caller: you, as the gateway identified you.' })
export class Viewer implements Omit<Caller, 'owner' | 'requestId'> {
  @Field(() => String, {
    nullable: true,
    description: 'The id of the user; null if the request names no user.',
  })
  user: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The id of the tenant (project); null if the request names no tenant.',
  })
  tenant: string | null;

  @Field(() => [String], { description: 'The names of the roles in lower case.' })
  roles: string[];

  @Field({ description: 'True if you may see and change every image.' })
  isAdmin: boolean;

  @Field({ description: 'True if you may change nothing.' })
  readOnly: boolean;
}

@ObjectType({ simpleResolvers: true, description: 'The formats of images that this gateway allows.' })
class Formats implements AllowedFormats {
  @Field(() => [String], { description: 'The values of diskFormat.' })
  disk: string[];

  @Field(() => [String], { description: 'The values of containerFormat.' })
  container: string[];
}

@Resolver(() => Viewer)
export class ViewerResolver {
  constructor(
    private readonly allowed: AllowedFormats,
    private readonly quotas: Quotas,
    private readonly rights: (caller: Caller) => ViewerRights,
  ) {}

  @Query(() => Viewer, { description: 'Returns the caller.' })
  viewer(@Ctx() { caller }: Context): Viewer {
    return { ...caller, roles: [...caller.roles] };
  }

  @FieldResolver(() => Quota, {
    description: 'The quotas of your tenant (or your own quotas, if users own images).',
  })
  quota(@Ctx() { caller }: Context): Promise<Quota> {
    return quotaOf(caller.owner, this.quotas);
  }

  @FieldResolver(() => ViewerRights, {
    description: 'The operations that the policy allows you, as far as this depends on no image.',
  })
  can(@Ctx() { caller }: Context): ViewerRights {
    return this.rights(caller);
  }

  @Query(() => Formats, { description: 'Returns the disk and container formats that this gateway allows.' })
  formats(): Formats {
    return { disk: [...this.allowed.disk], container: [...this.allowed.container] };
  }
}
