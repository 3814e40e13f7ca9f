import { knownCaller, Unauthenticated, type CallerOptions, type Identify, type Warn } from './caller.js';
import type { GatewayAccount, GatewayAccountOptions } from './gateway-account.js';
import type { KeystoneObserver } from './keystone-observer.js';
import { keystoneClient, type KeystoneToken } from './keystone-client.js';
import type { Tenants } from './tenants.js';
import { tokenCache, type Validated } from './token-cache.js';
import { identifyByToken } from './token-header.js';

export interface KeystoneOptions extends CallerOptions, GatewayAccountOptions {
  allowAnonymousAccess: boolean;
  keystoneWwwAuthenticateUri?: string;
  keystoneTokenCacheTime: number;
  keystoneSystemAdmin: boolean;
}

/** AUTH=keystone: Keystone validates the tokens, with version 3 of its API (contract C20.1). */
export function keystone(
  options: KeystoneOptions,
  account: GatewayAccount,
  tenants: Pick<Tenants, 'ofToken'>,
  warn: Warn,
  observer?: KeystoneObserver,
): Identify {
  const client = keystoneClient(account, warn);
  const challenge = `Keystone uri='${options.keystoneWwwAuthenticateUri ?? options.keystoneAuthUrl}'`;
  const validate = async (token: string): Promise<Validated> => {
    const found = await client.validate(token);
    if (found === undefined || found.expiresAt <= Date.now()) {
      throw new Unauthenticated('Keystone does not know the token of the request, or it has ended.');
    }
    if (found.isRestricted) {
      throw new Unauthenticated('Tokens restricted to certain requests by access rules are not taken here.');
    }
    if (found.isBound) throw new Unauthenticated('Tokens bound to a certificate are not accepted.');
    if (found.scope === 'none')
      throw new Unauthenticated('The token has no scope; use a token for a project.');
    const caller = knownCaller(rolesThatCount(found, options), { ...options, challenge });
    return { caller, expiresAt: found.expiresAt };
  };
  const cache = { cacheSeconds: options.keystoneTokenCacheTime, onAnswer: observer?.token };
  return identifyByToken(tokenCache(validate, cache), {
    allowAnonymousAccess: options.allowAnonymousAccess,
    challenge,
    tenantsOf: (token) => tenants.ofToken(token),
  });
}

/**
 * Images belong to projects, so only the roles of a project-scoped token count. A role whose name contains a comma does
 * not count: identity headers separate roles with commas, so it would be two roles there.
 */
function rolesThatCount({ user, tenant, scope, roles }: KeystoneToken, options: KeystoneOptions) {
  const counts = scope === 'project' || (scope === 'system' && options.keystoneSystemAdmin);
  return { user, tenant, roles: counts ? roles.filter((role) => !role.includes(',')) : [] };
}
