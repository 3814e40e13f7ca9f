import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Identify } from '../../identity/caller.js';
import type { Answering } from '../../http/http-server.js';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { LocationService } from '../../image/change/location-service.js';
import type { MemberService } from '../../image/change/member-service.js';
import type { RecordService } from '../../image/change/record-service.js';
import { requestUrl, type RequestUrl } from '../shared/request-url.js';
import { sendAnswer, type Answer } from '../shared/answer.js';
import type { ListLimits } from '../shared/list-request.js';
import { catchAllRoute } from '../shared/catch-all-route.js';
import { refuseUnknownCaller, sendRestError } from '../shared/send-error.js';
import { registryError } from './registry-errors.js';
import { recordActions } from './record-actions.js';
import { registryMemberActions } from './registry-member-actions.js';
import type { BodyRules } from './record-body.js';
import { rpcAction } from './rpc-commands.js';
import { actionOf, ADDRESSES, type Action } from './registry-routes.js';

export interface RegistryParts {
  catalog: ImageCatalog;
  records: RecordService;
  members: MemberService;
  locations: LocationService;
  identify: Identify;
  limits: ListLimits;
  rules: BodyRules;
}

/** Version 1 of the Registry API, which an old glance-api calls (docs/reference/v1-contract.md, C23, C24). */
export interface RegistryFace extends Answering {
  /** Registers a route for every path that has no other route. */
  routes(server: FastifyInstance): void;
}

export function registryFace({
  catalog,
  records,
  members,
  locations,
  identify,
  limits,
  rules,
}: RegistryParts): RegistryFace {
  const images = recordActions(catalog, records, limits, rules);
  const sharing = registryMemberActions(members, records);
  const rpc = rpcAction(locations);

  return {
    routes: (server) => catchAllRoute(server, { answer, fail, addresses: ADDRESSES }),
    answer,
    fail,
  };

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    try {
      const { path, query } = requestUrl(request.raw.url ?? '/');
      const refusal = await refuseUnknownCaller(request, identify);
      if (refusal) return sendAnswer(request, reply, refusal, false);
      const action = actionOf(request.method, path);
      request.operation = action.name;
      return sendAnswer(request, reply, await act(action, query, request, reply));
    } catch (error) {
      return fail(error, request, reply);
    }
  }

  function act(
    action: Action,
    query: RequestUrl['query'],
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Answer> {
    switch (action.name) {
      case 'list':
        return images.list(request, query);
      case 'detail':
        return images.detail(request, query);
      case 'show':
        return images.show(request, action.id);
      case 'create':
        return images.create(request, reply);
      case 'update':
        return images.update(request, reply, action.id);
      case 'delete':
        return images.delete(request, action.id);
      case 'rpc':
        return rpc(request, reply);
      default:
        return sharing(action, request, reply);
    }
  }
}

function fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendRestError(error, registryError(error, 'show'), request, reply);
}
