import type { WantedMember } from '../../image/change/member-service.js';
import { isObject, isTrueInPython } from '../shared/json-body.js';
import { Fault, plainPage } from '../shared/rest-error.js';

/**
 * Returns the `can_share` of a body for one member; undefined where the body lacks it (contract C18.2). A text or a list
 * without the word `can_share` lacks it too.
 */
export function canShareSaid(body: object | undefined): boolean | undefined {
  if (Array.isArray(body) ? !body.includes('member') : !Object.hasOwn(body ?? {}, 'member')) return undefined;
  const { member } = body as { member?: unknown };
  if (isObject(member))
    return Object.hasOwn(member, 'can_share') ? isTrueInPython(member.can_share) : undefined;
  const holdsWords = typeof member === 'string' || Array.isArray(member);
  if (holdsWords && !member.includes('can_share')) return undefined;
  throw new Fault(400, { explanation: "Invalid membership association: 'member'" });
}

/** All members that a body names; an object that does not say `memberships` is one of them itself (C18.5). */
export function wantedMembers(body: object | undefined): WantedMember[] {
  if (body === undefined || Array.isArray(body)) throw unassociated("'memberships'");
  const said: unknown = Object.hasOwn(body, 'memberships')
    ? (body as { memberships: unknown }).memberships
    : [body];
  if (said === '' || (isObject(said) && Object.keys(said).length === 0)) return [];
  if (!Array.isArray(said)) throw unassociated('string indices must be integers');
  return said.map((entry: unknown) => {
    if (!isObject(entry)) throw unassociated('string indices must be integers');
    const { member_id: memberId, can_share: canShare } = entry as {
      member_id?: unknown;
      can_share?: unknown;
    };
    if (typeof memberId !== 'string' && typeof memberId !== 'number') throw unassociated("'member_id'");
    return {
      memberId: String(memberId),
      canShare: Object.hasOwn(entry, 'can_share') ? isTrueInPython(canShare) : undefined,
    };
  });
}

/** The registry finds it out, and the API server quotes its page (contract C5.10). */
function unassociated(what: string): Fault {
  const explanation = `Invalid membership association: ${what}`;
  return new Fault(400, { explanation: plainPage(400, { explanation }) });
}
