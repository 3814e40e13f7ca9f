import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import fastify, {
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Logger } from 'pino';
import type { Caller, Identify } from '../identity/caller.js';
import { ImageError } from '../image/errors.js';
import { clientError, JSON_BODY_BYTES } from './fastify-errors.js';
import type { Guard } from './foreign-pages.js';
import { listener } from './listener.js';
import { publicError } from './public-error.js';
import { sentMethod } from './unknown-method.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling; set on the routes that `identified` guards. */
    caller: Caller;
  }
  interface FastifyInstance {
    /** Every route of the server, in the order of registration. */
    registeredRoutes: readonly RegisteredRoute[];
  }
}

export interface RegisteredRoute {
  method: string;
  /** Such as `/data/:id`. */
  path: string;
}

/** A JSON body is small: whoever needs longer to send it only holds the connection. */
const JSON_BODY_MS = 30_000;
const LINGER_MS = 5_000;
/** What answers under way are given once the server closes; after that nobody's silence holds the end up. */
const CLOSING_MS = 5_000;

export interface ServerOptions {
  log: Logger;
  maxRequestIdLength: number;
  maxHeaderLine: number;
  clientSocketTimeout: number;
  /** Checks every request before anything else, also where no route matches. */
  guard: Guard;
  /** The face that answers requests with a badly encoded address, which no route gets. */
  badAddresses: Answering;
}

/** The two ways in which a face answers any request, whatever its path and method. */
export interface Answering {
  answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Answers a request that is refused. */
  fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply;
}

/** The HTTP server under every face: request ids, one log line a request, errors as JSON, limits of time. */
export function httpServer({
  log,
  maxRequestIdLength,
  guard,
  badAddresses,
  ...limits
}: ServerOptions): FastifyInstance {
  const server = fastify({
    loggerInstance: log as never,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (request) => requestId(request, maxRequestIdLength),
    bodyLimit: JSON_BODY_BYTES,
    serverFactory: (answer) => listener(answer, { log, ...limits }),
    clientErrorHandler: () => undefined,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    frameworkErrors: (_error, ...exchange) => {
      const [request, reply] = exchange as never as [FastifyRequest, FastifyReply];
      begin(request, reply);
      const refusal = guard(request);
      if (refusal) badAddresses.fail(refusal, request, reply);
      else void badAddresses.answer(request, reply);
    },
  }) as unknown as FastifyInstance;
  server.decorateRequest('caller', null as unknown as Caller);
  rememberRoutes(server);
  server.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    server.server.emit('request', request, response);
  });
  // Hooks that wait for nothing take a callback: a promise for each of them would cost every request.
  server.addHook('onRequest', (request, reply, done) => {
    begin(request, reply);
    done(guard(request));
  });
  server.addHook('preParsing', (request, reply, payload, done) => {
    if (readsItsBody(request) || !hasBody(request)) return done(null, payload);
    mayContinue(request, reply);
    endWhenLate(request);
    done(null, payload);
  });
  server.addHook('preClose', async () => {
    setTimeout(() => server.server.closeAllConnections(), CLOSING_MS).unref();
  });
  server.setErrorHandler((error, request, reply) => sendError(clientError(error, request), request, reply));
  server.setNotFoundHandler((request, reply) => sendError(new ImageError('NOT_FOUND'), request, reply));
  return server;
}

function rememberRoutes(server: FastifyInstance): void {
  const routes: RegisteredRoute[] = [];
  server.decorate('registeredRoutes', routes);
  server.addHook('onRoute', ({ method, url, config }) => {
    // A face with a router of its own is one route for Fastify; its `config` lists the addresses behind that route.
    const { addresses = [] } = (config ?? {}) as { addresses?: readonly RegisteredRoute[] };
    routes.push(...[method].flat().map((each) => ({ method: each, path: url })), ...addresses);
  });
}

/**
 * Tells who is calling before a route of the scope runs.
 *
 * @param linked the caller that a signed link names, who need not say who he is
 */
