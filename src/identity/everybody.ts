import type { Caller, Identify } from './caller.js';

/** AUTH=none: everybody is administrator, with no user, tenant or roles (contract C20.1). */
export const everybody: Identify = () => Promise.resolve(ADMINISTRATOR);

const ADMINISTRATOR: Caller = {
  user: null,
  tenant: null,
  roles: [],
  isAdmin: true,
  readOnly: false,
  owner: null,
};
