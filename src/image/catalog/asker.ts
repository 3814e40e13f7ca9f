import type { Asker } from '../../database/places.js';
import type { Caller } from '../../identity/caller.js';

/** Returns for whom a caller's lists are read. The users of one tenant share the places of the tenant. */
export function askerOf({ tenant, user, client }: Caller): Asker {
  return { name: tenant === null ? `user ${user ?? ''}` : `tenant ${tenant}`, client };
}
