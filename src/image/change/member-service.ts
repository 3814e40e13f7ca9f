import type { Database, Transaction } from '../../database/database.js';
import { Unauthenticated, type Caller } from '../../identity/caller.js';
import { isChangeable } from '../access/access.js';
import { badInput, ImageError } from '../errors.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { findImage, lockImage, type LockedImage } from '../records/find-and-lock.js';
import { imageRecords } from '../records/image-records.js';
import { readMemberRows } from '../records/image-relations.js';
import { CHARACTERS } from '../column-sizes.js';
import {
  memberRecords,
  membershipOf,
  withoutRepeats,
  readMemberships,
  repeatsOf,
  type MemberRecords,
  type MemberRow,
} from '../records/member-records.js';
import type { MemberStatus } from '../member-status.js';
import { refuseReadOnly, type Policy, type Rule } from '../access/policy.js';
import { isGone } from '../status.js';
import { fits } from '../text.js';

/** A requested member. Undefined `canShare` changes nothing for an existing member, and is false for a new one. */
export interface WantedMember {
  memberId: string;
  canShare?: boolean;
}

/**
 * `loose` follows Glance's version 1 (contract C18.2, C18.3, C16.3):
 * - A removed tenant is added again only if the request has `canShare`; `replace` restores the `canShare` that it had.
 * - A request may name a new member twice. A name may be empty.
 * - The quota also counts when a member is added that the image has already.
 * - A member that may share, but does not own the image, can remove only itself.
 */
export interface MemberOptions {
  loose?: boolean;
}

/** Glance's rules for sharing an image with tenants (contract C18). */
export interface MemberService {
  /** Returns the members of an image: all to callers who may change it, to others only their own membership. */
  of(caller: Caller, imageId: string): Promise<MemberRow[]>;
  /** Returns the memberships of a tenant that the caller may see (contract C18.7). */
  sharedWith(caller: Caller, memberId: string): Promise<MemberRow[]>;
  /**
   * Refuses a caller who may not add or replace members of the image, with the same error as that change.
   *
   * @throws ImageError READ_ONLY, FORBIDDEN, IMAGE_NOT_FOUND, SHARING_FORBIDDEN; Unauthenticated
   */
  requireSharer(caller: Caller, imageId: string): Promise<void>;
  /** Adds a member, or changes an existing one. */
  add(caller: Caller, imageId: string, member: WantedMember, options?: MemberOptions): Promise<MemberRow>;
  /** @throws ImageError MEMBER_NOT_FOUND when the tenant is not a member */
  update(caller: Caller, imageId: string, memberId: string, canShare: boolean): Promise<MemberRow>;
  /**
   * Sets the status of a membership. Only the member or an administrator may. An image that is not accepted is in no list
   * of the member, but the member finds it by its id.
   *
   * @param memberId undefined for the caller
   * @throws ImageError MEMBER_NOT_FOUND when the tenant is not a member, NOT_THE_MEMBER
   */
  answer(caller: Caller, imageId: string, status: MemberStatus, memberId?: string): Promise<MemberRow>;
  /** @throws ImageError MEMBER_NOT_FOUND when the tenant is not a member */
  remove(caller: Caller, imageId: string, memberId: string, options?: MemberOptions): Promise<MemberRow>;
  /** Replaces the members by these. */
  replace(
    caller: Caller,
    imageId: string,
    members: readonly WantedMember[],
    options?: MemberOptions,
  ): Promise<MemberRow[]>;
}

/**
 * @param imageMemberQuota the greatest number of members of one image; negative for no limit
 * @param deletedImages `shared` to share deleted images too, as the registry does
 */
