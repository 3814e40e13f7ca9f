import type { Readable } from 'node:stream';
import {
  httpClient,
  wholeText,
  type HttpRequest,
  type SentData,
  type WholeAnswer,
} from '../network/http-client.js';
import { withRetries } from '../network/retry.js';
import { sharedSession } from '../network/session.js';
import { StoreError } from './store.js';
import { LoginRefused, swiftLogin, type SwiftAccount, type SwiftSession } from './swift-login.js';

export interface SwiftRequest {
  /** The path below the account, encoded. */
  path: string;
  headers?: Record<string, string>;
  /** Each try reads the body again. */
  body?: SentData;
  signal?: AbortSignal;
}

/** Sends requests to one account of Swift, and sends them again after transient failures. */
export interface SwiftClient {
  /**
   * Sends a request and reads its whole answer.
   *
   * @param expected statuses that the caller handles, beside success
   * @throws StoreError
   */
  ask(method: Method, wanted: SwiftRequest, ...expected: number[]): Promise<WholeAnswer>;
  /** Begins to read an object. @throws StoreError */
  get(wanted: SwiftRequest): Promise<{ status: number; body: Readable }>;
}

type Method = 'GET' | 'HEAD' | 'PUT' | 'DELETE';

/** Statuses after which the same request may succeed a moment later. */
const TRANSIENT = [408, 429, 498, 500, 502, 503, 504];

export function swiftClient(account: SwiftAccount): SwiftClient {
  const http = httpClient({ timeout: account.timeout });
  const session = sharedSession(swiftLogin(http, account));

  return {
    async ask(method, wanted, ...expected) {
      return tried(wanted, async (current) => {
        const answer = await http.ask(...request(method, wanted, current));
        if (answer.status < 300 || expected.includes(answer.status)) return answer;
        throw failure(answer.status, method);
      });
    },

    async get(wanted) {
      return tried(wanted, async (current) => {
        const { status, body } = await http.send(...request('GET', wanted, current));
        if (status === 200 || status === 206) return { status, body };
        // An error is short; the connection of a long one is given up.
        await wholeText(body).catch(() => undefined);
        throw failure(status, 'GET');
      });
    },
  };

  async function tried<T>({ signal }: SwiftRequest, use: (session: SwiftSession) => Promise<T>): Promise<T> {
    const once = async () => {
      const current = await session.current();
      try {
        return await use(current);
      } catch (error) {
        // A server that does not know the token may close the connection before it says so.
        if (!(error instanceof SwiftFailure) || error.status === 401) session.drop(current);
        throw error;
      }
    };
    return withRetries(once, { isTransient, signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      return refuse(error);
    });
  }
}

function request(
  method: Method,
  { path, headers, body, signal }: SwiftRequest,
  { token, url }: SwiftSession,
): [string, HttpRequest] {
  return [`${url}/${path}`, { method, headers: { ...headers, 'x-auth-token': token }, body, signal }];
}

/** An answer with a status that nobody expects. */
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

function isTransient(error: unknown): boolean {
  if (error instanceof LoginRefused) return TRANSIENT.includes(error.status);
  if (error instanceof SwiftFailure) return error.status === 401 || TRANSIENT.includes(error.status);
  return !(error instanceof StoreError);
}

/** Throws a StoreError without credentials: errors of the network name the host at most, not the whole URL. */
function refuse(error: unknown): never {
  if (error instanceof StoreError) throw error;
  const { code, message } = error as NodeJS.ErrnoException;
  throw new StoreError('unavailable', { cause: error, detail: code ?? message });
}
