import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '../telemetry/log.js';
import { faultOf, MAX_HEAD, refuse, refusalFor, type Refusal } from './refused-request.js';
import { rerouteUnknownMethod } from './unknown-method.js';

export interface ListenerOptions {
  log: Log;
  /** Most bytes of one header line; 0 for no limit. */
  maxHeaderLine: number;
  /** Seconds after which a connection on which nothing moves is closed; 0 for never. */
  clientSocketTimeout: number;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** What Node's parser tells of a request that it refuses. */
type ParserError = NodeJS.ErrnoException & { rawPacket?: Buffer; bytesParsed?: number };

/**
 * Node's HTTP server with the limits and answers of Glance's own. What is refused before it can be routed
 * is answered here and nowhere else, in one form for every face: nobody can tell yet which was meant.
 */
export function listener(
  answer: Answer,
  { log, maxHeaderLine, clientSocketTimeout }: ListenerOptions,
): Server {
  const settings: ServerOptions = {
    maxHeaderSize: MAX_HEAD,
    headersTimeout: 30_000,
    // Uploads take as long as they need; what must be quick has a deadline of its own.
    requestTimeout: 0,
    keepAliveTimeout: 75_000,
  };
  const server = createServer(settings, (request, response) => {
    if (closing.has(request.socket)) return;
    latest.set(request.socket, response);
    const fault = faultOf(request, maxHeaderLine);
    if (fault) whenItsTurn(response, () => close(request.socket, fault));
    else answer(request, response);
  });
  /** The last response of each connection. */
  const latest = new WeakMap<Socket, ServerResponse>();
  const closing = new WeakSet<Socket>();
  // Node would drop further headers silently; their bytes are counted.
  server.maxHeadersCount = 0;
  server.timeout = clientSocketTimeout * 1000;

  server.on('clientError', (error: ParserError, socket: Socket) => {
    if (closing.has(socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    closing.add(socket);
    const response = latest.get(socket);
    const isMidway = response !== undefined && !response.writableFinished;
    // Where a method was looked for, the request before it had come to its end.
    const isNext = error.code === 'HPE_INVALID_METHOD';
    // An error within the body of a request that is being answered: its answer is the answer.
    if (isMidway && response.headersSent && !isNext) response.once('close', () => socket.destroy());
    else if (isMidway && error.code === 'HPE_INVALID_EOF_STATE' && !response.req.complete) {
      // The sender has stopped inside the body but still listens: whoever reads the body has an answer to that.
      response.once('close', () => socket.destroy());
      tellReader(response.req, error);
    } else if (isMidway && isNext) response.once('close', () => answerNext(error, socket));
    else answerNext(error, socket);
  });
  // Node's parser knows CONNECT, but gives it to no route.
  server.on('connect', ({ url, rawHeaders }: IncomingMessage, socket: Socket) => {
    socket.on('error', () => undefined).resume();
    const headers = rawHeaders.map((text, index) => (index % 2 ? `${text}\r\n` : `${text}: `)).join('');
    if (!rerouteUnknownMethod(server, socket, `CONNECT ${url} HTTP/1.1\r\n${headers}\r\n`))
      close(socket, 'malformed');
  });
  return server;

  function answerNext({ code, rawPacket, bytesParsed }: ParserError, socket: Socket): void {
    const packet = rawPacket?.toString('latin1') ?? '';
    const head = packet.slice(packet.lastIndexOf('\n', bytesParsed ?? 0) + 1);
    if (code === 'HPE_INVALID_METHOD' && rerouteUnknownMethod(server, socket, head)) return;
    close(socket, refusalFor(code, rawPacket, maxHeaderLine));
  }

  function close(socket: Socket, refusal: Refusal): void {
    closing.add(socket);
    log.info({ refusal }, 'refused a request before it could be routed');
    refuse(socket, refusal);
  }
}

/** Makes reading the body fail, now or when a reader begins. An error event without a listener would end the process. */
function tellReader(request: IncomingMessage, error: Error): void {
  if (request.listenerCount('error') > 0) {
    request.emit('error', error);
    return;
  }
  request.on('newListener', function begun(event: string) {
    if (event !== 'error') return;
    request.off('newListener', begun);
    // The reader may have left by then; the next one gets the error.
    process.nextTick(tellReader, request, error);
  });
}

/** Of requests sent one after the other without waiting each is answered once those before it are. */
function whenItsTurn(response: ServerResponse, work: () => void): void {
  if (response.socket) work();
  else response.once('socket', work);
}
