import type { Config } from '../config/config.js';
import type { Identify } from '../identity/caller.js';
import { gatewayAccount } from '../identity/gateway-account.js';
import type { KeystoneObserver } from '../identity/keystone-observer.js';
import { keystoneTenants } from '../identity/keystone-tenants.js';
import { NAMELESS, type Tenants } from '../identity/tenants.js';
import { none } from '../identity/none.js';
import { keystone } from '../identity/keystone.js';
import { trustedHeaders } from '../identity/trusted-headers.js';
import type { Policy } from '../image/access/policy.js';

type Warn = (problem: string, cause?: unknown) => void;

/** Identifies callers, and knows tenants by their names. */
export interface Identification {
  identify: Identify;
  tenants: Tenants;
}

/**
 * Builds the configured way to identify callers. A policy can make further callers administrators, with the rule
 * `context_is_admin` of its file.
 */
export async function identification(
  config: Config,
  rules: Policy,
  warn: Warn,
  observer?: KeystoneObserver,
): Promise<Identification> {
  const { identify, tenants } = await configured(config, warn, observer);
  return {
    tenants,
    async identify(credentials) {
      const caller = await identify(credentials);
      return caller.isAdmin || caller.readOnly || !rules.makesAdmin(caller)
        ? caller
        : { ...caller, isAdmin: true };
    },
  };
}

async function configured(
  config: Config,
  warn: Warn,
  observer: KeystoneObserver | undefined,
): Promise<Identification> {
  if (config.auth === 'keystone') {
    const account = gatewayAccount(config, observer?.request);
    const tenants = keystoneTenants(config, account, warn);
    return { identify: keystone(config, account, tenants, warn, observer), tenants };
  }
  return { identify: await withoutKeystone(config, warn), tenants: NAMELESS };
}

async function withoutKeystone(config: Config, warn: Warn): Promise<Identify> {
  // Loads its library only for a gateway that checks signatures.
  if (config.auth === 'oidc') return (await import('../identity/oidc.js')).oidc(config, warn);
  return config.auth === 'trusted' ? trustedHeaders(config) : none;
}
