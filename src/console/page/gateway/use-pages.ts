import type { TypedDocumentNode } from '@urql/core';
import { useEffect, useRef, useState } from 'react';
import { useClient } from 'urql';
import { useOnAttempt } from './ask-again.js';
import { failureIn, type Failure } from './failure.js';

/** The rows of one answer. */
interface Part<Row> {
  rows: readonly Row[];
  /** The cursor of the page after it; null at the end. */
  next: string | null;
}

/** Returns the rows of a page of a connection. */
export function partOf<Row>({
  edges,
  pageInfo,
}: {
  edges: readonly { node: Row }[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}): Part<Row> {
  const next = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
  return { rows: edges.map(({ node }) => node), next };
}

/** A list that is read page by page. */
export interface Pages<Row> {
  /** Undefined until the first page is read. */
  rows: readonly Row[] | undefined;
  /** True while the rows still are those of the list before. */
  isOld: boolean;
  hasMore: boolean;
  isBusy: boolean;
  /** Why the page that was asked for last is not there. */
  failure: Failure | undefined;
  more: () => void;
  /** Asks for the page that failed. */
  again: () => void;
}

interface State<Row> extends Part<Row> {
  /** The list that the rows belong to; undefined before the first. */
  list?: string;
  isBusy: boolean;
  failure?: Failure;
}

/**
 * Reads a list. It is not read again by itself, since its statements may read all images. The rows of the list before stay
 * until the first page is there.
 *
 * @param variables those of the list, without the cursor
 * @param partIn finds the rows in an answer
 */
export function usePages<Data, Variables extends object, Row>(
  query: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, 'after'>,
  partIn: (data: Data) => Part<Row>,
): Pages<Row> {
  const client = useClient();
  const list = JSON.stringify(variables);
  const [state, setState] = useState<State<Row>>({ rows: [], next: null, isBusy: true });
  /** Grows with each question: answers to an earlier one are late. */
  const asked = useRef(0);

  const read = async (before: readonly Row[], after: string | null) => {
    const mine = (asked.current += 1);
    setState((now) => ({ ...now, isBusy: true, failure: undefined }));
    const { data, error } = await client
      .query<Data, object>(query, { ...variables, after }, { requestPolicy: 'network-only' })
      .toPromise();
    if (mine !== asked.current) return;
    if (!data || error) return setState((now) => ({ ...now, isBusy: false, failure: failureIn(error) }));
    const { rows, next } = partIn(data);
    setState({ list, rows: [...before, ...rows], next, isBusy: false });
  };
  useEffect(() => {
    void read([], null);
    return () => void (asked.current += 1);
  }, [client, list]);

  const isCurrent = state.list === list;
  const again = () => void (isCurrent ? read(state.rows, state.next) : read([], null));
  useOnAttempt(() => state.failure && again());
  return {
    rows: state.list === undefined ? undefined : state.rows,
    isOld: state.list !== undefined && !isCurrent,
    hasMore: isCurrent && state.next !== null,
    isBusy: state.isBusy,
    failure: state.failure,
    more: () => void read(state.rows, state.next),
    again,
  };
}
