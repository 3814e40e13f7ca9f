import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import { publicError } from '../http/public-error.js';
import { fromFastify } from '../http/fastify-errors.js';
import { discardBody } from '../http/http-server.js';
import type { Caller, Identify } from '../identity/caller.js';
import { knownOrigins, type Guard } from '../http/foreign-pages.js';
import { ImageError } from '../image/errors.js';
import type { PageLimits } from '../image/catalog/page-window.js';
import { RowBudget } from '../image/catalog/row-budget.js';
import type { Context } from './execution/context.js';
import { documentStore, persistedQueryStore } from './execution/document-store.js';
import { observeOperations, type OperationObserver } from './execution/operation-observer.js';
import { formatError } from './errors/error-format.js';
import { isCrossSiteQuery, PREFLIGHT_HEADER } from './csrf-prevention.js';
import { httpStatus, mediaType } from './errors/http-status.js';
import { persistedDocuments } from './execution/persisted-documents.js';
import {
  documentError,
  MOST_COERCION_ERRORS,
  MOST_TOKENS,
  MOST_VALIDATION_ERRORS,
} from './limits/document-limits.js';
import { wantsEventStream } from './live/event-stream.js';
import { liveRoutes } from './live/live-routes.js';
import type { SubscriberLimits } from './live/subscribers.js';
import { limitCheck, operationLimits, type LimitOptions } from './limits/operation-limits.js';
import { multipartRequests, type MultipartOptions } from './multipart/multipart-requests.js';
import { planCache } from './execution/plan-cache.js';

export interface GraphqlOptions extends LimitOptions, MultipartOptions, PageLimits, SubscriberLimits {
  publicEndpoint?: string;
  corsOrigins: readonly string[];
  introspection: boolean;
  /** A manifest of the documents that alone may run, or a folder of manifests. */
  persistedDocuments?: string;
}

export interface GraphqlParts {
  /** Refuses a caller who may upload nothing. */
  requireUploader: (caller: Caller) => void;
  identify: Identify;
  /** Checks handshakes of WebSockets, which no hook of the server sees. */
  guard: Guard;
  /** Aborts when the gateway stops. */
  stopping: AbortSignal;
  observer?: OperationObserver;
}

/** Registers `/graphql`: Apollo Server, with our limits, plans and errors, and the transports of subscriptions. */
export async function graphqlRoute(
  server: FastifyInstance,
  schema: GraphQLSchema,
  options: GraphqlOptions,
  { requireUploader, identify, guard, stopping, observer: told }: GraphqlParts,
): Promise<void> {
  const { introspection } = options;
  const requireWithinLimits = limitCheck(options, options);
  const shown = (formatted: GraphQLFormattedError, error: unknown, log: Context['log']) =>
    formatError(introspection ? formatted : withoutSuggestion(formatted), error, log);
  const documents =
    options.persistedDocuments === undefined
      ? undefined
      : persistedDocuments(options.persistedDocuments, schema, (problem) => server.log.warn(problem));
  const observer = told && { ...told, known: new Set([...told.known, ...(documents?.names ?? [])]) };
  const logs = new WeakMap<object, Context['log']>();
  const apollo = new ApolloServer<Context>({
    schema,
    documentStore: documentStore(),
    persistedQueries: documents ? false : { cache: persistedQueryStore() },
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MOST_TOKENS },
    validationOptions: { maxErrors: MOST_VALIDATION_ERRORS },
    executionOptions: { maxCoercionErrors: MOST_COERCION_ERRORS },
    maxRecursiveSelections: true,
    logger: quiet(server),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // This plugin would wrap every field of the schema only to set Cache-Control, which the route sets below.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      rememberLogs(logs),
      ...(documents ? [runNamedDocument] : []),
      refuseSubscriptions,
      ...(observer ? [observeOperations(observer)] : []),
      operationLimits(requireWithinLimits, options),
      planCache(schema),
      httpStatus,
    ],
    formatError: (formatted, error) => shown(formatted, error, logs.get(error as object) ?? server.log),
  } as ConstructorParameters<typeof ApolloServer<Context>>[0]);
  await apollo.start();
  server.addHook('onClose', () => apollo.stop());
  server.setErrorHandler((error, request, reply) => {
    const { code, status, message, details, headers } = publicError(fromFastify(error, request), request.log);
    observer?.failed(code);
    discardBody(request);
    return reply
      .code(status)
      .headers(headers)
      .type(mediaType(request))
      .send({ errors: [{ message, extensions: { code, ...details } }] });
  });
  const origins = knownOrigins(options);
  server.addHook('onRequest', (request, reply, done) => {
    // Apollo refuses every GET without the header; the gateway adds it for clients that need none.
    if (request.method === 'GET' && !isCrossSiteQuery(request, origins))
      request.headers[PREFLIGHT_HEADER] ||= '1';
    void reply.header('cache-control', 'no-store');
    done(charsetError(request.headers['content-type'] ?? ''));
  });
  multipartRequests(server, options, requireUploader);
  server.addHook('preHandler', (request, _reply, done) =>
    done(documentError((request.body as { query?: unknown } | undefined)?.query)),
  );
  const named = new WeakMap<FastifyRequest, string>();
  if (documents)
    server.addHook('preHandler', (request, _reply, done) => {
      const document = documents.textFor(request);
      if (document === undefined) return done(new ImageError('DOCUMENT_UNKNOWN'));
      named.set(request, document);
      done();
    });
  const contextOf = (exchange: Exchange): Context => ({
    caller: exchange.caller,
    requestId: exchange.id,
    endpoint: exchange.endpoint,
    log: exchange.log ?? server.log,
    rows: new RowBudget(options.queryCostLimit),
    document: exchange.document,
  });
  const contextOfRequest = (request: FastifyRequest): Context => {
    const endpoint = options.publicEndpoint ?? `${request.protocol}://${request.host}`;
    const { caller, id, log } = request;
    const context = contextOf({ caller, id, endpoint, log, document: named.get(request) });
    if (observer) context.onNamed = (operation) => void (request.operation = operation);
    return context;
  };
  const answerWithEvents = liveRoutes(server, {
    ...{ schema, identify, guard, stopping, requireWithinLimits, contextOf, origins, options },
    formatted: (error, { log }) => shown(error.toJSON(), error, log),
    textFor: documents?.textFor,
    observer,
  });
  const answer = fastifyApolloHandler(apollo, { context: async (request) => contextOfRequest(request) });
  server.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    config: { forms: true },
    handler(request, reply) {
      if (!wantsEventStream(request)) return answer.call(server, request, reply);
      if (request.method === 'GET' && !request.headers[PREFLIGHT_HEADER])
        throw new ImageError('FOREIGN_ORIGIN');
      return answerWithEvents(request, reply, contextOfRequest(request));
    },
  });
}

