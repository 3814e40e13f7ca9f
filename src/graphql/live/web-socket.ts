import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import { CloseCode, handleProtocols, makeServer, type Context as GraphqlWsContext } from 'graphql-ws';
import { GraphQLError, GraphQLSchema, parse, type ExecutionArgs, type GraphQLFormattedError } from 'graphql';
import { WebSocketServer, type WebSocket } from 'ws';
import { publicError } from '../../http/public-error.js';
import type { AcceptUpgrade } from '../../http/upgrades.js';
import { Unauthenticated, type Caller } from '../../identity/caller.js';
import type { ImageError } from '../../image/errors.js';
import type { Log } from '../../telemetry/log.js';
import type { Context } from '../execution/context.js';
import { credentialsOf } from './connection-credentials.js';
import { LiveErrors, type BeginSubscription, type LiveRequest, type LiveResults } from './live-operation.js';
import type { Subscribers } from './subscribers.js';
import { answerPing, closeSoon, heartbeat, sent } from './socket.js';

export interface WebSocketParts {
  begin: BeginSubscription;
  subscribers: Subscribers;
  log: Log;
  /** Returns the error for a handshake that is refused; undefined for others. */
  refusal: (request: IncomingMessage) => ImageError | undefined;
  /** Returns the context of a subscription. */
  contextOf: (request: IncomingMessage, caller: Caller, requestId: string) => Context;
  /** Returns the request with the document that it names, where only known documents may run. */
  withDocument: (request: LiveRequest) => LiveRequest;
}

/** Accepts WebSockets, and closes all that stand. */
export interface WebSockets {
  accept: AcceptUpgrade;
  close(): void;
}

/** Bytes of one message: the longest document with its variables. */
const LONGEST_MESSAGE = 1024 * 1024;
/** The time for a client to say who it is. */
const INITIALISATION_MS = 10_000;
/** Codes of RFC 6455 after which clients of graphql-ws connect again. */
const SERVICE_RESTART = 1012;
const TRY_AGAIN_LATER = 1013;

interface Extra {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly id: string;
  caller?: Caller;
  /** The ids of the operations that begin or run. */
  readonly operations: Set<string>;
}

type LiveContext = GraphqlWsContext<Record<string, unknown>, Extra>;

