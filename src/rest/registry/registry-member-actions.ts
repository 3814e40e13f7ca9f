import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayContinue } from '../../http/http-server.js';
import type { MemberService, WantedMember } from '../../image/change/member-service.js';
import type { RecordService } from '../../image/change/record-service.js';
import type { Answer } from '../shared/answer.js';
import { bodyFor, isObject, isTrueInPython, type ReadBody } from '../shared/json-body.js';
import { RestError } from '../shared/rest-error.js';
import { DONE, membersAnswer, sharedImagesAnswer } from '../shared/member-answers.js';
import { orRegistryError } from './registry-errors.js';

/** Returns the actions on members (contract C23.12, C23.13). */
export function memberActions(members: MemberService, records: RecordService) {
  return {
    async members({ caller }: FastifyRequest, id: string): Promise<Answer> {
      const rows = await ofImage(id, members.of(caller, id));
      return membersAnswer(rows);
    },

    async putMember(
      request: FastifyRequest,
      reply: FastifyReply,
      id: string,
      memberId: string,
    ): Promise<Answer> {
      mayContinue(request, reply);
      const canShare = await bodyOf(request, id, canShareIn);
      await ofImage(id, members.add(request.caller, id, { memberId, canShare }, { loose: true }));
      return DONE;
    },

    async replaceMembers(request: FastifyRequest, reply: FastifyReply, id: string): Promise<Answer> {
      mayContinue(request, reply);
      const wanted = await bodyOf(request, id, membersIn);
      await ofImage(id, members.replace(request.caller, id, wanted, { loose: true }));
      return DONE;
    },

    async deleteMember({ caller }: FastifyRequest, id: string, memberId: string): Promise<Answer> {
      await ofImage(id, members.remove(caller, id, memberId, { loose: true }));
      return DONE;
    },

    async sharedImages({ caller }: FastifyRequest, memberId: string): Promise<Answer> {
      const rows = await orRegistryError('members', members.sharedWith(caller, memberId));
      return sharedImagesAnswer(rows);
    },
  };

  /** Reads a body. A caller who may not share the image gets that error for every body (contract C23.12). */
  async function bodyOf<T>(request: FastifyRequest, id: string, read: ReadBody<T>): Promise<T> {
    return bodyFor(request, read, () => ofImage(id, members.requireSharer(request.caller, id)));
  }

  /** Gives a missing image another text than an image that the caller may not see. */
  async function ofImage<T>(id: string, work: Promise<T>): Promise<T> {
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
