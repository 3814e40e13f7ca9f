import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { publicError } from '../http/public-error.js';
import { fromFastify } from '../http/fastify-errors.js';
import { discardBody } from '../http/http-server.js';
import type { Caller } from '../identity/caller.js';
import { knownOrigins } from '../http/foreign-pages.js';
import { badInput, ImageError } from '../image/errors.js';
import type { PageLimits } from '../image/catalog/page-window.js';
import { RowBudget } from '../image/catalog/row-budget.js';
import type { Context } from './execution/context.js';
import { documentStore } from './execution/document-store.js';
import { formatError } from './errors/error-format.js';
import { isCrossSiteQuery, PREFLIGHT_HEADER } from './csrf-prevention.js';
import { httpStatus } from './errors/http-status.js';
import { persistedDocuments } from './execution/persisted-documents.js';
import { KnownOperationTypesRule } from './execution/known-operation-types.js';
import { operationLimits, type LimitOptions } from './limits/operation-limits.js';
import { multipartRequests, type MultipartOptions } from './multipart/multipart-requests.js';
import { planCache } from './execution/plan-cache.js';

const MOST_TOKENS = 1000;
/** In characters. Comments, spaces and long names add no tokens, but take time to parse. */
const LONGEST_DOCUMENT = 100_000;
const MOST_VALIDATION_ERRORS = 5;
const MOST_COERCION_ERRORS = 10;

export interface GraphqlOptions extends LimitOptions, MultipartOptions, PageLimits {
  publicEndpoint?: string;
  corsOrigins: readonly string[];
  introspection: boolean;
  /** A manifest of the documents that alone may run, or a folder of manifests. */
  persistedDocuments?: string;
}

/** Registers `/graphql`: Apollo Server, with our limits, plans and errors. */
export async function graphqlRoute(
  server: FastifyInstance,
  schema: GraphQLSchema,
  options: GraphqlOptions,
  requireUploader: (caller: Caller) => void,
): Promise<void> {
  const { introspection } = options;
  const documents =
    options.persistedDocuments === undefined
      ? undefined
      : persistedDocuments(options.persistedDocuments, schema, (problem) => server.log.warn(problem));
  const logs = new WeakMap<object, Context['log']>();
  const apollo = new ApolloServer<Context>({
    schema,
    documentStore: documentStore(),
    ...(documents ? { persistedQueries: false } : {}),
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MOST_TOKENS },
    validationRules: [KnownOperationTypesRule],
    validationOptions: { maxErrors: MOST_VALIDATION_ERRORS },
    executionOptions: { maxCoercionErrors: MOST_COERCION_ERRORS },
    maxRecursiveSelections: true,
    logger: quiet(server),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // This plugin would wrap every field of the schema only to set Cache-Control, which the route sets below.
      ApolloServerPluginCacheControlDisabled(),
      rememberLogs(logs),
      ...(documents ? [runNamedDocument] : []),
      operationLimits(options, options),
      planCache(schema),
      httpStatus,
    ],
    formatError: (formatted, error) =>
      formatError(
        introspection ? formatted : withoutSuggestion(formatted),
        error,
        logs.get(error as object) ?? server.log,
      ),
  } as ConstructorParameters<typeof ApolloServer<Context>>[0]);
  await apollo.start();
  server.addHook('onClose', () => apollo.stop());
  server.setErrorHandler((error, request, reply) => {
    const { code, status, message, details, headers } = publicError(fromFastify(error, request), request.log);
    discardBody(request);
    return reply
      .code(status)
      .headers(headers)
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
  server.addHook('preHandler', (request, _reply, done) => done(documentError(request.body)));
  const named = new WeakMap<FastifyRequest, string>();
  if (documents)
    server.addHook('preHandler', (request, _reply, done) => {
      const document = documents.textFor(request);
      if (document === undefined) return done(new ImageError('DOCUMENT_UNKNOWN'));
      named.set(request, document);
      done();
    });
  server.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    config: { forms: true },
    handler: fastifyApolloHandler(apollo, {
      context: async (request) => ({
        caller: request.caller,
        requestId: request.id,
        endpoint: options.publicEndpoint ?? `${request.protocol}://${request.host}`,
        log: request.log,
        document: named.get(request),
        rows: new RowBudget(options.queryCostLimit),
      }),
    }),
  });
}

function documentError(body: unknown): ImageError | undefined {
  const { query } = (body ?? {}) as { query?: unknown };
  if (typeof query !== 'string' || query.length <= LONGEST_DOCUMENT) return undefined;
  return badInput(
    'query',
    `must not have more than ${LONGEST_DOCUMENT} characters; values go into variables`,
  );
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
