import { lookup as resolve } from 'node:dns/promises';
import { once } from 'node:events';
import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestOverTls } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { freeMemory, freeWhatIsRead } from './free-memory.js';
import { patient } from './patient.js';
import { sourceAddresses, type SourceLimits } from './source-address.js';
import type { ByteRange } from './store.js';

const MOST_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

export interface HttpSourceOptions extends SourceLimits {
  /** Seconds for which a source may be silent, before its answer and within its data. */
  timeout: number;
}

/** Addresses of a host, as the system's resolver gives them. */
export type Resolve = (host: string) => Promise<{ address: string; family: number }[]>;

/** Data on the web that is read from, never written. */
export interface HttpSource {
  /** True for a URL with a scheme that can be read from, whatever follows it. */
  hasScheme(url: string): boolean;
  /** True for a URL that is written as URLs are. */
  isWellFormed(url: string): boolean;
  /** True for a URL that may be asked at all; what its name resolves to is looked at when it is. */
  isAllowed(url: string): boolean;
  /** Bytes there, by the headers alone; undefined when the source does not say. @throws SourceError */
  size(url: string, signal?: AbortSignal): Promise<number | undefined>;
  /** All the data there, from one request. @throws SourceError, which the data's stream may also end with */
  fetch(url: string, signal?: AbortSignal): Promise<{ size: number | undefined; data: Readable }>;
  /**
   * A part of the data, asked for when it is first read; it ends with SourceError if it is not all of it. A piece is
   * good until the next one is asked for.
   */
  read(url: string, range: ByteRange, signal?: AbortSignal): AsyncIterable<Buffer>;
}

export type SourceFault = 'refused' | 'missing' | 'failed';

/** A source gave no data. The message is for the log: it says what would tell a caller about our network. */
export class SourceError extends Error {
  constructor(
    readonly fault: SourceFault,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`The source was of no use (${fault}: ${detail})`, options);
  }
}

/**
 * Reads `http:` and `https:` URLs. A name is resolved once for a request, every address that comes of it
 * must be allowed, and the connection goes to one of these. Redirects are followed here and checked alike.
 */