export function memberService(
  database: Database,
  policy: Policy,
  imageMemberQuota: number,
  deletedImages: 'refused' | 'shared' = 'refused',
): MemberService {
  const columns = imageColumns(database);

  return {
    async of(caller, imageId) {
      policy.require(caller, 'get_members');
      const image = await findImage(database, columns, caller, imageId, ['id', 'owner', 'status']);
      if (!image) throw new ImageError('IMAGE_NOT_FOUND', { id: imageId });
      refuseDeletedImage(image, imageId);
      await readMemberRows(database, [image], caller);
      return image.members!;
    },

    sharedWith: (caller, memberId) => readMemberships(database, caller, memberId),

    requireSharer: (caller, imageId) => changing(caller, imageId, 'modify_member', async () => undefined),

    add: (caller, imageId, { memberId, canShare }, { loose = false } = {}) =>
      changing(caller, imageId, 'modify_member', async (members, image, present) => {
        requireName(memberId, loose);
        const member = membershipOf(present, memberId);
        if (!member || loose) requireRoom(withoutRepeats(present).length + 1);
        const former = loose ? await members.former(image.id, memberId) : undefined;
        if (!member && former && canShare === undefined) return former;
        if (!member) await members.add(image.id, memberId, canShare ?? false);
        else if (canShare !== undefined) await members.setCanShare(member, canShare);
        return membershipOf(await members.of(image.id), memberId)!;
      }),

    answer: (caller, imageId, status, memberId = caller.owner ?? '') =>
      locking(caller, imageId, 'modify_member', async (members, image) => {
        const present = await members.of(image.id);
        if (!caller.isAdmin && memberId !== caller.owner) {
          throw new ImageError('NOT_THE_MEMBER', { id: image.id, memberId });
        }
        policy.requireOn(caller, image, 'modify_member');
        const member = memberAmong(present, memberId);
        const isNew = present.some((each) => each.memberId === memberId && each.status !== status);
        if (isNew) await members.setStatus(member, status);
        return membershipOf(await members.of(image.id), memberId)!;
      }),

    update: (caller, imageId, memberId, canShare) =>
      changing(caller, imageId, 'modify_member', async (members, image, present) => {
        await members.setCanShare(memberAmong(present, memberId), canShare);
        return membershipOf(await members.of(image.id), memberId)!;
      }),

    remove: (caller, imageId, memberId, { loose = false } = {}) =>
      changing(caller, imageId, 'delete_member', async (members, image, present) => {
        const seesAll = !loose || isChangeable(caller, image) || memberId === caller.owner;
        const member = memberAmong(seesAll ? present : [], memberId);
        await members.remove(member);
        await members.removeRepeated(repeatsOf(present).filter((each) => each.memberId === memberId));
        return member;
      }),

    replace: (caller, imageId, wanted, { loose = false } = {}) =>
      changing(caller, imageId, 'modify_member', async (members, image, present) => {
        const names = new Set<string>();
        for (const { memberId } of wanted) {
          requireName(memberId, loose);
          if (names.has(memberId) && !loose) throw badInput('members', `name ${memberId} twice`);
          names.add(memberId);
        }
        requireRoom(wanted.length);
        await members.removeRepeated(repeatsOf(present));
        for (const member of withoutRepeats(present))
          if (!names.has(member.memberId)) await members.remove(member);
        for (const { memberId, canShare } of wanted) {
          const member = membershipOf(present, memberId);
          if (!member) {
            const former = loose ? await members.former(image.id, memberId) : undefined;
            await members.add(image.id, memberId, canShare ?? former?.canShare ?? false);
          } else if (canShare !== undefined) await members.setCanShare(member, canShare);
        }
        return members.of(image.id);
      }),
  };

  /** Locks the image, refuses a caller who may not share it, then runs the change. */
  async function changing<T>(
    caller: Caller,
    imageId: string,
    rule: Rule,
    change: (members: MemberRecords, image: LockedImage, present: MemberRow[]) => Promise<T>,
  ): Promise<T> {
    return locking(caller, imageId, rule, async (members, image) => {
      const present = await members.of(image.id);
      const shares = caller.owner !== null && membershipOf(present, caller.owner)?.canShare;
      if (!shares && !isChangeable(caller, image))
        throw new ImageError('SHARING_FORBIDDEN', { id: image.id });
      policy.requireOn(caller, image, rule);
      return change(members, image, present);
    });
  }

  /** Locks the image, refuses callers without a tenant, and those whom the rule refuses whatever the image is. */
  async function locking<T>(
    caller: Caller,
    imageId: string,
    rule: Rule,
    change: (members: MemberRecords, image: LockedImage) => Promise<T>,
  ): Promise<T> {
    refuseReadOnly(caller);
    if (!caller.isAdmin && caller.owner === null)
      throw new Unauthenticated('No authenticated user', caller.challenge);
    policy.require(caller, rule);
    return database.transaction(async (transaction: Transaction) => {
      const image = await lockImage(transaction, imageRecords(transaction, columns), caller, imageId);
      refuseDeletedImage(image, imageId);
      return change(memberRecords(transaction), image);
    });
  }

  function refuseDeletedImage(image: ImageRow, id: string): void {
    if (deletedImages === 'refused' && isGone(image)) {
      throw new ImageError('IMAGE_NOT_FOUND', { id, why: 'deleted' });
    }
  }

  function requireRoom(attempted: number): void {
    if (imageMemberQuota < 0 || attempted <= imageMemberQuota) return;
    throw new ImageError('MEMBER_QUOTA_EXCEEDED', { attempted, maximum: imageMemberQuota });
  }
}

function memberAmong(members: readonly MemberRow[], memberId: string): MemberRow {
  const member = membershipOf(members, memberId);
  if (!member) throw new ImageError('MEMBER_NOT_FOUND', { memberId });
  return member;
}

function requireName(memberId: string, mayBeEmpty: boolean): void {
  if ((memberId !== '' || mayBeEmpty) && fits(memberId, CHARACTERS.member)) return;
  throw badInput('memberId', `must have from 1 to ${CHARACTERS.member} characters, none of four bytes`);
}
