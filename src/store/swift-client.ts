import { Readable } from 'node:stream';
import { Agent, request } from 'undici';
import { readText } from './read-text.js';
import { retried } from './retry.js';
import { StoreError } from './store.js';
import { LoginRefused, logIn, type SwiftLogin, type SwiftSession } from './swift-login.js';

export interface SwiftRequest {
  /** Path below the account, encoded. */
  path: string;
  headers?: Record<string, string>;
  /** Gives the body anew for each try. */
  body?: { size: number; read: () => AsyncGenerator<Buffer> };
  signal?: AbortSignal;
}

/** An answer whose body has been read; one of these statuses, the others are failures. */
export interface SwiftAnswer {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
}

/** Requests to one account of Swift, each tried again after failures that may be of the moment. */
export interface SwiftClient {
  /**
   * Sends a request and reads its answer whole.
   *
   * @param known statuses, beside success, that mean something to the caller
   * @throws StoreError
   */
  ask(method: string, wanted: SwiftRequest, ...known: number[]): Promise<SwiftAnswer>;
  /** Begins to read an object. @throws StoreError */
  get(wanted: SwiftRequest): Promise<{ status: number; body: Readable }>;
}

/** A status by which the server says that it failed; the same request may be answered well a moment later. */
const PASSING = [408, 429, 498, 500, 502, 503, 504];

export function swiftClient(account: SwiftLogin): SwiftClient {
  const patience = account.timeout * 1000;
  const dispatcher = new Agent({
    connect: { timeout: patience },
    headersTimeout: patience,
    bodyTimeout: patience,
  });
  let session: SwiftSession | undefined;
  let login: Promise<SwiftSession> | undefined;

  return {
    async ask(method, wanted, ...known) {
      return tried(method, wanted, async ({ status, headers, body }) => {
        const text = await readText(body);
        if (status < 300 || known.includes(status)) return { status, headers, text };
        throw failure(status, method);
      });
    },

    async get(wanted) {
      return tried('GET', wanted, async ({ status, body }) => {
        if (status === 200 || status === 206) return { status, body };
        await body.dump();
        throw failure(status, 'GET');
      });
    },
  };

  async function tried<T>(
    method: string,
    wanted: SwiftRequest,
    use: (answer: Raw) => Promise<T>,
  ): Promise<T> {
    const once = async () => {
      const used = await current();
      try {
        return await use(await send(method, wanted, used));
      } catch (error) {
        // A server may close the connection on a token it does not know before it says so.
        if (!(error instanceof SwiftFailure) || error.status === 401)
          session = session === used ? undefined : session;
        throw error;
      }
    };
    return retried(once, isPassing, wanted.signal).catch((error: unknown) => {
      wanted.signal?.throwIfAborted();
      return refuse(error);
    });
  }

  async function send(method: string, wanted: SwiftRequest, { token, url }: SwiftSession): Promise<Raw> {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(new Error('no answer in time')), patience);
    const body = wanted.body && wanted.body.size > 0 ? streamOf(wanted.body.read(), timer) : null;
    try {
      const answer = await request(`${url}/${wanted.path}`, {
        method: method as 'GET',
        headers: {
          ...wanted.headers,
          'x-auth-token': token,
          ...(wanted.body ? { 'content-length': String(wanted.body.size) } : {}),
        },
        body,
        signal: wanted.signal ? AbortSignal.any([wanted.signal, silence.signal]) : silence.signal,
        dispatcher,
      });
      return {
        status: answer.statusCode,
        headers: answer.headers as Record<string, string | undefined>,
        body: answer.body,
      };
    } finally {
      clearTimeout(timer);
      body?.destroy();
    }
  }

  async function current(): Promise<SwiftSession> {
    if (session && Date.now() < session.renewAt) return session;
    login ??= logIn(account, dispatcher).finally(() => (login = undefined));
    return (session = await login);
  }
}

interface Raw extends Omit<SwiftAnswer, 'text'> {
  body: Readable & { dump(): Promise<void> };
}

/** An answer that is no success. */
class SwiftFailure extends StoreError {
  constructor(
    fault: StoreError['fault'],
    readonly status: number,
    method: string,
  ) {
    super(fault, { detail: `Swift answered ${method} with status ${status}` });
  }
}

function failure(status: number, method: string): SwiftFailure {
  if (status === 404) return new SwiftFailure('missing', status, method);
  if (status === 412) return new SwiftFailure('conflict', status, method);
  if (status === 413 || status === 507) return new SwiftFailure('full', status, method);
  if (status === 403 && method !== 'GET' && method !== 'HEAD')
    return new SwiftFailure('readOnly', status, method);
  return new SwiftFailure('unavailable', status, method);
}

function isPassing(error: unknown): boolean {
  if (error instanceof LoginRefused) return PASSING.includes(error.status);
  if (error instanceof SwiftFailure) return error.status === 401 || PASSING.includes(error.status);
  return !(error instanceof StoreError);
}

/** What the network reports names hosts at most; the address with its credentials is not in it. */
function refuse(error: unknown): never {
  if (error instanceof StoreError) throw error;
  const { code, message } = error as NodeJS.ErrnoException;
  throw new StoreError('unavailable', { cause: error, detail: code ?? message });
}

/** The bytes of a body as a stream; each that goes out starts the wait for the next sign of life anew. */
function streamOf(body: AsyncGenerator<Buffer>, timer: NodeJS.Timeout): Readable {
  const stream = Readable.from(watched(body, timer), { objectMode: false });
  // Whoever sends it tells of what goes wrong; it may end after that, when nobody listens any more.
  return stream.on('error', () => undefined);
}

async function* watched(body: AsyncGenerator<Buffer>, timer: NodeJS.Timeout): AsyncGenerator<Buffer> {
  for await (const piece of body) {
    timer.refresh();
    yield piece;
  }
}
