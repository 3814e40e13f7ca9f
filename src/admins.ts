import type { Identify } from './identity/caller.js';
import type { Policy } from './image/policy.js';

/** A policy may name administrators of its own, beside those that the way of telling callers apart knows. */
export function withAdmins(identify: Identify, rules: Policy): Identify {
  return async (credentials) => {
    const caller = await identify(credentials);
    return caller.isAdmin || caller.readOnly || !rules.makesAdmin(caller)
      ? caller
      : { ...caller, isAdmin: true };
  };
}
