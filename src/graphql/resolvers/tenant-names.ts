import DataLoader from 'dataloader';
import { unknownTenant, type Tenants } from '../../identity/tenants.js';
import type { Context } from '../execution/context.js';
import type { GatewayFacts } from '../types/gateway-facts.js';
import type { Tenant } from '../types/tenant.js';

/** Gives tenants their names: those of one answer together. */
export class TenantNames {
  private readonly loaders = new WeakMap<Context, DataLoader<string, Tenant>>();

  constructor(
    private readonly tenants: Pick<Tenants, 'named'>,
    private readonly facts: Pick<GatewayFacts, 'ownersAreTenants'>,
  ) {}

  /**
   * Returns a tenant with its name, or without where the caller may not know it; callers who are not logged in know none.
   * Returns null where users own images.
   *
   * @param isShown true if the tenant has shown itself to the caller
   */
  async of(id: string | null | undefined, isShown: boolean, context: Context): Promise<Tenant | null> {
    if (id === null || id === undefined || !this.facts.ownersAreTenants) return null;
    const { isAdmin, readOnly, tenant } = context.caller;
    const mayKnow = isAdmin || id === tenant || (isShown && !readOnly);
    return mayKnow ? this.loader(context).load(id) : unknownTenant(id);
  }

  private loader(context: Context): DataLoader<string, Tenant> {
    const known = this.loaders.get(context);
    if (known) return known;
    const loader = new DataLoader<string, Tenant>((ids) => this.tenants.named(ids));
    this.loaders.set(context, loader);
    return loader;
  }
}
