import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { TooManyTenants, type Tenants } from '../../identity/tenants.js';
import { suggestionCount } from '../../image/catalog/image-suggestions.js';
import { CHARACTERS } from '../../image/column-sizes.js';
import { badInput, ImageError } from '../../image/errors.js';
import { ImageMember } from '../../image/records/image-member.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import { Image } from '../../image/records/image.js';
import type { MemberRow } from '../../image/records/member-records.js';
import type { Context } from '../execution/context.js';
import { Owner } from '../types/owner-connection.js';
import { Tenant } from '../types/tenant.js';
import type { TenantNames } from './tenant-names.js';
import { Viewer } from './viewer-resolver.js';

/** Lists tenants for administrators. */
@Resolver()
export class TenantResolver {
  constructor(private readonly known: Pick<Tenants, 'found'>) {}

  @Query(() => [Tenant], {
    nullable: true,
    description:
      'Lists tenants (projects) by a part of their name, or by their id: those whose name begins with the text first. Null ' +
      'where the gateway cannot list them: with an identity service other than Keystone, while Keystone is away, and if ' +
      'the account of the gateway may not read projects. Only for administrators.',
  })
  async tenants(
    @Arg('search', () => String, {
      nullable: true,
      description:
        'A part of the name, in any letter case, or the whole id; at most 255 characters. The default is all tenants. An ' +
        'error asks for more of the name where Keystone would list thousands.',
    })
    search: string | null | undefined,
    @Arg('first', () => Int, {
      nullable: true,
      description: 'The number of tenants, at most 100. The default is 20.',
    })
    first: number | null | undefined,
    @Ctx() { caller, rows }: Context,
  ): Promise<Tenant[] | null> {
    if (!caller.isAdmin) throw new ImageError('FORBIDDEN', { rule: 'context_is_admin' });
    const most = suggestionCount(first);
    const text = (search ?? '').trim();
    if (text.length > CHARACTERS.owner)
      throw badInput('search', `must have at most ${CHARACTERS.owner} characters`);
    const found = await this.known.found(text, most).catch((error: unknown) => {
      if (error instanceof TooManyTenants) throw badInput('search', 'must have more of the name');
      throw error;
    });
    rows.spend(found?.length ?? 0);
    return found;
  }
}

/** Resolves the tenants of the caller. */
@Resolver(() => Viewer)
export class ViewerTenantResolver {
  @FieldResolver(() => [Tenant], {
    nullable: true,
    description:
      'The tenants (projects) that you may use, by name, as Keystone tells you. Null with another identity service, and ' +
      'while Keystone is away.',
  })
  async tenants(@Ctx() { caller, rows }: Context): Promise<Tenant[] | null> {
    const own = (await caller.ownTenants?.()) ?? null;
    rows.spend(own?.length ?? 0);
    return own;
  }
}

/** Resolves the names of owners of images. */
@Resolver(() => Image)
export class ImageTenantResolver {
  constructor(private readonly names: TenantNames) {}

  @FieldResolver(() => Tenant, {
    nullable: true,
    description:
      'The tenant that owns the image; null for none, and where users own images. Everybody who may see the image sees the ' +
      'name of its owner, who has published or shared it, except callers who are not logged in.',
  })
  ownerTenant(@Root() { owner }: ImageRow, @Ctx() context: Context): Promise<Tenant | null> {
    return this.names.of(owner, true, context);
  }
}

/** Resolves the names of members of images. */
@Resolver(() => ImageMember)
export class MemberTenantResolver {
  constructor(private readonly names: TenantNames) {}

  @FieldResolver(() => Tenant, {
    nullable: true,
    description:
      'The tenant; null where users own images. Until it has accepted the image, only the tenant itself and administrators ' +
      'see its name: anybody may share an image with any id, and would learn whose it is.',
  })
  tenant(@Root() { memberId, status }: MemberRow, @Ctx() context: Context): Promise<Tenant | null> {
    return this.names.of(memberId, status === 'accepted', context);
  }
}

/** Resolves the names of those who use storage. */
@Resolver(() => Owner)
export class OwnerTenantResolver {
  constructor(private readonly names: TenantNames) {}

  @FieldResolver(() => Tenant, {
    nullable: true,
    description:
      'The tenant with its name; null for the images without an owner, and where users own images.',
  })
  ownerTenant(@Root() { tenant }: Owner, @Ctx() context: Context): Promise<Tenant | null> {
    return this.names.of(tenant, true, context);
  }
}
