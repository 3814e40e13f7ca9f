import { as, type CreateImageInput } from '../support/client.js';

/** Everybody there is to one image. */
export const CALLERS = {
  admin: as('operators', 'admin'),
  owner: as('owner'),
  /** A member that may share the image further. */
  sharer: as('sharer'),
  member: as('member'),
  stranger: as('stranger'),
  /** Known, but of no tenant. */
  homeless: { 'x-identity-status': 'Confirmed', 'x-user-id': 'owner', 'x-roles': 'member' },
  anonymous: {},
};
export type Caller = keyof typeof CALLERS;
export const callers = Object.keys(CALLERS) as Caller[];

/**
 * The one table of who may do what, on every face (contract C18.6, C19, C20.5): for each kind of image and each action a column
 * for every caller, in the order of CALLERS. `change` stands for update, tag, upload, import, cancel (an import) and delete; to accept is the
 * member's affair, and to deactivate and reactivate are the administrators', whatever the image is.
 */
export const ACCESS: Record<string, Record<'read' | 'change' | 'share' | 'accept', string>> = {
  // admin, owner, sharer, member, stranger, homeless, anonymous
  public: { read: '+++++++', change: '++xxxxx', share: '+++xx?x', accept: '--++-?x' },
  shared: { read: '++++---', change: '++----x', share: '+++x-?x', accept: '--++-?x' },
  private: { read: '++-----', change: '++----x', share: '++---?x', accept: '-----?x' },
  community: { read: '+++++++', change: '++----x', share: '+++xx?x', accept: '--++-?x' },
  "nobody's": { read: '+++++++', change: '+-----x', share: '+x+xx?x', accept: '--++-?x' },
  'a deleted one': { read: '+------', change: '+-----x', share: '+----?x', accept: '-----?x' },
};

/** The visibility of each kind of image; the others are shared. */
export const VISIBILITIES: Record<string, CreateImageInput['visibility']> = {
  public: 'PUBLIC',
  private: 'PRIVATE',
  community: 'COMMUNITY',
};