export function httpSource(
  options: HttpSourceOptions,
  resolveHost: Resolve = (host) => resolve(host, { all: true, verbatim: true }),
): HttpSource {
  const addresses = sourceAddresses(options);
  const patience = options.timeout * 1000;

  return {
    hasScheme: (url) => addresses.hasScheme(url),
    isWellFormed: (url) => addresses.isWellFormed(url),
    isAllowed: (url) => addresses.allowed(url) !== undefined,

    async size(url, signal) {
      const answer = await exchange('HEAD', url, {}, signal).catch(async (error: unknown) => {
        if (!(error instanceof UnknownMethod)) throw error;
        return exchange('GET', url, {}, signal);
      });
      answer.destroy();
      return lengthOf(answer);
    },

    async fetch(url, signal) {
      const answer = await exchange('GET', url, {}, signal);
      const data = Readable.from(pieces(answer, signal), { objectMode: false });
      // Whoever has stopped reading is told no more; an event without a listener ends the process.
      data.on('error', () => undefined);
      return { size: lengthOf(answer), data };
    },

    read: part,
  };

  async function* part(url: string, { start, end }: ByteRange, signal?: AbortSignal): AsyncGenerator<Buffer> {
    const answer = await exchange('GET', url, start > 0 ? { range: `bytes=${start}-${end}` } : {}, signal);
    let skip = answer.statusCode === 206 ? 0 : start;
    let left = end - start + 1;
    try {
      if (answer.statusCode === 206) requireRange(answer, start);
      for await (const piece of pieces(answer, signal)) {
        const useful = piece.subarray(skip, skip + left);
        skip -= Math.min(skip, piece.length);
        left -= useful.length;
        if (useful.length > 0) yield useful;
        if (left === 0) return;
        freeMemory(piece);
      }
    } finally {
      answer.destroy();
    }
    throw new SourceError('failed', `${left} bytes of the data are missing`);
  }

  /** Sends a request, and follows where it leads to an answer that has data. */
  async function exchange(
    method: 'HEAD' | 'GET',
    start: string,
    headers: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    let url = allowed(start);
    for (let count = 0; count <= MOST_REDIRECTS; count += 1) {
      const answer = await send(method, url, headers, signal);
      if (!REDIRECTS.includes(answer.statusCode!)) return usable(answer, method, headers.range !== undefined);
      answer.destroy();
      const next = allowed(answer.headers.location ?? '');
      if (url.protocol === 'https:' && next.protocol !== 'https:')
        throw new SourceError('refused', 'a redirect from https to http');
      url = next;
    }
    throw new SourceError('failed', `more than ${MOST_REDIRECTS} redirects`);
  }

  function allowed(text: string): URL {
    const url = addresses.allowed(text);
    if (!url) throw new SourceError('refused', `${withoutCredentials(text.slice(0, 200))} may not be asked`);
    return url;
  }

  async function send(
    method: string,
    url: URL,
    headers: Record<string, string>,
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const ended = new AbortController();
    const end = () => ended.abort(signal!.reason);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', end);
    const tooLate = () => ended.abort(new SourceError('failed', 'no answer in time'));
    const deadline = setTimeout(tooLate, patience);
    try {
      const lookup = pinned(await unless(ended.signal, addressesOf(url)));
      const request = (url.protocol === 'https:' ? requestOverTls : requestPlain)(url, {
        method,
        lookup,
        // A connection of its own: one kept open might lead where this request may not.
        agent: false,
        headers: { accept: '*/*', 'accept-encoding': 'identity', ...headers },
        signal: ended.signal,
      });
      // Whoever waits for the answer, or reads it, is told of failures; an event without a listener ends the process.
      request.on('error', () => undefined);
      request.on('socket', freeWhatIsRead);
      request.end();
      const [answer] = (await once(request, 'response')) as [IncomingMessage];
      answer.on('error', () => undefined);
      answer.once('close', () => signal?.removeEventListener('abort', end));
      return answer;
    } catch (error) {
      signal?.removeEventListener('abort', end);
      signal?.throwIfAborted();
      throw failed(ended.signal.aborted ? ended.signal.reason : error);
    } finally {
      clearTimeout(deadline);
    }
  }

  async function addressesOf({ hostname }: URL): Promise<{ address: string; family: number }[]> {
    const host = hostname.replace(/^\[|\]$/g, '');
    const family = isIP(host);
    const found = family === 0 ? await resolveHost(host) : [{ address: host, family }];
    const refused = found.find(({ address }) => !addresses.mayConnect(address));
    if (refused) throw new SourceError('refused', `${host} has the address ${refused.address}`);
    if (found.length === 0) throw new SourceError('failed', `${host} has no address`);
    return found;
  }

  async function* pieces(answer: IncomingMessage, signal?: AbortSignal): AsyncGenerator<Buffer> {
    try {
      yield* patient(answer, patience);
    } catch (error) {
      signal?.throwIfAborted();
      throw failed(error);
    }
  }
}

/** The source does not know the method; another may do. */
class UnknownMethod extends SourceError {}

function usable(answer: IncomingMessage, method: string, isPartWanted: boolean): IncomingMessage {
  const { statusCode, headers } = answer;
  const encoding = headers['content-encoding'] ?? 'identity';
  const isGood = statusCode === 200 || (statusCode === 206 && isPartWanted);
  if (isGood && encoding.toLowerCase() === 'identity') return answer;
  answer.destroy();
  if (statusCode === 404) throw new SourceError('missing', 'status 404');
  if (method === 'HEAD' && (statusCode === 405 || statusCode === 501))
    throw new UnknownMethod('failed', `status ${statusCode}`);
  throw new SourceError('failed', `status ${statusCode}, content coding ${encoding}`);
}

/** Undefined where the answer does not say how long it is. */
function lengthOf({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  if (length === undefined || headers['transfer-encoding'] !== undefined) return undefined;
  const bytes = Number(length);
  if (!/^\d+$/.test(length) || !Number.isSafeInteger(bytes))
    throw new SourceError('failed', `Content-Length ${length}`);
  return bytes;
}

function requireRange({ headers }: IncomingMessage, start: number): void {
  const first = /^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1];
  if (Number(first) !== start) throw new SourceError('failed', `Content-Range ${headers['content-range']}`);
}

/** Answers every question for an address with those that were looked at. */
function pinned(addresses: { address: string; family: number }[]): LookupFunction {
  return (_host, { all }, done) => {
    if (all) done(null, addresses);
    else done(null, addresses[0].address, addresses[0].family);
  };
}

async function unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const stopped = once(signal, 'abort').then(() => Promise.reject(signal.reason as Error));
  return Promise.race([work, stopped]);
}

function failed(cause: unknown): Error {
  if (cause instanceof SourceError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  return new SourceError('failed', code ?? message, { cause });
}

/** The address as it may be repeated. */
export function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//***@');
}
