import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayContinue } from '../../http/http-server.js';
import type { Caller } from '../../identity/caller.js';
import type { MemberService, WantedMember } from '../../image/change/member-service.js';
import type { MemberRow } from '../../image/records/member-records.js';
import { jsonAnswer, type Answer } from './answer.js';
import { bodyFor, type ReadBody } from './json-body.js';

/** An action on members that a path and method request. */
export type MemberAction =
  | { name: 'members' | 'replaceMembers'; id: string }
  | { name: 'putMember' | 'deleteMember'; id: string; member: string }
  | { name: 'sharedImages'; member: string };

/** The things in which the two faces of version 1 differ about members. */
export interface MemberFace {
  members: MemberService;
  /** Throws a failure of the domain as an error of the face. */
  orError<T>(work: Promise<T>): Promise<T>;
  /** The same for work on one image. */
  orImageError<T>(id: string, work: Promise<T>): Promise<T>;
  readCanShare: ReadBody<boolean | undefined>;
  readMembers: ReadBody<WantedMember[]>;
  /** Refuses a caller who no longer sees the image after the change. */
  requireStillVisible?(caller: Caller, id: string): Promise<void>;
}

/** Returns the actions on members (contract C18, C23.12, C23.13). */
export function memberActions({
  members,
  orError,
  orImageError,
  readCanShare,
  readMembers,
  requireStillVisible,
}: MemberFace) {
  return async (action: MemberAction, request: FastifyRequest, reply: FastifyReply): Promise<Answer> => {
    const { caller } = request;
    switch (action.name) {
      case 'members':
        return membersAnswer(await orImageError(action.id, members.of(caller, action.id)));
      case 'putMember': {
        mayContinue(request, reply);
        const canShare = await bodyOf(request, action.id, readCanShare);
        const wanted = { memberId: action.member, canShare };
        await orImageError(action.id, members.add(caller, action.id, wanted, { loose: true }));
        return DONE;
      }
      case 'replaceMembers': {
        mayContinue(request, reply);
        const wanted = await bodyOf(request, action.id, readMembers);
        await orImageError(action.id, members.replace(caller, action.id, wanted, { loose: true }));
        await requireStillVisible?.(caller, action.id);
        return DONE;
      }
      case 'deleteMember':
        await orImageError(action.id, members.remove(caller, action.id, action.member, { loose: true }));
        await requireStillVisible?.(caller, action.id);
        return DONE;
      case 'sharedImages':
        return sharedImagesAnswer(await orError(members.sharedWith(caller, action.member)));
    }
  };

  /** Reads a body. A caller who may not share the image gets that error for every body (contract C18, C23.12). */
  function bodyOf<T>(request: FastifyRequest, id: string, read: ReadBody<T>): Promise<T> {
    return bodyFor(request, read, () => orImageError(id, members.requireSharer(request.caller, id)));
  }
}

/** The answer to a change of members. */
const DONE: Answer = { status: 204, headers: [] };

/** Returns the answer with the members of one image (contract C18.1, C23.12). */
function membersAnswer(rows: readonly Pick<MemberRow, 'memberId' | 'canShare'>[]): Answer {
  return jsonAnswer(200, {
    members: rows.map(({ memberId, canShare }) => ({ member_id: memberId, can_share: canShare })),
  });
}

/** Returns the answer with the images that are shared with one member (contract C18.7, C23.13). */
function sharedImagesAnswer(rows: readonly Pick<MemberRow, 'imageId' | 'canShare'>[]): Answer {
  return jsonAnswer(200, {
    shared_images: rows.map(({ imageId, canShare }) => ({ image_id: imageId, can_share: canShare })),
  });
}
