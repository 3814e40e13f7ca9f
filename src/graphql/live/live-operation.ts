import {
  createSourceEventStream,
  execute,
  getOperationAST,
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { badInput, ImageError } from '../../image/errors.js';
import { RowBudget } from '../../image/catalog/row-budget.js';
import type { Context } from '../execution/context.js';
import { documentBytes } from '../execution/document-store.js';
import {
  documentError,
  MOST_COERCION_ERRORS,
  MOST_TOKENS,
  MOST_VALIDATION_ERRORS,
} from '../limits/document-limits.js';
import type { RequireWithinLimits } from '../limits/operation-limits.js';

/** A request for a subscription, as a client sends it. */
export interface LiveRequest {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
}

/** The results of a subscription as JSON. Subscribers of one operation share each text. */
export type LiveResults = AsyncIterableIterator<string>;

/** Begins a subscription. @throws LiveErrors when it cannot begin; the results too, when it ends early */
export type BeginSubscription = (request: LiveRequest, context: Context) => Promise<LiveResults>;

/** The errors because of which a subscription does not begin, or ends. */
export class LiveErrors extends Error {
  constructor(readonly errors: readonly GraphQLFormattedError[]) {
    super(errors.map(({ message }) => message).join(' '));
  }
}

export interface LiveParts {
  schema: GraphQLSchema;
  requireWithinLimits: RequireWithinLimits;
  /** Returns an error as a client sees it. */
  formatted: (error: GraphQLError, context: Context) => GraphQLFormattedError;
  queryCostLimit: number;
}

/** The memory for checked documents, in bytes. */
const DOCUMENT_BYTES = 8 * 1024 * 1024;

/**
 * Returns a function that begins subscriptions, under the limits of all other operations. Subscribers with the same
 * operation share each result: it is computed once.
 */
export function liveOperations({
  schema,
  requireWithinLimits,
  formatted,
  queryCostLimit,
}: LiveParts): BeginSubscription {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: DOCUMENT_BYTES,
    sizeCalculation: documentBytes,
  });

  return async (request, context) => {
    try {
      const args = argumentsOf(request, context);
      const events = await createSourceEventStream(args);
      if (!(Symbol.asyncIterator in events)) throw new ManyErrors((events.errors ?? []).map(ofVariables));
      context.log.info({ reqId: context.requestId }, 'a subscription has begun');
      return results(events[Symbol.asyncIterator]() as AsyncIterator<object>, args, context);
    } catch (error) {
      throw liveErrors(error, context);
    }
  };

  /** @throws GraphQLError, ManyErrors */
  function argumentsOf({ query, operationName, variables }: LiveRequest, context: Context): ExecutionArgs {
    const document = checked(textOf('query', query));
    const name =
      operationName === undefined || operationName === null
        ? undefined
        : textOf('operationName', operationName);
    const definition = getOperationAST(document, name);
    if (!definition)
      throw coded('OPERATION_RESOLUTION_FAILURE', 'The document has no operation with this name.');
    if (definition.operation !== 'subscription') throw new ImageError('SUBSCRIPTION_TRANSPORT');
    const values = objectOf('variables', variables ?? {});
    requireWithinLimits({ document, definition, variables: values });
    return {
      schema,
      document,
      operationName: name,
      variableValues: values,
      contextValue: context,
      options: { maxCoercionErrors: MOST_COERCION_ERRORS },
    };
  }

  function checked(text: string): DocumentNode {
    const known = documents.get(text);
    if (known) return known;
    const tooLong = documentError(text);
    if (tooLong) throw tooLong;
    const document = parsed(text);
    const errors = validate(schema, document, specifiedRules, { maxErrors: MOST_VALIDATION_ERRORS });
    if (errors.length > 0)
      throw new ManyErrors(errors.map((error) => coded('GRAPHQL_VALIDATION_FAILED', error.message, error)));
    documents.set(text, document);
    return document;
  }

  function results(events: AsyncIterator<object>, args: ExecutionArgs, context: Context): LiveResults {
    const key = JSON.stringify([
      (args.document as DocumentNode).loc?.source.body,
      args.operationName,
      args.variableValues,
      context.endpoint,
    ]);
    return {
      async next() {
        try {
          const event = await events.next();
          return event.done ? event : { done: false, value: await resultOf(event.value, key, args, context) };
        } catch (error) {
          throw liveErrors(error, context);
        }
      },
      async return() {
        await events.return?.();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** Computes the result of an event once for every operation. */
  function resultOf(event: object, key: string, args: ExecutionArgs, context: Context): Promise<string> {
    const known = sharedResults.get(event) ?? new Map<string, Promise<string>>();
    sharedResults.set(event, known);
    const result = known.get(key) ?? compute(event, args, context);
    known.set(key, result);
    return result;
  }

  async function compute(event: object, args: ExecutionArgs, context: Context): Promise<string> {
    const contextValue = { ...context, rows: new RowBudget(queryCostLimit) };
    const { errors, ...result }: ExecutionResult = await execute({ ...args, rootValue: event, contextValue });
    const shown = errors ? { errors: errors.map((error) => formatted(error, context)), ...result } : result;
    return JSON.stringify(shown);
  }

  function liveErrors(error: unknown, context: Context): LiveErrors {
    if (error instanceof LiveErrors) return error;
    const all = error instanceof ManyErrors ? error.errors : [asGraphqlError(error)];
    return new LiveErrors(all.map((each) => formatted(each, context)));
  }
}

/** The results of events, by operation. Feeds give the same event to every subscriber of one caller. */
const sharedResults = new WeakMap<object, Map<string, Promise<string>>>();

class ManyErrors extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('several errors');
  }
}

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: MOST_TOKENS });
  } catch (error) {
    throw error instanceof GraphQLError ? coded('GRAPHQL_PARSE_FAILED', error.message, error) : error;
  }
}

function coded(
  code: string,
  message: string,
  { source, positions }: Partial<GraphQLError> = {},
): GraphQLError {
  return new GraphQLError(message, { source, positions, extensions: { code } });
}

/** Gives an error of variables its code. It is the only error without one that no resolver has thrown. */
function ofVariables(error: GraphQLError): GraphQLError {
  const { originalError = error } = error;
  const isOfGraphql = originalError instanceof GraphQLError && originalError.extensions.code === undefined;
  return isOfGraphql ? coded('BAD_USER_INPUT', error.message, error) : error;
}

function asGraphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

function textOf(field: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw badInput(field, 'must be a text');
}

function objectOf(field: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw badInput(field, 'must be an object');
}
