import { ALWAYS, NEVER, type Condition, type Dialect } from '../../database/dialect.js';
import type { Caller } from '../../identity/caller.js';
import { ImageError } from '../errors.js';
import { byColumn, hasRows, type FindingCondition } from './finds.js';
import type { MemberStatus } from '../member-status.js';

/**
 * Returns the condition for the images (alias `i`) that the caller finds by id. Administrators find every image, also a
 * deleted one. Others find images that have no owner, are public or community, are their own, or are shared with them
 * (contract C19.2).
 *
 * @param deleted `found` also finds deleted images for callers who are not administrators, as a list of changes shows
 *   them (contract C11.9)
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
 * Returns the conditions for the images of the caller's list. They do not overlap, so that each can walk an index of its
 * own. Administrators get every image; others get the public images, their own, and those shared with them (contract
 * C19.3). Community images of others are listed only to callers who ask for them.
 *
 * @param community true when the filter demands visibility COMMUNITY
 * @param memberStatus the status of the caller's membership in images shared with the caller
 */
export function listed(
  caller: Caller,
  dialect: Dialect,
  { community, memberStatus }: { community: boolean; memberStatus: MemberStatus | 'all' },
): FindingCondition[] {
  if (caller.isAdmin) return [ALWAYS];
  const open = { sql: `i.visibility = '${community ? 'community' : 'public'}'`, values: [] };
  const isOpen = byColumn('visibility', open, true);
  if (caller.owner === null) return [isOpen];
  const owned = dialect.equalsExactly('i.owner', caller.owner);
  const shared = sharedWith(caller.owner, dialect, memberStatus);
  return [
    isOpen,
    { ...byColumn('owner', owned, true), sql: `${owned.sql} AND NOT (${open.sql})` },
    {
      ...shared,
      sql: `${shared.sql} AND (i.owner IS NULL OR NOT (${owned.sql}))`,
      values: [...shared.values, ...owned.values],
    },
  ];
}

/** The facts that decide whether a caller sees an image. */
export interface Seen {
  readonly owner: string | null;
  readonly visibility: string;
}

/** Tells like `findable` whether a caller finds an image that is not deleted, from its row and the caller's membership. */
export function isFindable(caller: Caller, { owner, visibility }: Seen, isMember: boolean): boolean {
  if (caller.isAdmin || owner === null || ['public', 'community'].includes(visibility)) return true;
  if (caller.owner === null) return false;
  return caller.owner === owner || (visibility === 'shared' && isMember);
}

/** Tells like `listed` whether an image that is not deleted is in a caller's list, from its row and the caller's membership. */
export function isListed(
  caller: Caller,
  { owner, visibility }: Seen,
  { community, hasAccepted }: { community: boolean; hasAccepted: boolean },
): boolean {
  if (caller.isAdmin || visibility === (community ? 'community' : 'public')) return true;
  if (caller.owner === null) return false;
  return caller.owner === owner || (visibility === 'shared' && hasAccepted);
}

/** Returns true for callers who may change, delete and fill an image: administrators and its owner (contract C19.4). */
export function isChangeable(caller: Caller, image: { owner: string | null }): boolean {
  return caller.isAdmin || (caller.owner !== null && caller.owner === image.owner);
}

/**
 * Refuses a caller who may see an image but not change it. A public image is somebody else's; any other image does not
 * exist for such a caller, also a community image, which the caller may have found (contract C19.5).
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

/** Returns the condition for shared images that have the tenant as a member. */
function sharedWith(owner: string, dialect: Dialect, status: MemberStatus | 'all' = 'all'): FindingCondition {
  const member = dialect.equalsExactly('m.member', owner);
  const answered = status === 'all' ? '' : ` AND m.status = '${status}'`;
  const rows = `image_members m WHERE ${member.sql} AND m.deleted = 0${answered}`;
  if (!dialect.hasOwnIndexes)
    return {
      sql: `(i.visibility = 'shared' AND i.id IN (SELECT m.image_id FROM ${rows}))`,
      values: member.values,
    };
  const isMember = hasRows(rows.replace('WHERE ', 'WHERE m.image_id = i.id AND '), member.values);
  return {
    sql: `(i.visibility = 'shared' AND ${isMember.sql})`,
    values: member.values,
    finds: { by: 'rows', select: { sql: `SELECT m.image_id AS id FROM ${rows}`, values: member.values } },
  };
}
