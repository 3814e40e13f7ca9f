import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '../telemetry/log.js';
import { refusalOf, MAX_HEAD, refuse, refusalOfParser, type Refusal } from './refused-request.js';
import { inTurns, type Answer } from './turns.js';
import { rerouteUnknownMethod } from './unknown-method.js';

export interface ListenerOptions {
  log: Log;
  /** The highest number of bytes of one header line; 0 for no limit. */
  maxHeaderLine: number;
  /** Seconds after which an idle connection is closed; 0 for never. */
  clientSocketTimeout: number;
}

/** The error of Node's parser for a request that it refuses. */
type ParserError = NodeJS.ErrnoException & { rawPacket?: Buffer; bytesParsed?: number };

/**
 * Returns Node's HTTP server with the limits of Glance's server. It answers requests that it refuses before routing, in one
 * form for all faces, since the face is not known yet.
 */
export function listener(
  answer: Answer,
  { log, maxHeaderLine, clientSocketTimeout }: ListenerOptions,
): Server {
  const settings: ServerOptions = {
    maxHeaderSize: MAX_HEAD,
    headersTimeout: 30_000,
    // Uploads take as long as they need; other requests have deadlines of their own.
    requestTimeout: 0,
    keepAliveTimeout: 75_000,
  };
  const answerInTurn = inTurns(answer, log);
  const server = createServer(settings, (request, response) => {
    if (closing.has(request.socket)) return;
    latest.set(request.socket, response);
    const refusal = refusalOf(request, maxHeaderLine);
    if (refusal) whenItsTurn(response, () => close(request.socket, refusal));
    else answerInTurn(request, response);
  });
  /** The last response of each connection. */
  const latest = new WeakMap<Socket, ServerResponse>();
  const closing = new WeakSet<Socket>();
  // With a limit, Node would drop further headers without an error. Their bytes are limited instead.
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
    // The parser expects a method only after the end of the request before.
    const isNext = error.code === 'HPE_INVALID_METHOD';
    // The error is inside the body of a request whose answer has begun: the answer goes on.
    if (isMidway && response.headersSent && !isNext) response.once('close', () => socket.destroy());
    else if (isMidway && error.code === 'HPE_INVALID_EOF_STATE' && !response.req.complete) {
      // The sender has stopped inside the body but still reads: the route that reads the body answers.
      response.once('close', () => socket.destroy());
      failBody(response.req, error);
    } else if (isMidway && isNext) response.once('close', () => answerNext(error, socket));
    else answerNext(error, socket);
  });
  // Node takes a request for an upgrade for no request. The face that follows upgrades gets only those that stay open.
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    if (socket.listenerCount('error') === 0) socket.on('error', () => undefined);
    const refusal = refusalOf(request, maxHeaderLine);
    // Behind a response that still runs, nothing could be answered.
    if (hasRunningResponse(socket)) socket.destroy();
    else if (refusal) close(socket, refusal);
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
    close(socket, refusalOfParser(code, rawPacket, maxHeaderLine));
  }

  function close(socket: Socket, refusal: Refusal): void {
    closing.add(socket);
    log.info({ refusal }, 'refused a request before it could be routed');
    refuse(socket, refusal);
  }
}

function hasRunningResponse(socket: Socket): boolean {
  return Boolean((socket as Socket & { _httpMessage?: unknown })._httpMessage);
}

/** Makes reading a body fail, now or when a reader begins. An error event without a listener would end the process. */
function failBody(request: IncomingMessage, error: Error): void {
  if (request.listenerCount('error') > 0) {
    request.emit('error', error);
    return;
  }
  request.on('newListener', function onListener(event: string) {
    if (event !== 'error') return;
    request.off('newListener', onListener);
    // This reader may stop before that; then the next one gets the error.
    process.nextTick(failBody, request, error);
  });
}

/** Does work once all earlier requests on the connection (pipelining) are answered. */
function whenItsTurn(response: ServerResponse, work: () => void): void {
  if (response.socket) work();
  else response.once('socket', work);
}
