import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayContinue } from '../../http/http-server.js';
import type { Caller } from '../../identity/caller.js';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { MemberService } from '../../image/change/member-service.js';
import type { Answer } from '../shared/answer.js';
import { RestError } from '../shared/rest-error.js';
import { DONE, membersAnswer, sharedImagesAnswer } from '../shared/member-answers.js';
import { orV1Error } from './v1-errors.js';
import { bodyFor, type ReadBody } from '../shared/json-body.js';
import { canShareIn, membersIn } from './v1-member-body.js';

/** Returns the actions on members (contract C18). */
export function memberActions(members: MemberService, catalog: ImageCatalog) {
  /** Refuses a caller who no longer sees the image, since Glance reads it again after the change (C18.9). */
  async function requireStillVisible(caller: Caller, id: string): Promise<Answer> {
    const image = await orV1Error('members', catalog.image(caller, id, { fields: ['id'], relations: [] }));
    if (!image) throw new RestError(404, { detail: `Image with identifier ${id} not found` });
    return DONE;
  }

  /** Reads a body. A caller who may not share the image gets that error for every body (contract C18). */
  async function bodyOf<T>(request: FastifyRequest, id: string, read: ReadBody<T>): Promise<T> {
    return bodyFor(request, read, () => orV1Error('members', members.requireSharer(request.caller, id)));
  }

  return {
    async members({ caller }: FastifyRequest, id: string): Promise<Answer> {
      const rows = await orV1Error('members', members.of(caller, id));
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
      await orV1Error('members', members.add(request.caller, id, { memberId, canShare }, { loose: true }));
      return DONE;
    },

    async replaceMembers(request: FastifyRequest, reply: FastifyReply, id: string): Promise<Answer> {
      mayContinue(request, reply);
      const wanted = await bodyOf(request, id, membersIn);
      await orV1Error('members', members.replace(request.caller, id, wanted, { loose: true }));
      return requireStillVisible(request.caller, id);
    },

    async deleteMember({ caller }: FastifyRequest, id: string, memberId: string): Promise<Answer> {
      await orV1Error('members', members.remove(caller, id, memberId, { loose: true }));
      return requireStillVisible(caller, id);
    },

    async sharedImages({ caller }: FastifyRequest, memberId: string): Promise<Answer> {
      const rows = await orV1Error('members', members.sharedWith(caller, memberId));
      return sharedImagesAnswer(rows);
    },
  };
}
