import { lookup as resolve } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Readable } from 'node:stream';
import {
  httpClient,
  type Address,
  type AnswerHead,
  type HttpRequest,
  type StreamedAnswer,
} from '../network/http-client.js';
import { freeMemory } from '../network/free-memory.js';
import { ssrfGuard, type SourceLimits } from './ssrf-guard.js';
import type { ByteRange } from './store.js';

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];

export interface HttpSourceOptions extends SourceLimits {
  /** Seconds for which a source may be silent, before its answer and within its data. */
  timeout: number;
}

/** Returns the addresses of a host, as the system's resolver does. */
export type Resolve = (host: string) => Promise<Address[]>;

/** Reads data from web servers, and never writes there. */
export interface HttpSource {
  /** Returns true for a URL whose scheme is allowed, whatever follows the scheme. */
  hasScheme(url: string): boolean;
  /** Returns true for a well-formed `http` or `https` URL. */
  isWellFormed(url: string): boolean;
  /** Refuses a URL that may not be read. A request also checks the addresses of its host. @throws SourceError 'refused' */
  requireAllowed(url: string): void;
  /**
   * Reads the size of the data from the headers; undefined when the source does not send it. A source of HTTP/1.0 that
   * does not send it counts as empty, as in Glance. @throws SourceError
   */
  size(url: string, signal?: AbortSignal): Promise<number | undefined>;
  /** Fetches all data with one request. @throws SourceError; the data's stream may fail with it too */
  fetch(url: string, signal?: AbortSignal): Promise<{ size: number | undefined; data: Readable }>;
  /**
   * Reads a range of the data. The request is sent with the first read. Throws SourceError when bytes are missing. A
   * piece is valid until the next one is read.
   */
  read(url: string, range: ByteRange, signal?: AbortSignal): AsyncIterable<Buffer>;
}

export type SourceFault = 'refused' | 'missing' | 'failed';

/** A source gave no data. The message is for the log only: it would tell a caller about our network. */
export class SourceError extends Error {
  constructor(
    readonly fault: SourceFault,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`The source cannot be read (${fault}: ${detail})`, options);
  }
}

/**
 * Reads `http:` and `https:` URLs. Each request resolves the host once, refuses the request unless every address is
 * allowed, and connects to one of these addresses. Redirects are followed here, under the same checks.
 */
export function httpSource(
  options: HttpSourceOptions,
  resolveHost: Resolve = (host) => resolve(host, { all: true, verbatim: true }),
): HttpSource {
  const guard = ssrfGuard(options);
  const http = httpClient({ timeout: options.timeout, addressesOf });

  return {
    hasScheme: (url) => guard.hasScheme(url),
    isWellFormed: (url) => guard.isWellFormed(url),
    requireAllowed: (url) => void allowed(url),

    async size(url, signal) {
      const answer = await exchange(url, { method: 'HEAD', signal }).catch(async (error: unknown) => {
        if (!(error instanceof UnknownMethod)) throw error;
        return exchange(url, { method: 'GET', signal });
      });
      answer.body.destroy();
      return lengthOf(answer) ?? (answer.version === '1.0' ? 0 : undefined);
    },

    async fetch(url, signal) {
      const answer = await exchange(url, { method: 'GET', signal });
      const data = Readable.from(pieces(answer, signal), { objectMode: false });
      // The stream may fail after its reader stopped. An error event that nobody listens to would end the process.
      data.on('error', () => undefined);
      // A stream that is destroyed before its first read does not end the generator behind it.
      data.once('close', () => answer.body.destroy());
      return { size: lengthOf(answer), data };
    },

    read: part,
  };

  async function* part(url: string, { start, end }: ByteRange, signal?: AbortSignal): AsyncGenerator<Buffer> {
    const headers: Record<string, string> = start > 0 ? { range: `bytes=${start}-${end}` } : {};
    const answer = await exchange(url, { method: 'GET', headers, signal });
    let skip = answer.status === 206 ? 0 : start;
    let left = end - start + 1;
    try {
      if (answer.status === 206) requireRange(answer, start);
      for await (const piece of pieces(answer, signal)) {
        const useful = piece.subarray(skip, skip + left);
        skip -= Math.min(skip, piece.length);
        left -= useful.length;
        if (useful.length > 0) yield useful;
        if (left === 0) return;
        freeMemory(piece);
      }
    } finally {
      answer.body.destroy();
    }
    throw new SourceError('failed', `${left} bytes of the data are missing`);
  }

  /** Sends a request and follows redirects to an answer with data. */
  async function exchange(start: string, request: HttpRequest): Promise<StreamedAnswer> {
    let url = allowed(start);
    for (let count = 0; count <= MAX_REDIRECTS; count += 1) {
      const answer = await send(url, request);
      if (!REDIRECTS.includes(answer.status)) return usable(answer, request);
      answer.body.destroy();
      const next = allowed(targetOf(answer, url));
      if (url.protocol === 'https:' && next.protocol !== 'https:')
        throw new SourceError('refused', 'a redirect from https to http');
      url = next;
    }
    throw new SourceError('failed', `more than ${MAX_REDIRECTS} redirects`);
  }

  function allowed(text: string): URL {
    const url = guard.allowed(text);
    if (url) return url;
    const shown = withoutCredentials(text.slice(0, 200));
    throw new SourceError('refused', `${shown} is not allowed: ${guard.refusal(text)}`);
  }

  async function send(url: URL, request: HttpRequest): Promise<StreamedAnswer> {
    const headers = { accept: '*/*', 'accept-encoding': 'identity', ...request.headers };
    try {
      return await http.send(url, { ...request, headers });
    } catch (error) {
      request.signal?.throwIfAborted();
      throw failed(error);
    }
  }

  async function addressesOf(host: string): Promise<Address[]> {
    const family = isIP(host);
    const found = family === 0 ? await resolveHost(host) : [{ address: host, family }];
    const refused = found.find(({ address }) => !guard.mayConnect(address));
    if (refused) throw new SourceError('refused', `${host} has the address ${refused.address}`);
    if (found.length === 0) throw new SourceError('failed', `${host} has no address`);
    return found;
  }

  async function* pieces({ body }: StreamedAnswer, signal?: AbortSignal): AsyncGenerator<Buffer> {
    try {
      yield* body as AsyncIterable<Buffer>;
    } catch (error) {
      signal?.throwIfAborted();
      throw failed(error);
    }
  }
}

