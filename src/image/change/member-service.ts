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
  named,
  once,
  readMemberships,
  repeated,
  type MemberRecords,
  type MemberRow,
} from '../records/member-records.js';
import type { MemberStatus } from '../member-status.js';
import { refuseReadOnly, type Policy, type Rule } from '../access/policy.js';
import { isGone } from '../status.js';
import { fits } from '../text.js';

/** A member to be: undefined `canShare` keeps what an existing member has, and is false for a new one. */
export interface WantedMember {
  memberId: string;
  canShare?: boolean;
}

/**
 * `loose` keeps memberships as Glance's version 1 does: a tenant that was removed is not added again unless
 * `canShare` is said, and `replace` gives it back what it had; a new member may be named twice; a name may be
 * empty; adding a member that is there already needs room too; and who may share without owning the image
 * removes none but himself (contract C18.2, C18.3, C16.3).
 */
export interface MemberOptions {
  loose?: boolean;
}

/** Glance's rules for sharing an image with tenants (contract C18). */
export interface MemberService {
  /** The members of an image that the caller may know of: all for those who may change it, else their own entry. */
  of(caller: Caller, imageId: string): Promise<MemberRow[]>;
  /** Returns the memberships of a tenant that the caller may see (contract C18.7). */
  sharedWith(caller: Caller, memberId: string): Promise<MemberRow[]>;
  /**
   * Refuses a caller who may not add or replace members of the image, with the same error as that change.
   *
   * @throws ImageError READ_ONLY, FORBIDDEN, IMAGE_NOT_FOUND, SHARING_FORBIDDEN; Unauthenticated
   */
  requireSharer(caller: Caller, imageId: string): Promise<void>;
  /** Adds a member, or changes one that is there already. */
  add(caller: Caller, imageId: string, member: WantedMember, options?: MemberOptions): Promise<MemberRow>;
  /** @throws ImageError MEMBER_NOT_FOUND when the tenant is no member */
  update(caller: Caller, imageId: string, memberId: string, canShare: boolean): Promise<MemberRow>;
  /**
   * What a member makes of the offer of an image: whoever is the member says it, or an administrator. An image that
   * is not accepted is in no list of the member, and found by its id all the same.
   *
   * @param memberId undefined for the caller
   * @throws ImageError MEMBER_NOT_FOUND when the tenant is no member, NOT_THE_MEMBER
   */
  answer(caller: Caller, imageId: string, status: MemberStatus, memberId?: string): Promise<MemberRow>;
  /** @throws ImageError MEMBER_NOT_FOUND when the tenant is no member */
  remove(caller: Caller, imageId: string, memberId: string, options?: MemberOptions): Promise<MemberRow>;
  /** Makes exactly these the members. */
  replace(
    caller: Caller,
    imageId: string,
    members: readonly WantedMember[],
    options?: MemberOptions,
  ): Promise<MemberRow[]>;
}

/**
 * @param imageMemberQuota most members of one image; negative for no limit
 * @param deletedImages whether images that are deleted keep members too
 */
export function memberService(
  database: Database,
  policy: Policy,
  imageMemberQuota: number,
  deletedImages: 'refused' | 'taken' = 'refused',
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
        const member = named(present, memberId);
        if (!member || loose) requireRoom(once(present).length + 1);
        const former = loose ? await members.former(image.id, memberId) : undefined;
        if (!member && former && canShare === undefined) return former;
        if (!member) await members.add(image.id, memberId, canShare ?? false);
        else if (canShare !== undefined) await members.setCanShare(member, canShare);
        return named(await members.of(image.id), memberId)!;
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
        return named(await members.of(image.id), memberId)!;
      }),

    update: (caller, imageId, memberId, canShare) =>
      changing(caller, imageId, 'modify_member', async (members, image, present) => {
        await members.setCanShare(memberAmong(present, memberId), canShare);
        return named(await members.of(image.id), memberId)!;
      }),

    remove: (caller, imageId, memberId, { loose = false } = {}) =>
      changing(caller, imageId, 'delete_member', async (members, image, present) => {
        const seesAll = !loose || isChangeable(caller, image) || memberId === caller.owner;
        const member = memberAmong(seesAll ? present : [], memberId);
        await members.remove(member);
        await members.removeRepeated(repeated(present).filter((each) => each.memberId === memberId));
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
        await members.removeRepeated(repeated(present));
        for (const member of once(present)) if (!names.has(member.memberId)) await members.remove(member);
        for (const { memberId, canShare } of wanted) {
          const member = named(present, memberId);
          if (!member) {
            const former = loose ? await members.former(image.id, memberId) : undefined;
            await members.add(image.id, memberId, canShare ?? former?.canShare ?? false);
          } else if (canShare !== undefined) await members.setCanShare(member, canShare);
        }
        return members.of(image.id);
      }),
  };

  /** Finds and locks the image, asks whether the caller may share it, and only then lets the change happen. */
  async function changing<T>(
    caller: Caller,
    imageId: string,
    rule: Rule,
    change: (members: MemberRecords, image: LockedImage, present: MemberRow[]) => Promise<T>,
  ): Promise<T> {
    return locking(caller, imageId, rule, async (members, image) => {
      const present = await members.of(image.id);
      const shares = caller.owner !== null && named(present, caller.owner)?.canShare;
      if (!shares && !isChangeable(caller, image))
        throw new ImageError('SHARING_FORBIDDEN', { id: image.id });
      policy.requireOn(caller, image, rule);
      return change(members, image, present);
    });
  }

  /** Finds and locks the image for a caller who is somebody, and whom the rule does not refuse at once. */
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
  const member = named(members, memberId);
  if (!member) throw new ImageError('MEMBER_NOT_FOUND', { memberId });
  return member;
}

function requireName(memberId: string, mayBeEmpty: boolean): void {
  if ((memberId !== '' || mayBeEmpty) && fits(memberId, CHARACTERS.member)) return;
  throw badInput('memberId', `must have from 1 to ${CHARACTERS.member} characters, none of four bytes`);
}
