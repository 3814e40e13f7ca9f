import type { MemberService, WantedMember } from '../../image/change/member-service.js';
import type { RecordService } from '../../image/change/record-service.js';
import { isObject, isTrueInPython } from '../shared/json-body.js';
import { memberActions } from '../shared/member-actions.js';
import { RestError } from '../shared/rest-error.js';
import { orRegistryError } from './registry-errors.js';

/** Returns the actions on members (contract C23.12, C23.13). */
export function registryMemberActions(members: MemberService, records: RecordService) {
  return memberActions({
    members,
    orError: (work) => orRegistryError('members', work),
    orImageError,
    readCanShare: canShareIn,
    readMembers: membersIn,
  });

  /** Gives a missing image another text than an image that the caller may not see. */
  async function orImageError<T>(id: string, work: Promise<T>): Promise<T> {
    try {
      return await orRegistryError('members', work);
    } catch (error) {
      const isNotFound =
        error instanceof RestError && error.status === 404 && Object.keys(error.wording).length === 0;
      if (!isNotFound || (await records.exists(id))) throw error;
      throw new RestError(404, { detail: `Image ${id} not found` });
    }
  }
}

/** Returns the `can_share` of a body for one member; undefined without a body. */
function canShareIn(body: object | undefined): boolean | undefined {
  if (body === undefined || Object.keys(body).length === 0) return undefined;
  if (!isObject(body)) throw invalidMembership('list indices must be integers or slices, not str');
  if (!Object.hasOwn(body, 'member')) throw invalidMembership("'member'");
  if (!isObject(body.member)) throw invalidMembership("'can_share'");
  if (!Object.hasOwn(body.member, 'can_share')) throw invalidMembership("'can_share'");
  return isTrueInPython(body.member.can_share);
}

function membersIn(body: object | undefined): WantedMember[] {
  if (!isObject(body) || !Object.hasOwn(body, 'memberships')) throw invalidMembership("'memberships'");
  const { memberships } = body;
  if (memberships === '' || (isObject(memberships) && Object.keys(memberships).length === 0)) return [];
  if (!Array.isArray(memberships)) throw invalidMembership('string indices must be integers');
  return memberships.map((entry: unknown) => {
    if (!isObject(entry)) throw invalidMembership('string indices must be integers');
    const { member_id: memberId, can_share: canShare } = entry;
    if (typeof memberId !== 'string' && typeof memberId !== 'number') throw invalidMembership("'member_id'");
    return {
      memberId: String(memberId),
      canShare: Object.hasOwn(entry, 'can_share') ? isTrueInPython(canShare) : undefined,
    };
  });
}

function invalidMembership(problem: string): RestError {
  return new RestError(400, { explanation: `Invalid membership association: ${problem}` });
}
