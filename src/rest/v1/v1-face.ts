import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Identify } from '../../identity/caller.js';
import { sendError, type Answering } from '../../http/http-server.js';
import { ImageError } from '../../image/errors.js';
import type { ImageData } from '../../image/download/image-data.js';
import type { MemberService } from '../../image/change/member-service.js';
import { addressOf, type Address } from '../shared/request-url.js';
import { send, type Answer } from '../shared/answer.js';
import { identified, sendFault, serveAll } from '../shared/catch-all-route.js';
import { baseUrl, type BaseUrl } from './base-url.js';
import { faultOf } from './v1-errors.js';
import { legacyWords, type LegacyWords } from './legacy-paths.js';
import { memberActions } from './v1-member-actions.js';
import { negotiated } from './version-negotiation.js';
import { readActions } from './read-actions.js';
import { actionOf, ADDRESSES, type Action } from './v1-routes.js';
import { versionsAnswer } from './version-list.js';
import { writeActions, type WriteParts } from './write-actions.js';

export interface V1Parts extends WriteParts {
  data: ImageData;
  members: MemberService;
  identify: Identify;
}

export interface V1Options {
  apiLimitMax: number;
  publicEndpoint?: string;
  legacyPaths: boolean;
  /** Where there are any, the filter that speaks with their pages answers OPTIONS. */
  corsOrigins: readonly string[];
  /** Whether what a peer says of the request's way through proxies counts. */
  isProxy: (peer: string) => boolean;
}

/** First segments of paths that belong to other faces; everything else is negotiated as version 1 does. */
const RESERVED = /^\/+(graphql|graphiql|data|healthcheck|ready)(?=[/?]|$)/;

/** Version 1 of the Images API, as Glance 15 answers it (docs/reference/v1-contract.md, C1 to C21). */
export interface V1Face extends Answering {
  /** Takes every path that no other face has. */
  routes(server: FastifyInstance): void;
}

export function v1Face(parts: V1Parts, options: V1Options): V1Face {
  const read = readActions(parts.catalog, parts.data, options);
  const write = writeActions(parts);
  const sharing = memberActions(parts.members, parts.catalog);

  return {
    routes(server) {
      const taken = options.corsOrigins.length > 0 ? 'OPTIONS' : undefined;
      serveAll(server, { answer, fail, addresses: ADDRESSES, taken });
    },
    answer,
    fail,
  };

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      // Every OPTIONS is answered by a filter in front of it all (contract C4.4).
      if (request.method === 'OPTIONS') return send(request, reply, { status: 200, headers: [] }, false);
      if (isReserved(request)) return sendError(new ImageError('NOT_FOUND'), request, reply);
      return await answerAt(addressOf(request.raw.url ?? '/'), request, reply);
    } catch (error) {
      return fail(error, request, reply);
    }
  }

  function fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (error instanceof ImageError && isReserved(request)) return sendError(error, request, reply);
    return sendFault(error, faultOf(error, 'show'), request, reply);
  }

  async function answerAt(
    { path, query }: Address,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const wanted = negotiated(path, request.headers.accept, options.legacyPaths);
    const base = baseUrl(request.raw, options.isProxy(request.raw.socket.remoteAddress ?? ''));
    if (wanted.for === 'versions') {
      const named = options.publicEndpoint?.replace(/\/+$/, '') ?? base.origin + base.prefix;
      return send(request, reply, versionsAnswer(wanted.status, named), false);
    }
    const refusal = await identified(request, parts.identify);
    if (refusal) return send(request, reply, refusal, false);
    const action = actionOf(request.method, wanted.path);
    const collection = `${base.origin}${wanted.prefix}/images`;
    const legacy = options.legacyPaths ? legacyWords(collection, wanted.isUnversioned) : undefined;
    const answered = await act({ action, query, base, legacy }, request, reply);
    return answered ? send(request, reply, answered) : reply;
  }

  /** The answer; undefined where it has been sent already. */
  async function act(
    { action, query, base, legacy }: Asked,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Answer | undefined> {
    switch (action.name) {
      case 'enter':
        return {
          status: 302,
          headers: [
            ['Content-Type', 'text/plain; charset=utf8'],
            ['Location', `${base.origin}${base.prefix}/v1/`],
          ],
        };
      case 'list':
        return read.list(request, query, legacy);
      case 'detail':
        return read.detail(request, query, legacy);
      case 'head':
        return read.head(request, action.id, legacy);
      case 'download':
        await read.download(request, reply, action.id, legacy);
        return undefined;
      case 'create':
        return write.create(request, reply, base.origin, legacy);
      case 'update':
        return write.update(request, reply, action.id, legacy);
      case 'delete':
        return write.delete(request, action.id);
      case 'members':
        return sharing.members(request, action.id);
      case 'putMember':
        return sharing.putMember(request, reply, action.id, action.member);
      case 'replaceMembers':
        return sharing.replaceMembers(request, reply, action.id);
      case 'deleteMember':
        return sharing.deleteMember(request, action.id, action.member);
      case 'sharedImages':
        return sharing.sharedImages(request, action.member);
    }
  }
}

function isReserved({ raw }: FastifyRequest): boolean {
  return RESERVED.test(raw.url ?? '/');
}

interface Asked {
  action: Action;
  query: Address['query'];
  base: BaseUrl;
  legacy: LegacyWords | undefined;
}
