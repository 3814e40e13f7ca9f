import { once } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FormattedExecutionResult } from 'graphql';
import { credentialsIn, endOfExchange } from '../../http/http-server.js';
import type { Caller } from '../../identity/caller.js';
import type { Context } from '../execution/context.js';
import { LiveErrors, type BeginSubscription, type LiveRequest, type LiveResults } from './live-operation.js';
import type { Subscribers } from './subscribers.js';

export interface EventStreamParts {
  begin: BeginSubscription;
  subscribers: Subscribers;
}

/** A comment keeps proxies from closing a silent connection. */
const HEARTBEAT_MS = 15_000;

/** Returns true for a request that takes nothing but events. Some clients accept events beside JSON with every query. */
export function wantsEventStream({ headers: { accept = '' } }: FastifyRequest): boolean {
  return /\btext\/event-stream\b/i.test(accept) && !/\bapplication\/|\*\/\*/i.test(accept);
}

/**
 * Answers a subscription with server-sent events: the distinct connections mode of the protocol "GraphQL over
 * Server-Sent Events". Errors of the subscription come as its last result.
 *
 * @throws ImageError TOO_MANY_SUBSCRIPTIONS, SHUTTING_DOWN, before the answer begins
 */
export async function sendEventStream(
  { begin, subscribers }: EventStreamParts,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: LiveRequest,
  context: Context,
): Promise<void> {
  const { raw: response } = reply;
  const end = endOfExchange(request, reply);
  const uncount = subscribers.count(context.caller);
  let results: LiveResults | undefined;
  const stop = () => void results?.return?.();
  const finish = startStreaming(request, reply, subscribers, context.caller, stop);
  try {
    results = await begin(asked, { ...context, onTooSlow: () => response.destroy() });
    if (end.aborted || response.writableEnded) stop();
    else end.addEventListener('abort', stop);
    for await (const result of results) await write(response, eventOf('next', result));
    finish(COMPLETE);
  } catch (error) {
    if (error instanceof LiveErrors)
      finish(eventOf('next', JSON.stringify({ errors: error.errors })) + COMPLETE);
    else context.log.error({ err: error }, 'a stream of events broke off');
  } finally {
    finish('');
    uncount();
  }
}

/**
 * Begins the answer, and keeps it open until the returned function ends it with its last events.
 *
 * @param onEnd called when the gateway ends the answer
 */
function startStreaming(
  request: FastifyRequest,
  reply: FastifyReply,
  subscribers: Subscribers,
  caller: Caller,
  onEnd: () => void,
): (last: string) => void {
  const { raw: response } = reply;
  reply.hijack();
  // A reader may leave at any time; an error event without a listener would end the process.
  response.on('error', () => undefined);
  response.writeHead(200, {
    ...headersOf(reply),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Nginx would hold events back until it has a buffer full.
    'x-accel-buffering': 'no',
  });
  response.write(':\n\n');
  const heartbeat = setInterval(() => response.write(':\n\n'), HEARTBEAT_MS);
  const disconnect = subscribers.connect({
    caller,
    credentials: credentialsIn(request.raw),
    unidentified: () => finish(eventOf('next', JSON.stringify(UNIDENTIFIED)) + COMPLETE),
    // Without `complete`, the client connects again.
    stop: () => finish(''),
  });
  return finish;

  function finish(last: string): void {
    if (response.writableEnded) return;
    clearInterval(heartbeat);
    disconnect();
    response.end(last);
    setTimeout(() => response.writableFinished || response.destroy(), CLOSING_MS).unref();
    onEnd();
  }
}

/** The time for a slow reader to take the last events. */
const CLOSING_MS = 5_000;
const COMPLETE = 'event: complete\ndata:\n\n';
const UNIDENTIFIED: FormattedExecutionResult = {
  errors: [
    {
      message: 'The token has ended, was revoked, or has other roles now.',
      extensions: { code: 'UNAUTHENTICATED' },
    },
  ],
};

/** Waits while the reader is slower than the events, so that they gather in the feed and not in memory here. */
async function write(response: FastifyReply['raw'], text: string): Promise<void> {
  if (response.writableEnded || response.destroyed || response.write(text)) return;
  const over = new AbortController();
  const { signal } = over;
  await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
  over.abort();
}

/** JSON has no line breaks, so that it is one line of data. */
function eventOf(event: string, json: string): string {
  return `event: ${event}\ndata: ${json}\n\n`;
}

function headersOf(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));
}
