/** A tenant (project), and what the gateway knows about it. */
export interface Tenant {
  readonly id: string;
  /** Null for a tenant that the gateway does not know, or not at the moment. */
  readonly name: string | null;
  /** The name of its domain, or the id of the domain where its name is unknown; null without a name. */
  readonly domain: string | null;
}

/** Knows tenants by their names. */
export interface Tenants {
  /** Returns tenants in the order of their ids. It never rejects, and takes a short time at most. */
  named(ids: readonly string[]): Promise<Tenant[]>;
  /**
   * Returns tenants whose name contains a text, and the tenant that has it as its id. Letter case makes no difference in
   * names. Names that begin with the text come first. Returns null where tenants cannot be listed.
   *
   * @throws TooManyTenants
   */
  found(text: string, most: number): Promise<Tenant[] | null>;
  /** Returns the tenants that the holder of a token may use, by name; null where they cannot be asked for. */
  ofToken(token: string): Promise<Tenant[] | null>;
  /** Returns the names of domains by their ids, as far as they are known in a short time. It never rejects. */
  domainNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** More tenants have the text than can be read. */
export class TooManyTenants extends Error {}

export function unknownTenant(id: string): Tenant {
  return { id, name: null, domain: null };
}

/** Tenants without names, for a gateway that has nobody to ask. */
export const NAMELESS: Tenants = {
  named: (ids) => Promise.resolve(ids.map(unknownTenant)),
  found: () => Promise.resolve(null),
  ofToken: () => Promise.resolve(null),
  domainNames: () => Promise.resolve(new Map()),
};
