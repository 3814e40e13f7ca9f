import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayContinue } from '../../http/http-server.js';
import type { Caller } from '../../identity/caller.js';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { MemberService } from '../../image/change/member-service.js';
import type { Answer } from '../shared/answer.js';
import { Fault } from '../shared/rest-error.js';
import { DONE, membersAnswer, sharedImagesAnswer } from '../shared/member-answers.js';
import { at } from './v1-errors.js';
import { bodyFor, type ReadBody } from '../shared/json-body.js';
import { canShareSaid, wantedMembers } from './v1-member-body.js';

/** Sharing (contract C18). */
export function memberActions(members: MemberService, catalog: ImageCatalog) {
  /** Glance looks at the image once more for the sake of its store, and tells a member that left of it (C18.9). */
  async function lookAgain(caller: Caller, id: string): Promise<Answer> {
    const image = await at('members', catalog.image(caller, id, { fields: ['id'], relations: [] }));
    if (!image) throw new Fault(404, { detail: `Image with identifier ${id} not found` });
    return DONE;
  }

  /** A caller who may not share the image gets that error, whatever he sends (contract C18). */
  async function said<T>(request: FastifyRequest, id: string, read: ReadBody<T>): Promise<T> {
    return bodyFor(request, read, () => at('members', members.requireSharer(request.caller, id)));
  }

  return {
    async members({ caller }: FastifyRequest, id: string): Promise<Answer> {
      const rows = await at('members', members.of(caller, id));
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
      await at('members', members.add(request.caller, id, { memberId, canShare }, { loose: true }));
      return DONE;
    },

    async replaceMembers(request: FastifyRequest, reply: FastifyReply, id: string): Promise<Answer> {
      mayContinue(request, reply);
      const wanted = await said(request, id, wantedMembers);
      await at('members', members.replace(request.caller, id, wanted, { loose: true }));
      return lookAgain(request.caller, id);
    },

    async deleteMember({ caller }: FastifyRequest, id: string, memberId: string): Promise<Answer> {
      await at('members', members.remove(caller, id, memberId, { loose: true }));
      return lookAgain(caller, id);
    },

    async sharedImages({ caller }: FastifyRequest, memberId: string): Promise<Answer> {
      const rows = await at('members', members.sharedWith(caller, memberId));
      return sharedImagesAnswer(rows);
    },
  };
}