/** Serves subscriptions over WebSockets, in the protocol graphql-transport-ws of the library graphql-ws. */
export function webSockets(parts: WebSocketParts): WebSockets {
  const { begin, subscribers, log, refusal, contextOf, withDocument } = parts;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LONGEST_MESSAGE,
    perMessageDeflate: false,
    handleProtocols,
  });
  const protocol = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: INITIALISATION_MS,
    onConnect: identifyCaller,
    onSubscribe: ({ extra }, id, payload) => prepared(extra, id, payload as LiveRequest),
    subscribe: (args) => (args as Prepared).ending,
    onError: (_context, _id, _payload, errors) => errors.flatMap(shownErrors),
  });

  return {
    accept(request, socket, head) {
      const error = refusal(request) ?? subscribers.refusal(sockets.clients.size);
      if (error) {
        socket.once('finish', () => socket.destroy()).end(refusalText(error, log));
        return;
      }
      sockets.handleUpgrade(request, socket, head, (opened) => serve(opened, request));
    },
    close() {
      for (const socket of sockets.clients) closeSoon(socket, SERVICE_RESTART, 'Service restart');
      sockets.close();
    },
  };

  function serve(socket: WebSocket, request: IncomingMessage): void {
    const id = `req-${randomUUID()}`;
    const stopHeartbeat = heartbeat(socket);
    const began = performance.now();
    // A broken connection also closes.
    socket.on('error', () => undefined);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: async (text) => sent(socket, text),
        close: (code, reason) => socket.close(code, reason),
        onPing: () => answerPing(socket),
        onMessage: (take) => socket.on('message', (data) => void received(socket, take, String(data))),
      },
      { socket, request, id, operations: new Set() },
    );
    socket.once('close', (code, reason) => {
      stopHeartbeat();
      const ms = Math.round(performance.now() - began);
      log.info({ reqId: id, code, ms }, 'closed a connection of subscriptions');
      void closed(code, String(reason));
    });
  }

  async function received(
    socket: WebSocket,
    take: (text: string) => Promise<void>,
    text: string,
  ): Promise<void> {
    try {
      await take(text);
    } catch (error) {
      if (error instanceof CloseWith) return closeSoon(socket, error.code, error.message);
      // The protocol throws for a message of an unknown type.
      log.info({ err: error }, 'a message of a subscriber could not be handled');
      closeSoon(socket, CloseCode.BadRequest, 'Invalid message received');
    }
  }

  /** @throws CloseWith for a caller who is not known, or has too many connections */
  async function identifyCaller({ connectionParams = {}, extra }: LiveContext): Promise<void> {
    const credentials = credentialsOf(extra.request, connectionParams);
    const { socket } = extra;
    try {
      const caller = { ...(await subscribers.identify(credentials)), requestId: extra.id };
      extra.caller = caller;
      if (socket.readyState !== socket.OPEN) return;
      const disconnect = subscribers.connect({
        caller,
        credentials,
        unidentified: () =>
          closeSoon(socket, CloseCode.Unauthorized, 'The token has ended, or has other roles now'),
        stop: () => closeSoon(socket, SERVICE_RESTART, 'Service restart'),
      });
      socket.once('close', disconnect);
    } catch (error) {
      if (error instanceof Unauthenticated) throw new CloseWith(CloseCode.Unauthorized, error.reason);
      throw new CloseWith(TRY_AGAIN_LATER, publicError(error, log).message);
    }
  }

  /** Begins a subscription, and returns it as the library's arguments, which only pass it on. */
  async function prepared(
    { socket, request, caller, id, operations }: Extra,
    operation: string,
    asked: LiveRequest,
  ): Promise<Prepared | GraphQLError[]> {
    const onTooSlow = () => closeSoon(socket, TRY_AGAIN_LATER, 'SUBSCRIBER_TOO_SLOW');
    // The library knows an operation only once it has begun, and would lose the first of two.
    if (operations.has(operation))
      throw new CloseWith(CloseCode.SubscriberAlreadyExists, `Subscriber for ${operation} already exists`);
    operations.add(operation);
    let uncount: () => void = () => undefined;
    const onEnd = () => {
      operations.delete(operation);
      uncount();
    };
    try {
      uncount = subscribers.count(caller!);
      const context = { ...contextOf(request, caller!, id), onTooSlow };
      const results = await begin(withDocument(asked), context);
      return { ...NOTHING, ending: sending(socket, operation, results, onEnd) };
    } catch (error) {
      onEnd();
      return [new GraphQLError('', { originalError: error as Error })];
    }
  }

  function shownErrors({ originalError }: GraphQLError): readonly GraphQLFormattedError[] {
    if (originalError instanceof LiveErrors) return originalError.errors;
    const { code, message, details } = publicError(originalError, log);
    return [{ message, extensions: { code, ...details } }];
  }
}

/** A subscription that has begun. */
type Prepared = ExecutionArgs & { ending: AsyncIterableIterator<never> };

/** The arguments of a subscription for the library, which runs nothing itself. */
const NOTHING: ExecutionArgs = { schema: new GraphQLSchema({}), document: parse('subscription { changes }') };

/** The connection must be closed. */
class CloseWith extends Error {
  constructor(
    readonly code: number,
    reason: string,
  ) {
    super(reason);
  }
}

/**
 * Sends the results as they come, and returns what the library then waits for: an iterator without values that ends, or
 * fails, with the results. The library itself would write and check each message anew for every subscriber.
 */
function sending(
  socket: WebSocket,
  operation: string,
  results: LiveResults,
  onEnd: () => void,
): AsyncIterableIterator<never> {
  const head = `{"id":${JSON.stringify(operation)},"type":"next","payload":`;
  return {
    async next() {
      try {
        for await (const json of results) {
          if (socket.readyState !== socket.OPEN) break;
          const late = sent(socket, `${head}${json}}`);
          if (late) await late;
        }
        return { done: true, value: undefined };
      } finally {
        onEnd();
      }
    },
    async return() {
      onEnd();
      await results.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function refusalText(error: ImageError, log: Log): string {
  const { status, code, message } = publicError(error, log);
  const body = JSON.stringify({ code, message });
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`
  );
}
