import type { WantedMember } from '../../image/change/member-service.js';
import { isObject, isTrueInPython } from '../shared/json-body.js';
import { RestError, plainPage } from '../shared/rest-error.js';

/**
 * Returns the `can_share` of a body for one member; undefined if the body does not have it (contract C18.2). A text or a
 * list without the word `can_share` does not have it either.
 */
export function canShareIn(body: object | undefined): boolean | undefined {
  if (Array.isArray(body) ? !body.includes('member') : !Object.hasOwn(body ?? {}, 'member')) return undefined;
  const { member } = body as { member?: unknown };
  if (isObject(member))
    return Object.hasOwn(member, 'can_share') ? isTrueInPython(member.can_share) : undefined;
  const holdsWords = typeof member === 'string' || Array.isArray(member);
  if (holdsWords && !member.includes('can_share')) return undefined;
  throw new RestError(400, { explanation: "Invalid membership association: 'member'" });
}

/** Returns the members in a body. An object without `memberships` is a member itself (C18.5). */
export function membersIn(body: object | undefined): WantedMember[] {
  if (body === undefined || Array.isArray(body)) throw invalidMembership("'memberships'");
  const memberships: unknown = Object.hasOwn(body, 'memberships')
    ? (body as { memberships: unknown }).memberships
    : [body];
  if (memberships === '' || (isObject(memberships) && Object.keys(memberships).length === 0)) return [];
  if (!Array.isArray(memberships)) throw invalidMembership('string indices must be integers');
  return memberships.map((entry: unknown) => {
    if (!isObject(entry)) throw invalidMembership('string indices must be integers');
    const { member_id: memberId, can_share: canShare } = entry as {
      member_id?: unknown;
      can_share?: unknown;
    };
    if (typeof memberId !== 'string' && typeof memberId !== 'number') throw invalidMembership("'member_id'");
    return {
      memberId: String(memberId),
      canShare: Object.hasOwn(entry, 'can_share') ? isTrueInPython(canShare) : undefined,
    };
  });
}

/** Returns the API server's error, which quotes the registry's plain page (contract C5.10). */
function invalidMembership(problem: string): RestError {
  const explanation = `Invalid membership association: ${problem}`;
  return new RestError(400, { explanation: plainPage(400, { explanation }) });
}