export function identified(
  scope: FastifyInstance,
  identify: Identify,
  linked?: (request: FastifyRequest) => Caller | undefined,
): void {
  scope.addHook('onRequest', async (request) => {
    request.caller = linked?.(request) ?? (await callerOf(request, identify));
  });
}

/** Who is calling, and in which request. @throws Unauthenticated, IdentityUnavailable */
export async function callerOf(request: FastifyRequest, identify: Identify): Promise<Caller> {
  const { headers, rawHeaders, socket } = request.raw;
  const caller = await identify({ headers, rawHeaders, peer: socket.remoteAddress ?? '' });
  return { ...caller, requestId: request.id };
}

/** Tells a sender that waits for it (`Expect: 100-continue`) to send its body. */
export function mayContinue(request: FastifyRequest, reply: FastifyReply): void {
  if (request.headers.expect?.toLowerCase() === '100-continue') reply.raw.writeContinue();
}

export function isForm({ headers }: FastifyRequest): boolean {
  return /^multipart\/form-data/i.test(headers['content-type'] ?? '');
}

/**
 * Returns a signal that aborts once the answer is sent or the connection is closed. A response that waits behind
 * another on the same connection emits no `close`.
 */
export function endOfExchange(
  { raw: { socket } }: FastifyRequest,
  { raw: response }: FastifyReply,
): AbortSignal {
  const end = new AbortController();
  const over = () => {
    response.off('close', over);
    socket.off('close', over);
    end.abort();
  };
  // A connection may carry any number of pipelined requests.
  socket.setMaxListeners(0).once('close', over);
  response.once('close', over);
  if (socket.destroyed) over();
  return end.signal;
}

/** Answers with an error as JSON: `{"code", "message", …}`. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { code, status, message, details, headers } = publicError(error, request.log);
  readPast(request);
  return reply
    .code(status)
    .headers(headers)
    .header('cache-control', 'no-store')
    .send({ code, message, ...details });
}

/**
 * Reads on for a moment when we answer before the body is over: a connection closed with bytes unread is
 * reset, and the answer lost with it.
 */
export function readPast(request: FastifyRequest): void {
  const { raw } = request;
  if (raw.complete || raw.destroyed) return;
  const end = setTimeout(() => raw.socket.destroy(), LINGER_MS).unref();
  raw.on('error', () => undefined);
  raw.on('close', () => clearTimeout(end));
  // A listener rather than `resume()` alone: that does nothing while an upload has not yet let go of the body.
  raw.on('data', () => undefined).resume();
}

/** Names the request, and logs it once it is over: on `close`, which comes also when the client has gone. */
function begin(request: FastifyRequest, reply: FastifyReply): void {
  // A request with an unknown method was routed under another one.
  request.raw.method = sentMethod(request.raw);
  void reply.header('x-openstack-request-id', request.id);
  reply.raw.once('close', () => {
    const { method, url } = request;
    const path = url.split('?', 1)[0].slice(0, 200);
    const ms = Math.round(reply.elapsedTime * 1000) / 1000;
    const broken = reply.raw.writableFinished ? {} : { brokenOff: true };
    request.log.info({ method, path, status: reply.raw.statusCode, ms, ...broken }, 'request');
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function endWhenLate({ raw }: FastifyRequest): void {
  const deadline = setTimeout(() => raw.destroy(), JSON_BODY_MS);
  raw.on('close', () => clearTimeout(deadline));
}

/** Routes that take bodies of any size, and those that take forms, read them with limits of their own. */
function readsItsBody(request: FastifyRequest): boolean {
  const { rawBody, forms } = request.routeOptions.config as { rawBody?: boolean; forms?: boolean };
  return rawBody === true || (forms === true && isForm(request));
}

/** A client's own id is taken over when it is harmless to log, and prefixed as Glance does (contract C20.7). */
function requestId(request: { headers: IncomingMessage['headers'] }, longest: number): string {
  const sent = request.headers['x-openstack-request-id'];
  if (typeof sent !== 'string' || sent.length > longest || !/^[A-Za-z0-9-]+$/.test(sent))
    return `req-${randomUUID()}`;
  return sent.startsWith('req-') ? sent : `req-${sent}`;
}
