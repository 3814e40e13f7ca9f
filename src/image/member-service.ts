import type { Database, Transaction } from '../database/database.js';
import { Unauthenticated, type Caller } from '../identity/caller.js';
import { findable, isChangeable } from './access.js';
import { badInput, ImageError } from './errors.js';
import { imageColumns } from './image-columns.js';
import { imageRecords } from './image-records.js';
import { CHARACTERS } from './limits.js';
import { memberRecords, type MemberRecords, type MemberRow } from './member-records.js';
import { refuseReadOnly, type Policy, type Rule } from './policy.js';
import { isGone } from './status.js';
import { fits } from './text.js';

/** A member to be: undefined `canShare` keeps what an existing member has, and is false for a new one. */
export interface WantedMember {
  memberId: string;
  canShare?: boolean;
}

/** Glance's rules for sharing an image with tenants (contract C18). */
export interface MemberService {
  /** Adds a member, or changes one that is there already. */
  add(caller: Caller, imageId: string, member: WantedMember): Promise<MemberRow>;
  /** @throws ImageError MEMBER_NOT_FOUND when the tenant is no member */
  update(caller: Caller, imageId: string, memberId: string, canShare: boolean): Promise<MemberRow>;
  /** @throws ImageError MEMBER_NOT_FOUND when the tenant is no member */
  remove(caller: Caller, imageId: string, memberId: string): Promise<MemberRow>;
  /** Makes exactly these the members. */
  replace(caller: Caller, imageId: string, members: readonly WantedMember[]): Promise<MemberRow[]>;
}

/** @param imageMemberQuota most members of one image; negative for no limit */
export function memberService(database: Database, policy: Policy, imageMemberQuota: number): MemberService {
  const columns = imageColumns(database);

  return {
    add: (caller, imageId, { memberId, canShare }) =>
      changing(caller, imageId, 'modify_member', async (members, image, present) => {
        requireName(memberId);
        const member = named(present, memberId);
        if (!member) {
          requireRoom(present.length + 1);
          await members.add(image, memberId, canShare ?? false);
        } else if (canShare !== undefined) await members.setCanShare(member, canShare);
        return named(await members.of(image), memberId)!;
      }),

    update: (caller, imageId, memberId, canShare) =>
      changing(caller, imageId, 'modify_member', async (members, image, present) => {
        await members.setCanShare(memberAmong(present, memberId), canShare);
        return named(await members.of(image), memberId)!;
      }),

    remove: (caller, imageId, memberId) =>
      changing(caller, imageId, 'delete_member', async (members, _image, present) => {
        const member = memberAmong(present, memberId);
        await members.remove(member);
        return member;
      }),

    replace: (caller, imageId, wanted) =>
      changing(caller, imageId, 'modify_member', async (members, image, present) => {
        const names = wanted.map(({ memberId }) => memberId);
        names.forEach(requireName);
        const twice = names.find((name, index) => names.indexOf(name) !== index);
        if (twice !== undefined) throw badInput('members', `name ${twice} twice`);
        requireRoom(wanted.length);
        for (const member of present) if (!names.includes(member.memberId)) await members.remove(member);
        for (const { memberId, canShare } of wanted) {
          const member = named(present, memberId);
          if (!member) await members.add(image, memberId, canShare ?? false);
          else if (canShare !== undefined) await members.setCanShare(member, canShare);
        }
        return members.of(image);
      }),
  };

  /** Finds and locks the image, asks whether the caller may share it, and only then lets the change happen. */
  async function changing<T>(
    caller: Caller,
    imageId: string,
    rule: Rule,
    change: (members: MemberRecords, imageId: string, present: MemberRow[]) => Promise<T>,
  ): Promise<T> {
    refuseReadOnly(caller);
    if (!caller.isAdmin && caller.owner === null) throw new Unauthenticated('No authenticated user');
    policy.require(caller, rule);
    return database.transaction(async (transaction: Transaction) => {
      const access = findable(caller, database.dialect);
      const image =
        fits(imageId, CHARACTERS.id) && (await imageRecords(transaction, columns).lock(imageId, access));
      if (!image || isGone(image)) throw new ImageError('IMAGE_NOT_FOUND', { id: imageId });
      const members = memberRecords(transaction);
      const present = await members.of(image.id);
      const shares = present.some((member) => member.memberId === caller.owner && member.canShare);
      if (!shares && !isChangeable(caller, image as { owner: string | null })) {
        throw new ImageError('SHARING_FORBIDDEN', { id: image.id });
      }
      policy.requireOn(caller, image, rule);
      return change(members, image.id, present);
    });
  }

  function requireRoom(attempted: number): void {
    if (imageMemberQuota < 0 || attempted <= imageMemberQuota) return;
    throw new ImageError('MEMBER_QUOTA_EXCEEDED', { attempted, maximum: imageMemberQuota });
  }
}

function named(members: readonly MemberRow[], memberId: string): MemberRow | undefined {
  return members.find((member) => member.memberId === memberId);
}

function memberAmong(members: readonly MemberRow[], memberId: string): MemberRow {
  const member = named(members, memberId);
  if (!member) throw new ImageError('MEMBER_NOT_FOUND', { memberId });
  return member;
}

function requireName(memberId: string): void {
  if (memberId !== '' && fits(memberId, CHARACTERS.member)) return;
  throw badInput('memberId', `must have from 1 to ${CHARACTERS.member} characters, none of four bytes`);
}
