import {
  Agent as PlainAgent,
  request as plainRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { Readable } from 'node:stream';
import { freeWhatIsRead } from './free-memory.js';

export interface Exchange {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body?: string | SentData;
  /** Ends the exchange, and the reading of its answer, with the signal's reason. */
  signal: AbortSignal;
  /** Milliseconds that the server may be silent within the data of its answer. */
  silence: number;
  /** The addresses to connect to. The connection is then new, and used once. */
  addresses?: Address[];
}

export interface Address {
  address: string;
  family: number;
}

/** Data of a known size. */
export interface SentData {
  readonly size: number;
  read(): AsyncGenerator<Buffer>;
}

/** The server did not answer in time. */
export class AnswerTimeout extends Error {
  override readonly name = 'TimeoutError';
  constructor() {
    super('no answer in time');
  }
}

/** Returns a function that sends one request and returns the beginning of its answer. It keeps connections open. */
export function exchanges(): (exchange: Exchange) => Promise<IncomingMessage> {
  const options = { keepAlive: true, timeout: IDLE_MS };
  const agents = { plain: new PlainAgent(options), tls: new TlsAgent(options) };

  return async (exchange) => {
    for (;;) {
      const request = requestOf(exchange);
      try {
        const answer = await answerTo(request, exchange);
        failWhenSilent(answer, exchange.silence);
        return answer;
      } catch (error) {
        // The server may close an idle connection at the moment when the next request takes it.
        if (!request.reusedSocket || typeof exchange.body === 'object' || exchange.signal.aborted)
          throw error;
      }
    }
  };

  function requestOf({ url, method, headers, body, addresses }: Exchange): ClientRequest {
    const isTls = url.protocol === 'https:';
    const request = (isTls ? tlsRequest : plainRequest)({
      protocol: url.protocol,
      hostname: hostOf(url),
      port: url.port,
      path: url.pathname + url.search,
      method,
      headers: typeof body === 'object' ? { ...headers, 'content-length': body.size } : headers,
      joinDuplicateHeaders: true,
      ...(addresses
        ? { agent: false, lookup: answering(addresses) }
        : { agent: isTls ? agents.tls : agents.plain }),
    });
    return request.once('socket', (socket) => {
      if (!request.reusedSocket) freeWhatIsRead(socket);
    });
  }
}

/** Returns the host of a URL without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

/** Milliseconds after which a connection that nobody uses is closed. Most servers wait longer. */
const IDLE_MS = 4000;

/** Sends what the request has to say, and returns the beginning of the answer. */
function answerTo(request: ClientRequest, { body, signal }: Exchange): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let answer: IncomingMessage | undefined;
    const abort = () => void (answer ?? request).destroy(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    // The listeners of errors stay: an error that nobody listens to would end the process.
    request.on('error', reject).once('close', () => {
      signal.removeEventListener('abort', abort);
      // A server that switches protocols gives neither an answer nor an error.
      reject(new Error('the connection ended without an answer'));
    });
    request.once('response', (begun) => {
      answer = begun.on('error', () => undefined);
      // An answer may come before all of the request is sent. Its connection is of no further use.
      answer.once('close', () => request.writableFinished || request.destroy());
      resolve(answer);
    });
    if (typeof body === 'object') sendAll(request, body);
    else request.end(body);
  });
}

function sendAll(request: ClientRequest, data: SentData): void {
  if (data.size === 0) {
    request.end();
    return;
  }
  const source = Readable.from(data.read(), { objectMode: false });
  const stop = () => void source.unpipe(request).destroy();
  request.once('response', stop).once('close', stop);
  source.on('error', (error) => request.destroy(error)).pipe(request);
}

/** Fails an answer whose server is silent for too long, unless what has come is still to be read. */
function failWhenSilent(answer: IncomingMessage, milliseconds: number): void {
  const { socket } = answer;
  let unreadAt: number | undefined;
  const onTimeout = () => {
    // All has come, and the reader has not noticed yet.
    if (answer.complete) return;
    const isUnread = answer.readableLength > 0;
    // A server that waited for the reader until now has its time from now on.
    if (!isUnread && socket.bytesRead !== unreadAt) answer.destroy(new AnswerTimeout());
    unreadAt = isUnread ? socket.bytesRead : undefined;
    socket.setTimeout(milliseconds);
  };
  socket.setTimeout(milliseconds).on('timeout', onTimeout);
  answer.once('end', () => socket.off('timeout', onTimeout));
}

/** Returns a resolver that gives these addresses for every name. */
function answering(addresses: Address[]): LookupFunction {
  return (_host, { all }, done) => {
    if (all) done(null, addresses);
    else done(null, addresses[0].address, addresses[0].family);
  };
}
