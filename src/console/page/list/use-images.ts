import { useMemo, useRef, useSyncExternalStore } from 'react';
import { useClient, useQuery } from 'urql';
import { useOnAttempt, usePolling } from '../gateway/ask-again.js';
import { useConnection } from '../gateway/connection.js';
import { useAfterChanges, useImageChanges } from '../gateway/live/image-changes.js';
import { ImageNumbersDocument } from '../gateway/operations.js';
import type { ListQuery } from './filter.js';
import { useKept } from '../parts/use-kept.js';
import { imageStore, type ImageStore, type ListState } from './image-store.js';

/** The images of a list, and what changes among those in sight. */
export interface Images extends ListState {
  store: ImageStore;
  /** True while the rows still belong to the list before. */
  isStale: boolean;
}

/** Reads a list. The rows of the list before stay until the first page is there. */
export function useImages(query: ListQuery, idsInSight: () => readonly string[]): Images {
  const client = useClient();
  const key = JSON.stringify(query);
  const store = useMemo(() => imageStore(client, query), [client, key]);
  const state = useSyncExternalStore(store.subscribe, store.state);
  const { trouble, isLoginEnded } = useConnection();
  const last = useRef<ListState>(undefined);
  if (state.rows) last.current = state;

  useOnAttempt(() => store.retry(idsInSight()));
  useImageChanges(store.note);
  usePolling(() => {
    if (store.state().rows) void store.refresh(idsInSight());
  });

  // While nothing answers, the bar above says why, and what is there stays.
  const failure = trouble || isLoginEnded ? undefined : state.failure;
  const isStale = !state.rows && !failure && last.current !== undefined;
  return { ...state, rows: isStale ? last.current!.rows : state.rows, failure, store, isStale };
}

/** The size of a list, and how many of its images have each value of a filter. */
export interface Numbers {
  total: number | undefined;
  /** Counts anew. */
  again(): void;
  count(by: 'STATUS' | 'VISIBILITY' | 'DISK_FORMAT', value: string | null): number | undefined;
  /** The values of a field that images have, the most frequent first; null for none. */
  values(by: 'STATUS' | 'VISIBILITY' | 'DISK_FORMAT'): readonly (string | null)[];
}

/** Milliseconds between two counts, however many images change. */
const COUNT_MS = 10_000;
const isAny = () => true;

/** @param isPaused true while the page itself is being read: what one looks for comes first */
export function useNumbers({ filter, search }: ListQuery, isPaused: boolean): Numbers {
  const [{ data: latest }, ask] = useQuery({
    query: ImageNumbersDocument,
    variables: { filter, search },
    requestPolicy: 'cache-and-network',
    pause: isPaused,
  });
  const data = useKept(latest, JSON.stringify([filter, search]));
  const again = () => ask({ requestPolicy: 'network-only' });
  useOnAttempt(() => !isPaused && again());
  useAfterChanges(COUNT_MS, isAny, () => !isPaused && !document.hidden && again());
  const counts = data?.imageCounts ?? [];
  return {
    total: data?.images.totalCount,
    again,
    count: (by, value) => counts.find((each) => each.by === by && (each.value ?? null) === value)?.count,
    values: (by) => counts.filter((each) => each.by === by).map(({ value }) => value ?? null),
  };
}
