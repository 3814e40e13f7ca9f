import { createClient } from 'graphql-sse';
import { secondsToWait } from '../back-off.js';
import { onAttempt } from '../connection.js';
import { loginEnded } from '../login-end.js';
import { sessionHeader } from '../session-header.js';
import type { ChangeResult, News } from './news.js';

/** The gateway sends a sign of life each 15 s. After this time without one, the connection is dead. */
const SILENCE_MS = 45_000;

export interface StreamParts {
  query: string;
  /** Returns the place behind the last change that came; undefined where none did. */
  after(): string | undefined;
  tell(news: News): void;
}

/**
 * Follows the changes of images over server-sent events, until `stop` aborts. After a break it goes on behind the last
 * change that came, so that none is lost.
 */
export async function followChanges(parts: StreamParts, stop: AbortSignal): Promise<void> {
  let failures = 0;
  while (!stop.aborted) {
    const end = await oneStream(parts, stop, () => {
      failures = 0;
      parts.tell({ kind: 'alive' });
    });
    if (stop.aborted) return;
    parts.tell({ kind: end === 'expired' ? 'expired' : 'broken' });
    if (end === 'loginEnded') loginEnded();
    await waited(1000 * secondsToWait(failures, null), stop);
    failures += 1;
  }
}

type End = 'broken' | 'expired' | 'loginEnded';

async function oneStream(
  { query, after, tell }: StreamParts,
  stop: AbortSignal,
  onLife: () => void,
): Promise<End> {
  const silent = new AbortController();
  let how: End = 'broken';
  let watch: ReturnType<typeof setTimeout> | undefined;
  const alive = () => {
    clearTimeout(watch);
    watch = setTimeout(() => silent.abort(), SILENCE_MS);
    onLife();
  };
  const client = createClient({
    url: '/graphql',
    retryAttempts: 0,
    headers: sessionHeader,
    fetchFn: async (address: string, init: RequestInit) => {
      const signal = AbortSignal.any([stop, silent.signal, ...(init.signal ? [init.signal] : [])]);
      const response = await fetch(address, {
        ...{ ...init, signal, redirect: 'manual' },
        ...{ credentials: 'same-origin', cache: 'no-store' },
      });
      if (response.type === 'opaqueredirect' || response.status === 401) how = 'loginEnded';
      return response.ok ? watched(response, alive) : response;
    },
  });
  try {
    const variables = { after: after() };
    for await (const result of client.iterate<ChangeResult>({ query, variables })) {
      const code = result.errors?.[0]?.extensions?.code;
      if (code === 'CHANGES_EXPIRED' || code === 'INVALID_CURSOR') how = 'expired';
      else if (code === 'UNAUTHENTICATED') how = 'loginEnded';
      else if (result.data) tell({ kind: 'change', data: result.data as ChangeResult });
    }
  } catch {
    // It broke off, or could not begin. The questions of the page say what is wrong with the gateway.
  } finally {
    clearTimeout(watch);
    client.dispose();
  }
  return how;
}

/** Returns the same answer, which notes each part of its body that comes. */
function watched(response: Response, onPart: () => void): Response {
  const noting = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, controller) {
      onPart();
      controller.enqueue(part);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body!.pipeThrough(noting), { status, statusText, headers });
}

/** Waits, but no longer than until it is time to ask the gateway again, or until `stop` aborts. */
function waited(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      leave();
      stop.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    const leave = onAttempt(end);
    stop.addEventListener('abort', end);
  });
}
