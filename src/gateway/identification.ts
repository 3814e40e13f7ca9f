import type { Config } from '../config/config.js';
import type { Identify } from '../identity/caller.js';
import { none } from '../identity/none.js';
import { keystone } from '../identity/keystone.js';
import { trustedHeaders } from '../identity/trusted-headers.js';
import type { Policy } from '../image/access/policy.js';

type Warn = (problem: string, cause?: unknown) => void;

/**
 * Builds the configured way to identify callers. A policy can make further callers administrators, with the rule
 * `context_is_admin` of its file.
 */
export async function identification(config: Config, rules: Policy, warn: Warn): Promise<Identify> {
  const identify = await configured(config, warn);
  return async (credentials) => {
    const caller = await identify(credentials);
    return caller.isAdmin || caller.readOnly || !rules.makesAdmin(caller)
      ? caller
      : { ...caller, isAdmin: true };
  };
}

async function configured(config: Config, warn: Warn): Promise<Identify> {
  if (config.auth === 'keystone') return keystone(config, warn);
  // Loads its library only for a gateway that checks signatures.
  if (config.auth === 'oidc') return (await import('../identity/oidc.js')).oidc(config, warn);
  return config.auth === 'trusted' ? trustedHeaders(config) : none;
}
