import { ALWAYS, NEVER, type Condition, type Dialect } from '../../database/dialect.js';
import type { Caller } from '../../identity/caller.js';
import { ImageError } from '../errors.js';
import type { MemberStatus } from '../member-status.js';

/**
 * Who finds an image by its id: administrators every one, also deleted; others what has no owner, is
 * public or community, is their own, or is shared with them (contract C19.2).
 *
 * @param deleted `found` also finds deleted images for other tenants, as a list of changes shows them (contract C11.9)
 */
export function findable(
  caller: Caller,
  dialect: Dialect,
  deleted: 'found' | 'hidden' = 'hidden',
): Condition {
  if (caller.isAdmin) return ALWAYS;
  const live = deleted === 'hidden' ? 'i.deleted = 0 AND ' : '';
  const open = `${live}(i.owner IS NULL OR i.visibility IN ('public', 'community')`;
  if (caller.owner === null) return { sql: `${open})`, values: [] };
  const owned = dialect.equalsExactly('i.owner', caller.owner);
  const shared = sharedWith(caller.owner, dialect);
  return {
    sql: `${open} OR ${owned.sql} OR ${shared.sql})`,
    values: [...owned.values, ...shared.values],
  };
}

/**
 * What a list holds, as branches that do not overlap, so that each can walk an index of its own:
 * administrators every image; others the public ones, their own, and those shared with them
 * (contract C19.3). Community images of others are listed to those who ask for them.
 *
 * @param community the filter demands visibility COMMUNITY
 * @param memberStatus of the images shared with the caller those alone to which the answer was this
 */
export function listed(
  caller: Caller,
  dialect: Dialect,
  { community, memberStatus }: { community: boolean; memberStatus: MemberStatus | 'all' },
): Condition[] {
  if (caller.isAdmin) return [ALWAYS];
  const open = { sql: `i.visibility = '${community ? 'community' : 'public'}'`, values: [] };
  if (caller.owner === null) return [open];
  const owned = dialect.equalsExactly('i.owner', caller.owner);
  const shared = sharedWith(caller.owner, dialect, memberStatus);
  return [
    open,
    { sql: `${owned.sql} AND NOT (${open.sql})`, values: owned.values },
    {
      sql: `${shared.sql} AND (i.owner IS NULL OR NOT (${owned.sql}))`,
      values: [...shared.values, ...owned.values],
    },
  ];
}

/** Who changes, deletes and fills an image: administrators and its owner (contract C19.4). */
export function isChangeable(caller: Caller, image: { owner: string | null }): boolean {
  return caller.isAdmin || (caller.owner !== null && caller.owner === image.owner);
}

/**
 * Refuses to change an image that the caller has found: one that everybody sees is somebody else's,
 * any other does not exist for those who may not change it. The contract makes no difference for a community
 * image, which others may have found too (contract C19.5).
 *
 * @throws ImageError NOT_OWNER, IMAGE_NOT_FOUND
 */
export function requireChangeable(
  caller: Caller,
  image: { id: string; owner: string | null; visibility: string },
): void {
  if (isChangeable(caller, image)) return;
  const { id } = image;
  if (image.visibility === 'public') throw new ImageError('NOT_OWNER', { id });
  throw new ImageError('IMAGE_NOT_FOUND', { id, why: 'notChangeable' });
}

/**
 * Returns the condition for the memberships of a tenant (aliases `m` and `i`) that the caller may see: administrators and
 * the tenant itself see all, others those in images that they own (contract C18.7).
 */
export function shownMemberships(caller: Caller, memberId: string, dialect: Dialect): Condition {
  if (caller.isAdmin) return ALWAYS;
  if (caller.owner === null) return NEVER;
  return caller.owner === memberId ? ALWAYS : dialect.equalsExactly('i.owner', caller.owner);
}

/** The image is shared, and the tenant is one of its members. */
function sharedWith(owner: string, dialect: Dialect, status: MemberStatus | 'all' = 'all'): Condition {
  const member = dialect.equalsExactly('m.member', owner);
  const answered = status === 'all' ? '' : ` AND m.status = '${status}'`;
  return {
    sql:
      "(i.visibility = 'shared' AND i.id IN (SELECT m.image_id FROM image_members m " +
      `WHERE ${member.sql} AND m.deleted = 0${answered}))`,
    values: member.values,
  };
}
