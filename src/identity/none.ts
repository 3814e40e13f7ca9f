import type { Caller, Identify } from './caller.js';

/** AUTH=none: every caller is an administrator, without user, tenant or roles (contract C20.1). */
export const none: Identify = () => Promise.resolve(ADMINISTRATOR);

const ADMINISTRATOR: Caller = {
  user: null,
  tenant: null,
  roles: [],
  isAdmin: true,
  readOnly: false,
  owner: null,
};
