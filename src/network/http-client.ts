import { once } from 'node:events';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import type { Agent, Dispatcher } from 'undici';

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
}

export interface Address {
  address: string;
  family: number;
}

export interface HttpRequest {
  method?: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  headers?: Record<string, string>;
  body?: string | SentData;
  /** Ends the request, and the reading of its answer, with the signal's reason. */
  signal?: AbortSignal;
}

/** Data of a known size. */
export interface SentData {
  readonly size: number;
  read(): AsyncGenerator<Buffer>;
}

export interface AnswerHead {
  readonly status: number;
  /** By lower-case names. The values of a header that came several times are joined with commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** An answer whose body arrives as it is read. The caller must read, dump or destroy the body. */
export interface StreamedAnswer extends AnswerHead {
  readonly body: AnswerBody;
}

/** A stream that fails when the server is silent for too long. The time does not count while nobody reads. */
export type AnswerBody = Dispatcher.ResponseData['body'];

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

/** The server did not answer in time. */
export class AnswerTimeout extends Error {
  override readonly name = 'TimeoutError';
  constructor() {
    super('no answer in time');
  }
}

/** The answer is longer than anything that the gateway asks for. */
export class AnswerTooLong extends Error {
  constructor() {
    super(`the answer has more than ${MAX_ANSWER_BYTES} bytes`);
  }
}

const MAX_ANSWER_BYTES = 1024 * 1024;
const USER_AGENT = 'glance-graphql';

export function httpClient({ timeout, addressesOf }: HttpClientOptions): HttpClient {
  const timeoutMs = timeout * 1000;
  let agent: Agent | undefined;

  return {
    send: (url, request = {}) => inTime(request, (limits) => exchange(new URL(url), request, limits)),
    ask: (url, request = {}) =>
      inTime(request, async (limits) => {
        const { body, ...head } = await exchange(new URL(url), request, limits);
        const text = await textOf(body);
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

  async function exchange(
    url: URL,
    { method = 'GET', headers, body }: HttpRequest,
    { ended, timer }: Limits,
  ): Promise<StreamedAnswer> {
    const connection = await connectionTo(url, ended);
    const sent = typeof body === 'object' ? streamOf(body, timer) : body;
    try {
      const answer = await connection.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: {
          'user-agent': USER_AGENT,
          ...headers,
          ...(typeof body === 'object' ? { 'content-length': String(body.size) } : {}),
        },
        body: sent,
        signal: ended,
      });
      // The reader learns of failures. An error event that nobody listens to would end the process.
      answer.body.on('error', () => undefined);
      if (connection !== agent) answer.body.once('close', () => void connection.destroy());
      return { status: answer.statusCode, headers: joined(answer.headers), body: answer.body };
    } catch (error) {
      if (connection !== agent) void connection.destroy();
      throw error;
    } finally {
      if (typeof sent === 'object') sent?.destroy();
    }
  }

  async function connectionTo({ hostname, origin }: URL, ended: AbortSignal): Promise<Dispatcher> {
    // Loaded with the first request: a gateway that asks no server saves 20 MB of memory.
    const undici = await import('undici');
    // This client measures the time until the answer begins.
    const limits = { headersTimeout: 0, bodyTimeout: timeoutMs };
    if (!addressesOf) return (agent ??= new undici.Agent({ connect: { timeout: timeoutMs }, ...limits }));
    const addresses = await unlessAborted(ended, addressesOf(hostname.replace(/^\[|\]$/g, '')));
    const connect = { timeout: timeoutMs, lookup: answering(addresses) };
    return new undici.Client(origin, { connect, ...limits, pipelining: 0 });
  }
}

interface Limits {
  ended: AbortSignal;
  /** Ends the exchange when it runs out. */
  timer: NodeJS.Timeout;
}

/** Returns the data as a stream, or null for no data. Each piece that is sent starts the timer anew. */
function streamOf({ size, read }: SentData, timer: NodeJS.Timeout): Readable | null {
  if (size === 0) return null;
  const stream = Readable.from(refreshing(read(), timer), { objectMode: false });
  // The request fails with the stream, which may also fail later, when nobody listens any more.
  return stream.on('error', () => undefined);
}

async function* refreshing(data: AsyncGenerator<Buffer>, timer: NodeJS.Timeout): AsyncGenerator<Buffer> {
  for await (const piece of data) {
    timer.refresh();
    yield piece;
  }
}

/** Returns a resolver that gives these addresses for every name. */
function answering(addresses: Address[]): LookupFunction {
  return (_host, { all }, done) => {
    if (all) done(null, addresses);
    else done(null, addresses[0].address, addresses[0].family);
  };
}

async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = once(signal, 'abort').then(() => Promise.reject(signal.reason as Error));
  return Promise.race([work, aborted]);
}

function joined(headers: Dispatcher.ResponseData['headers']): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}

/** @throws AnswerTooLong */
async function textOf(body: AsyncIterable<Buffer>): Promise<string> {
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
