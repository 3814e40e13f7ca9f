import type { Config } from './config.js';
import type { Identify } from './identity/caller.js';
import { everybody } from './identity/everybody.js';
import { keystone } from './identity/keystone.js';
import { oidc } from './identity/oidc.js';
import { trustedHeaders } from './identity/trusted-headers.js';

/** The configured way of telling callers apart. */
export function identification(config: Config, warn: (problem: string, cause?: unknown) => void): Identify {
  if (config.auth === 'keystone') return keystone(config, warn);
  if (config.auth === 'oidc') return oidc(config, warn);
  return config.auth === 'trusted' ? trustedHeaders(config) : everybody;
}
