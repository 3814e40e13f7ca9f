import type { AnyVariables, TypedDocumentNode } from '@urql/core';
import { useQuery } from 'urql';
import { useKept } from '../parts/use-kept.js';
import { useOnAttempt, usePolling } from './ask-again.js';
import { failureIn, type Failure } from './failure.js';

/** The newest answer to a question. */
export interface Answer<Data> {
  /** Undefined until it is read. */
  data: Data | undefined;
  /** Why the newest question has no answer. The data of an earlier one stays. */
  failure: Failure | undefined;
  again: () => void;
}

/** Milliseconds between two questions of a screen that only counts. */
const POLL_MS = 60_000;

/** Asks a question whose variables stay the same, and asks it again from time to time. */
export function useAnswer<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Answer<Data> {
  const [{ data, error, fetching, stale }, ask] = useQuery<Data, AnyVariables>({
    query: query as TypedDocumentNode<Data, AnyVariables>,
    variables,
    requestPolicy: 'cache-and-network',
  });
  // After an answer that was an error, the data is null until the next one.
  const kept = useKept(error ? undefined : (data ?? undefined));
  const again = () => ask({ requestPolicy: 'network-only' });
  useOnAttempt(again);
  usePolling(again, POLL_MS);
  return { data: kept, failure: fetching || stale ? undefined : failureIn(error), again };
}
