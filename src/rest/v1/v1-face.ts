import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Identify } from '../../identity/caller.js';
import { sendError, type Answering } from '../../http/http-server.js';
import { ImageError } from '../../image/errors.js';
import type { ImageData } from '../../image/download/image-data.js';
import type { MemberService } from '../../image/change/member-service.js';
import { requestUrl, type RequestUrl } from '../shared/request-url.js';
import { sendAnswer, type Answer } from '../shared/answer.js';
import { catchAllRoute } from '../shared/catch-all-route.js';
import { refuseUnknownCaller, sendRestError } from '../shared/send-error.js';
import { baseUrl, type BaseUrl } from './base-url.js';
import { v1Error } from './v1-errors.js';
import { legacyFields, type LegacyFields } from './legacy-paths.js';
import { v1MemberActions } from './v1-member-actions.js';
import { negotiateVersion } from './version-negotiation.js';
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
  /** With any origins, the CORS plugin answers OPTIONS. */
  corsOrigins: readonly string[];
  /** Returns true for a peer whose proxy headers count. */
  isProxy: (peer: string) => boolean;
}

/** The first segments of other faces' paths. Version 1 negotiates the version of every other path. */
const RESERVED = /^\/+(graphql|graphiql|console|data|healthcheck|ready)(?=[/?]|$)/;

/** Version 1 of the Images API, with the answers of Glance 15 (docs/reference/v1-contract.md, C1 to C21). */
export interface V1Face extends Answering {
  /** Registers a route for every path that no other face has. */
  routes(server: FastifyInstance): void;
}

export function v1Face(parts: V1Parts, options: V1Options): V1Face {
  const read = readActions(parts.catalog, parts.data, options);
  const write = writeActions(parts);
  const sharing = v1MemberActions(parts.members, parts.catalog);

  return {
    routes(server) {
      const exceptMethod = options.corsOrigins.length > 0 ? 'OPTIONS' : undefined;
      catchAllRoute(server, { answer, fail, addresses: ADDRESSES, exceptMethod });
    },
    answer,
    fail,
  };

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      // In Glance a filter answers OPTIONS before everything else (contract C4.4).
      if (request.method === 'OPTIONS')
        return sendAnswer(request, reply, { status: 200, headers: [] }, false);
      if (isReserved(request)) return sendError(new ImageError('NOT_FOUND'), request, reply);
      return await answerAt(requestUrl(request.raw.url ?? '/'), request, reply);
    } catch (error) {
      return fail(error, request, reply);
    }
  }

  function fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (error instanceof ImageError && isReserved(request)) return sendError(error, request, reply);
    return sendRestError(error, v1Error(error, 'show'), request, reply);
  }

  async function answerAt(
    { path, query }: RequestUrl,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const target = negotiateVersion(path, request.headers.accept, options.legacyPaths);
    const base = baseUrl(request.raw, options.isProxy(request.raw.socket.remoteAddress ?? ''));
    if (target.for === 'versions') {
      const named = options.publicEndpoint?.replace(/\/+$/, '') ?? base.origin + base.prefix;
      return sendAnswer(request, reply, versionsAnswer(target.status, named), false);
    }
    const refusal = await refuseUnknownCaller(request, parts.identify);
    if (refusal) return sendAnswer(request, reply, refusal, false);
    const action = actionOf(request.method, target.path);
    request.operation = action.name;
    const collection = `${base.origin}${target.prefix}/images`;
    const legacy = options.legacyPaths ? legacyFields(collection, target.isUnversioned) : undefined;
    const answered = await act({ action, query, base, legacy }, request, reply);
    return answered ? sendAnswer(request, reply, answered) : reply;
  }

  /** Runs an action, and returns its answer; undefined if the action has sent it. */
  async function act(
    { action, query, base, legacy }: ActionRequest,
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
      default:
        return sharing(action, request, reply);
    }
  }
}

function isReserved({ raw }: FastifyRequest): boolean {
  return RESERVED.test(raw.url ?? '/');
}

interface ActionRequest {
  action: Action;
  query: RequestUrl['query'];
  base: BaseUrl;
  legacy: LegacyFields | undefined;
}
