import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createClient as sseClient } from 'graphql-sse';
import { createClient as webSocketClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import type { GraphqlError } from './client.js';
import type { TestGateway } from './gateway.js';
import { gql, type ResultOf } from './gql.js';
import { eventually } from './poll.js';

export const CHANGES = gql(`subscription ($filter: ImageFilterInput, $after: String) {
  imageChanged(filter: $filter, after: $after) {
    kind id: imageId cursor
    image { id name status visibility owner tags properties { name value } members { memberId status } }
  }
}`);

export type Change = ResultOf<typeof CHANGES>['imageChanged'];

export interface Subscription<Data> {
  /** The results that have come, in order. */
  readonly results: Data[];
  /** The errors that have come: those of results, and the one that ended the subscription. */
  readonly errors: GraphqlError[];
  /** The code of the WebSocket's close frame. */
  readonly closeCode: number | undefined;
  readonly isComplete: boolean;
  end(): void;
}

export type Transport = 'websocket' | 'sse';

/** Subscribes with the real client library of the transport, which does not connect again here. */
export function subscribeTo<Data, Variables>(
  gateway: Pick<TestGateway, 'url'>,
  document: TypedDocumentNode<Data, Variables>,
  {
    variables = {},
    headers = {},
    parameters = {},
    transport = 'websocket',
  }: {
    variables?: object;
    headers?: Record<string, string>;
    /** The parameters of the connection, of a WebSocket. */
    parameters?: Record<string, unknown>;
    transport?: Transport;
  } = {},
): Subscription<Data> {
  const results: Data[] = [];
  const errors: GraphqlError[] = [];
  const state = { isComplete: false, closeCode: undefined as number | undefined };
  const sink = {
    next: (result: { data?: Data | null; errors?: readonly object[] | null }) => {
      errors.push(...((result.errors ?? []) as GraphqlError[]));
      if (result.data) results.push(result.data);
    },
    error: (error: unknown) => {
      if (Array.isArray(error)) errors.push(...(error as GraphqlError[]));
      else if (error instanceof Error)
        errors.push({ message: error.message, extensions: { code: error.name } });
      else state.closeCode = (error as { code: number }).code;
    },
    complete: () => (state.isComplete = true),
  };
  const payload = { query: print(document), variables: { ...variables } };
  const client =
    transport === 'websocket'
      ? overWebSocket(gateway, { headers, parameters }, (code) => (state.closeCode = code))
      : sseClient({ url: `${gateway.url}/graphql`, headers, retryAttempts: 0 });
  const stop = (client as Client).subscribe(payload, sink as never);
  return {
    results,
    errors,
    get closeCode() {
      return state.closeCode;
    },
    get isComplete() {
      return state.isComplete;
    },
    end() {
      stop();
      void client.dispose();
    },
  };
}

/** Returns the changes of a subscription, which begins before this resolves. */
export async function changesFor(
  gateway: TestGateway,
  headers: Record<string, string>,
  variables: object = {},
  transport: Transport = 'websocket',
): Promise<Subscription<{ imageChanged: Change }> & { changes: Change[] }> {
  const before = runningSubscriptions(gateway);
  const subscription = subscribeTo(gateway, CHANGES, { variables, headers, transport });
  await eventually(() => runningSubscriptions(gateway) > before || subscription.errors.length > 0);
  return Object.defineProperty(subscription, 'changes', {
    get: () => subscription.results.map(({ imageChanged }) => imageChanged),
  }) as never;
}

/** Counts the subscriptions that the gateway has begun, by its log. */
function runningSubscriptions({ log }: TestGateway): number {
  return log.filter(({ msg }) => msg === 'a subscription has begun').length;
}

function overWebSocket(
  { url }: Pick<TestGateway, 'url'>,
  { headers, parameters }: { headers: Record<string, string>; parameters: Record<string, unknown> },
  onClose: (code: number) => void,
): Client {
  class WithHeaders extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, { headers });
    }
  }
  return webSocketClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WithHeaders,
    connectionParams: parameters,
    retryAttempts: 0,
    on: { closed: (event) => onClose((event as { code: number }).code) },
  });
}
