import type { Client } from '@urql/core';
import { MOST_IDS } from '../change/send-change.js';
import { failureIn, type Failure } from '../gateway/failure.js';
import type { ImageNews } from '../gateway/live/image-changes.js';
import { FreshImagesDocument, ImagePageDocument, type ImageRowFragment } from '../gateway/operations.js';
import type { ListQuery } from './filter.js';

/** The content of a list at one moment. */
export interface ListState {
  /** Undefined until the first page is there. */
  rows?: readonly ImageRowFragment[];
  hasMore: boolean;
  isLoading: boolean;
  failure?: Failure;
  /** Ids of the rows that changed a moment ago. */
  changed: ReadonlySet<string>;
  /** Ids of the rows whose images are no longer to be seen. */
  gone: ReadonlySet<string>;
  /** The number of images that came since the list was read, and are not in it. */
  newer: number;
}

/** The pages of a list, read one after the other. */
export interface ImageStore {
  state(): ListState;
  subscribe(listener: () => void): () => void;
  /** Reads the next page, unless it is being read. */
  more(): void;
  /** Reads the list anew, from its start. The old rows stay until the answer comes. */
  again(): void;
  /** Reads what changed among these rows, and how many images came. */
  refresh(ids: readonly string[]): Promise<void>;
  /** Takes a change of an image that the gateway tells by itself. */
  note(news: ImageNews): void;
  /** Reads the page that failed. If none failed, reads the changes among these rows. */
  retry(ids: readonly string[]): void;
}

const PAGE = 100;
/** The time for which a changed row is marked. */
const MARK_MS = 3000;
/** The time in which changes gather before the gateway is asked about them, and marks before they end. */
const GATHER_MS = 500;

export function imageStore(client: Client, query: ListQuery): ImageStore {
  const listeners = new Set<() => void>();
  let state: ListState = { hasMore: false, isLoading: false, changed: new Set(), gone: new Set(), newer: 0 };
  let pages: (readonly ImageRowFragment[])[] = [];
  let subscriptions: { unsubscribe(): void }[] = [];
  let end: string | null = null;
  /** The creation of the newest image of the list when it was read; known of a list that begins with the newest. */
  let newest: string | undefined;
  const markedUntil = new Map<string, number>();
  let unmarking: ReturnType<typeof setTimeout> | undefined;
  const toRefresh = new Set<string>();
  let refreshing: ReturnType<typeof setTimeout> | undefined;
  /** Grows with each reading anew: answers to an earlier one are late. */
  let generation = 0;
  const [{ key, direction }] = query.sort;
  const isNewestFirst = key === 'CREATED_AT' && direction === 'DESC';

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) again();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) leave();
      };
    },
    more() {
      if (state.hasMore && !state.isLoading) read(pages.length, end);
    },
    again,
    refresh,
    note,
    retry(ids) {
      if (pages.length === 0) again();
      else if (state.failure) read(pages.length, end);
      else void refresh(ids);
    },
  };

  function again(): void {
    leave();
    pages = [];
    end = null;
    read(0, null);
  }

  function leave(): void {
    generation += 1;
    clearTimeout(refreshing);
    refreshing = undefined;
    for (const subscription of subscriptions) subscription.unsubscribe();
    subscriptions = [];
  }

  function read(index: number, after: string | null): void {
    const mine = generation;
    change({ isLoading: true, failure: undefined });
    const variables = { ...query, first: PAGE, after };
    let isFresh = index === 0;
    const source = client.query(ImagePageDocument, variables, { requestPolicy: 'network-only' });
    subscriptions.push(
      source.subscribe(({ data, error, stale }) => {
        if (mine !== generation || stale) return;
        if (!data) return change({ isLoading: false, failure: failureIn(error) });
        const isLast = index >= pages.length - 1;
        pages[index] = data.images.edges.map(({ node }) => node);
        if (isLast) end = data.images.pageInfo.endCursor ?? null;
        if (isFresh && isNewestFirst) newest = data.images.edges[0]?.node.createdAt;
        change({
          isLoading: isLast ? false : state.isLoading,
          ...(isLast ? { hasMore: data.images.pageInfo.hasNextPage } : {}),
          ...(isFresh ? { newer: 0, gone: new Set() } : {}),
          ...placed(),
        });
        isFresh = false;
      }),
    );
  }

  /** Returns the rows in order, each once: an image that changes may move to a later page. */
  function placed(): Partial<ListState> {
    const before = new Map(state.rows?.map((row) => [row.id, row]));
    const rows = [...new Map(pages.flat().map((row) => [row.id, row])).values()];
    const different = rows.filter(({ id, updatedAt, status }) => {
      const old = before.get(id);
      return old !== undefined && (old.updatedAt !== updatedAt || old.status !== status);
    });
    if (different.length > 0) mark(different.map(({ id }) => id));
    return { rows };
  }

  function mark(ids: readonly string[]): void {
    for (const id of ids) markedUntil.set(id, Date.now() + MARK_MS);
    state = { ...state, changed: new Set(markedUntil.keys()) };
    unmarking ??= setTimeout(unmark, MARK_MS);
  }

  /** Takes marks away, those that end shortly after one another in one go. */
  function unmark(): void {
    for (const [id, until] of markedUntil) if (until <= Date.now() + GATHER_MS) markedUntil.delete(id);
    change({ changed: new Set(markedUntil.keys()) });
    unmarking = markedUntil.size > 0 ? setTimeout(unmark, GATHER_MS) : undefined;
  }

  async function refresh(ids: readonly string[]): Promise<void> {
    const mine = generation;
    const newer = { and: [query.filter, { createdAt: { gt: newest } }] };
    const variables = { ids: [...ids], newer, search: query.search, counts: newest !== undefined };
    const { data, error } = await client
      .query(FreshImagesDocument, variables, { requestPolicy: 'network-only' })
      .toPromise();
    // A field that failed makes its node null, as an image that is gone.
    if (!data || error || mine !== generation) return;
    const gone = new Set(ids.filter((_, nth) => data.nodes[nth] === null));
    const others = [...state.gone].filter((id) => !ids.includes(id));
    change({ gone: new Set([...others, ...gone]), newer: data.images?.totalCount ?? 0 });
  }

  function note(news: ImageNews): void {
    if (news === 'all') return again();
    // There is no row that could move.
    if (state.rows?.length === 0 && news.kind !== 'REMOVED') return again();
    const isHere = state.rows?.some(({ id }) => id === news.imageId);
    // The cache brings a change of a row here. An image that left the list may still be seen.
    if (isHere && (news.kind === 'REMOVED' || state.gone.has(news.imageId))) return refreshSoon(news.imageId);
    if (!isHere && news.kind !== 'REMOVED' && newest !== undefined) refreshSoon();
  }

  /** Asks once for all changes that come shortly after one another. */
  function refreshSoon(id?: string): void {
    if (id !== undefined) toRefresh.add(id);
    refreshing ??= setTimeout(() => {
      const ids = [...toRefresh].slice(0, MOST_IDS);
      refreshing = undefined;
      toRefresh.clear();
      void refresh(ids);
    }, GATHER_MS);
  }

  function change(part: Partial<ListState>): void {
    state = { ...state, ...part };
    for (const listener of listeners) listener();
  }
}
