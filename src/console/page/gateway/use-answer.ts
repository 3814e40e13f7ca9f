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
  /** True while an answer is on its way. */
  isBusy: boolean;
  again: () => void;
}

export interface Asking {
  /** Names the thing asked about: an answer about another one does not stay. */
  about?: unknown;
  /** Milliseconds between two questions; unset: fewer while the gateway tells each change by itself. */
  pollMs?: number;
  /** True while nothing is to be asked. */
  isPaused?: boolean;
}

/** Milliseconds between two questions of a screen that only counts. */
export const SELDOM_MS = 60_000;

/** Asks a question, and asks it again from time to time. */
export function useAnswer<Data, Variables extends AnyVariables>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { about, pollMs, isPaused = false }: Asking = {},
): Answer<Data> {
  const [{ data, error, fetching, stale }, ask] = useQuery<Data, AnyVariables>({
    query: query as TypedDocumentNode<Data, AnyVariables>,
    variables,
    requestPolicy: 'cache-and-network',
    pause: isPaused,
  });
  // After an answer that was an error, the data is null until the next one.
  const kept = useKept(error ? undefined : (data ?? undefined), about);
  const again = () => {
    if (!isPaused) ask({ requestPolicy: 'network-only' });
  };
  useOnAttempt(again);
  usePolling(again, pollMs);
  const isBusy = fetching || stale;
  return { data: kept, failure: isBusy ? undefined : failureIn(error), isBusy, again };
}
