import type { Config } from '../config/config.js';
import type { Identify } from '../identity/caller.js';
import { none } from '../identity/none.js';
import { keystone } from '../identity/keystone.js';
import { oidc } from '../identity/oidc.js';
import { trustedHeaders } from '../identity/trusted-headers.js';
import type { Policy } from '../image/access/policy.js';

type Warn = (problem: string, cause?: unknown) => void;

/**
 * Builds the configured way to identify callers. A policy can make further callers administrators, with the rule
 * `context_is_admin` of its file.
 */
export function identification(config: Config, rules: Policy, warn: Warn): Identify {
  const identify = configured(config, warn);
  return async (credentials) => {
    const caller = await identify(credentials);
    return caller.isAdmin || caller.readOnly || !rules.makesAdmin(caller)
      ? caller
      : { ...caller, isAdmin: true };
  };
}

function configured(config: Config, warn: Warn): Identify {
  if (config.auth === 'keystone') return keystone(config, warn);
  if (config.auth === 'oidc') return oidc(config, warn);
  return config.auth === 'trusted' ? trustedHeaders(config) : none;
}
