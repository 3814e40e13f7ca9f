import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { workContext } from './work-context.js';
import { AnswerTimeout, exchanges, hostOf, type Address, type SentData } from './http-exchange.js';

export interface HttpClientOptions {
  /**
   * Seconds to wait for the start of an answer, and within its data for the next piece. The time begins again with each
   * piece of the request's body that is sent. An answer that is read whole also ends within it.
   */
  timeout: number;
  /**
   * Returns the addresses of a host that a request may connect to, or throws to refuse the request. Each request then
   * has a connection of its own: a connection that is kept open might lead where a later request may not.
   */
  addressesOf?: (host: string) => Promise<Address[]>;
  onRequest?: RequestObserver;
}

/**
 * Hears of each request as it is sent. The returned function is called when the answer begins, with its status, or without
 * one when none comes.
 */
export type RequestObserver = () => (status?: number) => void;

export interface HttpRequest {
  method?: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  headers?: Record<string, string>;
  body?: string | SentData;
  /** Ends the request, and the reading of its answer, with the signal's reason. */
  signal?: AbortSignal;
}

export interface AnswerHead {
  readonly status: number;
  /** `1.0` or `1.1` */
  readonly version: string;
  /** By lower-case names. The values of a header that came several times are joined with commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** An answer whose body arrives as it is read. The caller must read or destroy the body. */
export interface StreamedAnswer extends AnswerHead {
  /** Fails when the server is silent for too long. The time does not count while nobody reads. */
  readonly body: Readable;
}

export interface WholeAnswer extends AnswerHead {
  readonly text: string;
  /** Returns the body as JSON; undefined for a body that is not JSON. */
  json(): unknown;
}

/** A client of HTTP servers. It follows no redirects, and throws only when no complete answer comes. */
export interface HttpClient {
  /** Sends a request and returns the beginning of its answer. */
  send(url: string | URL, request?: HttpRequest): Promise<StreamedAnswer>;
  /** Sends a request and reads its answer. @throws AnswerTimeout, AnswerTooLong, Error */
  ask(url: string | URL, request?: HttpRequest): Promise<WholeAnswer>;
}

/** The answer is longer than anything that the gateway asks for. */
export class AnswerTooLong extends Error {
  constructor() {
    super(`the answer has more than ${MAX_ANSWER_BYTES} bytes`);
  }
}

export { AnswerTimeout, type Address, type SentData } from './http-exchange.js';

const MAX_ANSWER_BYTES = 1024 * 1024;
const USER_AGENT = 'glance-graphql';

export function httpClient({ timeout, addressesOf, onRequest }: HttpClientOptions): HttpClient {
  const timeoutMs = timeout * 1000;
  const exchange = exchanges();

  return {
    send: (url, request = {}) => inTime(request, (limits) => send(new URL(url), request, limits)),
    ask: (url, request = {}) =>
      inTime(request, async (limits) => {
        const { body, ...head } = await send(new URL(url), request, limits);
        const text = await wholeText(body);
        return { ...head, text, json: () => parsed(text) };
      }),
  };

  async function inTime<T>({ signal }: HttpRequest, work: (limits: Limits) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new AnswerTimeout()), timeoutMs);
    const ended = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
    try {
      return await work({ ended, timer });
    } catch (error) {
      throw ended.aborted ? ended.reason : error;
    } finally {
      clearTimeout(timer);
    }
  }

  async function send(url: URL, request: HttpRequest, { ended, timer }: Limits): Promise<StreamedAnswer> {
    const { body, method = 'GET' } = request;
    const addresses = addressesOf && (await unlessAborted(ended, addressesOf(hostOf(url))));
    const counted = onRequest?.();
    const traced = workContext()?.outgoing(method, url);
    const end = (status?: number) => {
      counted?.(status);
      traced?.end(status);
    };
    const answer = await exchange({
      url,
      method,
      headers: { 'user-agent': USER_AGENT, ...traced?.headers, ...request.headers },
      body: typeof body === 'object' ? refreshing(body, timer) : body,
      signal: ended,
      silence: timeoutMs,
      addresses,
    }).catch((error: unknown) => {
      end();
      throw error;
    });
    const { statusCode, httpVersion, headers } = answer;
    end(statusCode);
    return { status: statusCode!, version: httpVersion, headers: joined(headers), body: answer };
  }
}

interface Limits {
  ended: AbortSignal;
  /** Ends the exchange when it runs out. */
  timer: NodeJS.Timeout;
}

/** Returns the same data. Each piece that is sent starts the timer anew. */
function refreshing({ size, read }: SentData, timer: NodeJS.Timeout): SentData {
  return {
    size,
    async *read() {
      let left = size;
      for await (const piece of read()) {
        timer.refresh();
        left -= piece.length;
        yield piece;
      }
      if (left !== 0) throw new Error(`the data have ${size - left} bytes in place of ${size}`);
    },
  };
}

/** Waits for work until a signal aborts; rejects with the signal's reason then. */
export async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = once(signal, 'abort').then(() => Promise.reject(signal.reason as Error));
  return Promise.race([work, aborted]);
}

function joined(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

/** Reads a body to its end. @throws AnswerTooLong */
export async function wholeText(body: AsyncIterable<Buffer>): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > MAX_ANSWER_BYTES) throw new AnswerTooLong();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
