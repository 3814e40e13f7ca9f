import type { FetcherParams, FetcherReturnType } from '@graphiql/toolkit';
import { createClient, NetworkError } from 'graphql-sse';
import { getOperationAST, parse, type ExecutionResult } from 'graphql';
import { ENDPOINT } from './endpoint';

/** Returns true if the operation to run is a subscription. */
export function isSubscription({ query, operationName }: FetcherParams): boolean {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    // The gateway reports the error in the text.
    return false;
  }
}

/** The way in which GraphiQL listens. */
interface Listener {
  next(result: ExecutionResult): void;
  error(problem: unknown): void;
  complete(): void;
}

/**
 * Returns the events of a subscription. They come as server-sent events, because a page cannot send the headers of a tab with a
 * WebSocket. GraphiQL shows the last event.
 */
export function subscription(
  { query, variables, operationName }: FetcherParams,
  headers: Record<string, string>,
): FetcherReturnType {
  const client = createClient({ url: ENDPOINT.href, headers, retryAttempts: 0 });
  const subscribe = ({ next, error, complete }: Listener) => ({
    unsubscribe: client.subscribe(
      { query, variables, operationName: operationName ?? undefined },
      { next, complete, error: (problem) => void explanation(problem).then(error) },
    ),
  });
  return { subscribe } as FetcherReturnType;
}

/** Returns the errors in the answer of a gateway that refused the subscription, or else the problem itself. */
async function explanation(problem: unknown): Promise<unknown> {
  if (!(problem instanceof NetworkError) || !problem.response) return problem;
  const { errors } = await (problem.response as Response).json().catch(() => ({}));
  return errors ?? problem;
}
