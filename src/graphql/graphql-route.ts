import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance } from 'fastify';
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
import { isForeignQuery, PREFLIGHT_HEADER } from './csrf-prevention.js';
import { httpStatus } from './errors/http-status.js';
import { knownOperations } from './execution/known-operation-types.js';
import { limits, type LimitOptions } from './limits/operation-limits.js';
import { multipart, type MultipartOptions } from './multipart/multipart-requests.js';
import { planCache } from './execution/plan-cache.js';

const MOST_TOKENS = 1000;
/** Comments, blanks and long names add no tokens, but take work to parse. */
const LONGEST_DOCUMENT = 100_000;
const MOST_VALIDATION_ERRORS = 5;
const MOST_COERCION_ERRORS = 10;

export interface GraphqlOptions extends LimitOptions, MultipartOptions, PageLimits {
  publicEndpoint?: string;
  corsOrigins: readonly string[];
  introspection: boolean;
}

/** `/graphql`: Apollo Server, with answers and errors in one form whichever way a query is run. */
export async function graphqlRoute(
  server: FastifyInstance,
  schema: GraphQLSchema,
  options: GraphqlOptions,
  requireUploader: (caller: Caller) => void,
): Promise<void> {
  const { introspection } = options;
  const logs = new WeakMap<object, Context['log']>();
  const apollo = new ApolloServer<Context>({
    schema,
    documentStore: documentStore(),
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MOST_TOKENS },
    validationRules: [knownOperations],
    validationOptions: { maxErrors: MOST_VALIDATION_ERRORS },
    executionOptions: { maxCoercionErrors: MOST_COERCION_ERRORS },
    maxRecursiveSelections: true,
    logger: quiet(server),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // It would wrap every field of the schema, only to say in the end what the route says below.
      ApolloServerPluginCacheControlDisabled(),
      rememberLogs(logs),
      limits(options, options),
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
    if (request.method === 'GET' && !isForeignQuery(request, origins))
      request.headers[PREFLIGHT_HEADER] ||= '1';
    void reply.header('cache-control', 'no-store');
    done(otherEncoding(request.headers['content-type'] ?? ''));
  });
  multipart(server, options, requireUploader);
  server.addHook('preHandler', (request, _reply, done) => done(tooLong(request.body)));
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
        rows: new RowBudget(options.queryCostLimit),
      }),
    }),
  });
}

function tooLong(body: unknown): ImageError | undefined {
  const { query } = (body ?? {}) as { query?: unknown };
  if (typeof query !== 'string' || query.length <= LONGEST_DOCUMENT) return undefined;
  return badInput(
    'query',
    `must not have more than ${LONGEST_DOCUMENT} characters; values go into variables`,
  );
}

/** JSON is UTF-8 (RFC 8259); text in another encoding would be read as something else. */
function otherEncoding(contentType: string): ImageError | undefined {
  const [, charset] = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(contentType) ?? [];
  if (charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset)) return undefined;
  return new ImageError('UNSUPPORTED_MEDIA_TYPE', {
    contentType: contentType.slice(0, 100),
    expected: 'application/json in UTF-8',
  });
}

/** Apollo cuts suggestions out of what validation says, but not out of what is said of variables. */
function withoutSuggestion(formatted: GraphQLFormattedError): GraphQLFormattedError {
  return { ...formatted, message: formatted.message.replace(/ Did you mean .+\?$/s, '') };
}

/** Apollo formats errors without knowing the request they belong to; its log is kept beside them. */
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

/** Apollo's own remarks go where ours go; those about single requests are logged by us already. */
function quiet(server: FastifyInstance) {
  const { log } = server;
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (message: unknown) => log.warn(String(message)),
    error: (message: unknown) => log.error(String(message)),
  };
}