/** The facts of a request, or of a connection of a WebSocket, which has no log and no document of its own. */
interface Exchange {
  caller: Caller;
  id: string;
  endpoint: string;
  log?: Context['log'];
  document?: string;
}

/** Returns the error for a charset other than UTF-8: JSON is UTF-8 (RFC 8259), and another text would be misread. */
function charsetError(contentType: string): ImageError | undefined {
  const [, charset] = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType) ?? [];
  if (charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset)) return undefined;
  return new ImageError('UNSUPPORTED_MEDIA_TYPE', {
    contentType: contentType.slice(0, 100),
    expected: 'application/json in UTF-8',
  });
}

/** Removes suggestions from errors of variables; Apollo removes them from errors of validation only. */
function withoutSuggestion(formatted: GraphQLFormattedError): GraphQLFormattedError {
  return { ...formatted, message: formatted.message.replace(/ Did you mean .+\?$/s, '') };
}

/** Refuses subscriptions, which need a transport that stays open. */
const refuseSubscriptions: ApolloServerPlugin<Context> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation }) {
        if (operation?.operation !== 'subscription') return;
        const originalError = new ImageError('SUBSCRIPTION_TRANSPORT');
        throw new GraphQLError(originalError.message, {
          originalError,
          extensions: { http: { status: originalError.status } },
        });
      },
    };
  },
};

/** Replaces what a request says about its document by the text of that document. */
const runNamedDocument: ApolloServerPlugin<Context> = {
  async requestDidStart({ request, contextValue }) {
    request.query = contextValue.document;
    if (request.extensions) delete (request.extensions as { persistedQuery?: unknown }).persistedQuery;
  },
};

/** Remembers the log of the request for each error, since Apollo formats errors without their request. */
function rememberLogs(logs: WeakMap<object, Context['log']>) {
  return {
    async requestDidStart() {
      return {
        async didEncounterErrors({
          errors,
          contextValue,
        }: {
          errors: readonly object[];
          contextValue: Context;
        }) {
          for (const error of errors) logs.set(error, contextValue.log);
        },
      };
    },
  };
}

/** Returns a logger for Apollo. It drops messages about single requests, which the gateway logs itself. */
function quiet(server: FastifyInstance) {
  const { log } = server;
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (message: unknown) => log.warn(String(message)),
    error: (message: unknown) => log.error(String(message)),
  };
}
