import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayContinue } from '../../http/http-server.js';
import type { MemberService, WantedMember } from '../../image/change/member-service.js';
import type { RecordService } from '../../image/change/record-service.js';
import type { Answer } from '../shared/answer.js';
import { bodyFor, isObject, isTrueInPython, type ReadBody } from '../shared/json-body.js';
import { Fault } from '../shared/rest-error.js';
import { DONE, membersAnswer, sharedImagesAnswer } from '../shared/member-answers.js';
import { at } from './registry-errors.js';

/** Sharing (contract C23.12, C23.13). */
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
      const canShare = await said(request, id, canShareSaid);
      await ofImage(id, members.add(request.caller, id, { memberId, canShare }, { loose: true }));
      return DONE;
    },

    async replaceMembers(request: FastifyRequest, reply: FastifyReply, id: string): Promise<Answer> {
      mayContinue(request, reply);
      const wanted = await said(request, id, wantedMembers);
      await ofImage(id, members.replace(request.caller, id, wanted, { loose: true }));
      return DONE;
    },

    async deleteMember({ caller }: FastifyRequest, id: string, memberId: string): Promise<Answer> {
      await ofImage(id, members.remove(caller, id, memberId, { loose: true }));
      return DONE;
    },

    async sharedImages({ caller }: FastifyRequest, memberId: string): Promise<Answer> {
      const rows = await at('members', members.sharedWith(caller, memberId));
      return sharedImagesAnswer(rows);
    },
  };

  /** A caller who may not share the image gets that error, whatever he sends (contract C23.12). */
  async function said<T>(request: FastifyRequest, id: string, read: ReadBody<T>): Promise<T> {
    return bodyFor(request, read, () => ofImage(id, members.requireSharer(request.caller, id)));
  }

  /** An image that is not there has other words than one that is not the caller's to see. */
  async function ofImage<T>(id: string, work: Promise<T>): Promise<T> {
    try {
      return await at('members', work);
    } catch (error) {
      const isUnseen = error instanceof Fault && error.status === 404 && Object.keys(error.said).length === 0;
      if (!isUnseen || (await records.exists(id))) throw error;
      throw new Fault(404, { detail: `Image ${id} not found` });
    }
  }
}

/** What a body says of one member; undefined where there is none. */
function canShareSaid(body: object | undefined): boolean | undefined {
  if (body === undefined || Object.keys(body).length === 0) return undefined;
  if (!isObject(body)) throw unassociated('list indices must be integers or slices, not str');
  if (!Object.hasOwn(body, 'member')) throw unassociated("'member'");
  if (!isObject(body.member)) throw unassociated("'can_share'");
  if (!Object.hasOwn(body.member, 'can_share')) throw unassociated("'can_share'");
  return isTrueInPython(body.member.can_share);
}

function wantedMembers(body: object | undefined): WantedMember[] {
  if (!isObject(body) || !Object.hasOwn(body, 'memberships')) throw unassociated("'memberships'");
  const said = body.memberships;
  if (said === '' || (isObject(said) && Object.keys(said).length === 0)) return [];
  if (!Array.isArray(said)) throw unassociated('string indices must be integers');
  return said.map((entry: unknown) => {
    if (!isObject(entry)) throw unassociated('string indices must be integers');
    const { member_id: memberId, can_share: canShare } = entry;
    if (typeof memberId !== 'string' && typeof memberId !== 'number') throw unassociated("'member_id'");
    return {
      memberId: String(memberId),
      canShare: Object.hasOwn(entry, 'can_share') ? isTrueInPython(canShare) : undefined,
    };
  });
}

function unassociated(what: string): Fault {
  return new Fault(400, { explanation: `Invalid membership association: ${what}` });
}