/**
 * Returns the URL that a redirect names, which may be relative to the URL of the request (RFC 9110 §10.2.2). In HTTP/1.0
 * it must be absolute (RFC 1945 §10.11), and Glance refuses others.
 */
function targetOf(answer: AnswerHead, url: URL): string {
  const { status, headers } = answer;
  const { location } = headers;
  if (location === undefined) throw new SourceError('failed', `status ${status} without a Location`);
  // URL parsers drop or replace other characters, and the guard would not see them any more.
  const isPlain = /^[\x21-\x5b\x5d-\x7e]+$/.test(location);
  return isPlain && answer.version !== '1.0' && URL.canParse(location, url)
    ? new URL(location, url).href
    : location;
}

/** The source does not know the method, and may know another. */
class UnknownMethod extends SourceError {}

function usable(answer: StreamedAnswer, { method, headers: sent }: HttpRequest): StreamedAnswer {
  const { status, headers, body } = answer;
  const encoding = headers['content-encoding'] ?? 'identity';
  const isGood = status === 200 || (status === 206 && sent?.range !== undefined);
  if (isGood && encoding.toLowerCase() === 'identity') return answer;
  body.destroy();
  if (status === 404) throw new SourceError('missing', 'status 404');
  if (method === 'HEAD' && (status === 405 || status === 501))
    throw new UnknownMethod('failed', `status ${status}`);
  throw new SourceError('failed', `status ${status}, content coding ${encoding}`);
}

/** Returns undefined for an answer that does not tell its length. */
function lengthOf({ headers }: AnswerHead): number | undefined {
  const length = headers['content-length'];
  if (length === undefined || headers['transfer-encoding'] !== undefined) return undefined;
  const bytes = Number(length);
  if (!/^\d+$/.test(length) || !Number.isSafeInteger(bytes))
    throw new SourceError('failed', `Content-Length ${length}`);
  return bytes;
}

function requireRange({ headers }: AnswerHead, start: number): void {
  const first = /^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1];
  if (Number(first) !== start) throw new SourceError('failed', `Content-Range ${headers['content-range']}`);
}

function failed(cause: unknown): Error {
  if (cause instanceof SourceError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  return new SourceError('failed', code ?? message, { cause });
}

/** Returns a URL without its user and password, to be repeated in logs and errors. */
export function withoutCredentials(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//***@');
}
