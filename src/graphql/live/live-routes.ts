import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLError, GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { isKnownOrigin, type Guard } from '../../http/foreign-pages.js';
import { handleUpgrades } from '../../http/upgrades.js';
import type { Caller, Identify } from '../../identity/caller.js';
import { ImageError } from '../../image/errors.js';
import type { Context } from '../execution/context.js';
import type { OperationObserver } from '../execution/operation-observer.js';
import type { RequireWithinLimits } from '../limits/operation-limits.js';
import { sendEventStream } from './event-stream.js';
import { liveOperations, type LiveRequest } from './live-operation.js';
import { subscribers, type SubscriberLimits } from './subscribers.js';
import { webSockets } from './web-socket.js';

export interface LiveParts {
  schema: GraphQLSchema;
  identify: Identify;
  guard: Guard;
  /** Aborts when the gateway stops. */
  stopping: AbortSignal;
  requireWithinLimits: RequireWithinLimits;
  formatted: (error: GraphQLError, context: Context) => GraphQLFormattedError;
  /** Returns the context of an operation, but for what one transport adds. */
  contextOf: (request: { caller: Caller; id: string; endpoint: string }) => Context;
  origins: ReadonlySet<string>;
  /** Returns the text of the document that a request names; undefined where every document may run. */
  textFor?: (request: Pick<FastifyRequest, 'method' | 'query' | 'body'>) => string | undefined;
  observer?: OperationObserver;
  options: SubscriberLimits & { queryCostLimit: number; publicEndpoint?: string };
}

/** Answers a request for server-sent events. */
export type AnswerWithEvents = (
  request: FastifyRequest,
  reply: FastifyReply,
  context: Context,
) => Promise<unknown>;

/**
 * Serves subscriptions on `/graphql`: over WebSockets, which the server accepts from now on, and as server-sent events
 * through the returned function.
 */
export function liveRoutes(server: FastifyInstance, parts: LiveParts): AnswerWithEvents {
  const { options, textFor } = parts;
  const begin = liveOperations({ ...parts, queryCostLimit: options.queryCostLimit });
  const connected = subscribers(parts.identify, options, parts.stopping, server.log as never, parts.observer);
  const sockets = webSockets({
    begin,
    subscribers: connected,
    log: server.log as never,
    refusal: (request) => refusalOf(request, parts),
    contextOf: (request, caller, id) =>
      parts.contextOf({ caller, id, endpoint: options.publicEndpoint ?? endpointOf(request) }),
    withDocument: (asked) => documentOf({ method: 'POST', query: {}, body: asked }, asked),
  });
  handleUpgrades(server.server, '/graphql', sockets.accept);
  parts.stopping.addEventListener('abort', () => sockets.close());

  return async (request, reply, context) => {
    const asked = documentOf(request, askedBy(request));
    await sendEventStream({ begin, subscribers: connected }, request, reply, asked, context);
    return reply;
  };

  function documentOf(
    request: Pick<FastifyRequest, 'method' | 'query' | 'body'>,
    asked: LiveRequest,
  ): LiveRequest {
    if (!textFor) return asked;
    const query = textFor(request);
    if (query === undefined) throw new ImageError('DOCUMENT_UNKNOWN');
    return { ...asked, query };
  }
}

/** Returns the error for a handshake from a page of another site, or for another host. */
function refusalOf(request: IncomingMessage, { guard, origins }: LiveParts): ImageError | undefined {
  const { method, headers } = request;
  const refusal = guard({ method, headers, raw: request } as FastifyRequest);
  if (refusal) return refusal;
  const { origin, host } = headers;
  const isForeign = origin !== undefined && !isKnownOrigin(origin, host, origins);
  return isForeign ? new ImageError('FOREIGN_ORIGIN') : undefined;
}

function endpointOf({ socket, headers }: IncomingMessage): string {
  return `${'encrypted' in socket ? 'https' : 'http'}://${headers.host}`;
}

/** Returns the operation of a request. In a GET, the variables are JSON. */
function askedBy({ method, query, body }: FastifyRequest): LiveRequest {
  if (method !== 'GET') return (body ?? {}) as LiveRequest;
  const asked = query as Record<string, unknown>;
  if (typeof asked.variables !== 'string') return asked;
  try {
    return { ...asked, variables: JSON.parse(asked.variables) as unknown };
  } catch {
    return { ...asked, variables: asked.variables };
  }
}
