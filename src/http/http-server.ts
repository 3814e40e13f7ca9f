import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import fastify, {
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify';
import type { Logger } from 'pino';
import type { Caller, Credentials, Identify } from '../identity/caller.js';
import { ImageError } from '../image/errors.js';
import { loggedPath } from '../telemetry/log.js';
import { fromFastify, JSON_BODY_BYTES } from './fastify-errors.js';
import type { Guard } from './foreign-pages.js';
import { listener } from './listener.js';
import { publicError } from './public-error.js';
import type { ObservedRequest, RequestObserver } from './request-observer.js';
import { sentMethod } from './unknown-method.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller; set on the routes that `identified` guards. */
    caller: Caller;
    /** The name of the work that the request asks for, where its route does not tell it. One of few. */
    operation?: string;
    observed?: ObservedRequest;
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

/** The time for sending a JSON body. A JSON body is small. */
const JSON_BODY_MS = 30_000;
const LINGER_MS = 5_000;

export interface ServerOptions {
  log: Logger;
  maxRequestIdLength: number;
  maxHeaderLine: number;
  clientSocketTimeout: number;
  /** Checks every request first, also requests without a route. */
  guard: Guard;
  /** The face that answers requests with a malformed URL; Fastify gives them to no route. */
  badAddresses: Answering;
  observer?: RequestObserver;
}

/** A face that answers requests of every path and method. */
export interface Answering {
  answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Answers a request that is refused. */
  fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply;
}

/** Returns the HTTP server below the faces: request ids, one log line for each request, errors as JSON, deadlines. */
export function httpServer({
  log,
  maxRequestIdLength,
  guard,
  badAddresses,
  observer,
  ...limits
}: ServerOptions): FastifyInstance {
  const server = fastify({
    loggerInstance: log as never,
    logController: new LogController({ disableRequestLogging: true }),
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    genReqId: (request) => requestId(request, maxRequestIdLength),
    bodyLimit: JSON_BODY_BYTES,
    serverFactory: (answer) => listener(answer, { log, ...limits }),
    clientErrorHandler: () => undefined,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    exposeHeadRoutes: false,
    frameworkErrors: (_error, ...exchange) => {
      const [request, reply] = exchange as never as [FastifyRequest, FastifyReply];
      begin(request, reply, observer);
      const refusal = guard(request);
      if (refusal) badAddresses.fail(refusal, request, reply);
      else void badAddresses.answer(request, reply);
    },
  }) as unknown as FastifyInstance;
  server.decorateRequest('caller', null as unknown as Caller);
  server.decorateRequest('operation', undefined);
  server.decorateRequest('observed', undefined);
  rememberRoutes(server);
  server.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    server.server.emit('request', request, response);
  });
  // Hooks that await nothing take a callback: a promise for each hook would cost every request.
  server.addHook('onRequest', (request, reply, done) => {
    begin(request, reply, observer);
    runObserved(request, () => done(guard(request)));
  });
  server.addHook('preParsing', (request, reply, payload, done) => {
    if (readsItsBody(request) || !hasBody(request)) return done(null, payload);
    mayContinue(request, reply);
    endWhenLate(request);
    done(null, payload);
  });
  // The end of a body calls back outside the work that began to read it.
  if (observer) server.addHook('preValidation', (request, _reply, done) => runObserved(request, done));
  server.setErrorHandler((error, request, reply) => sendError(fromFastify(error, request), request, reply));
  server.setNotFoundHandler((request, reply) => sendError(new ImageError('NOT_FOUND'), request, reply));
  return server;
}

/** Replaces Fastify's compilers of JSON schemas, which take long to load: no route has a schema. */
function noSchemas(): never {
  throw new Error('routes have no JSON schemas');
}

function rememberRoutes(server: FastifyInstance): void {
  const routes: RegisteredRoute[] = [];
  server.decorate('registeredRoutes', routes);
  server.addHook('onRoute', ({ method, url, config }) => {
    // A face with a router of its own is one route for Fastify. The `config` of this route lists the face's addresses.
    const { addresses = [] } = (config ?? {}) as { addresses?: readonly RegisteredRoute[] };
    routes.push(...[method].flat().map((each) => ({ method: each, path: url })), ...addresses);
  });
}

/**
 * Identifies the caller before each route of the scope.
 *
 * @param linked returns the caller in a signed link; such a request needs no credentials
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

/**
 * Returns the caller of a request, with the request's id and its connection.
 *
 * @throws Unauthenticated, IdentityUnavailable
 */
export async function callerOf(request: FastifyRequest, identify: Identify): Promise<Caller> {
  const caller = await identify(credentialsIn(request.raw));
  const client = request.raw.socket;
  // A connection may carry any number of pipelined requests, and each of them any number of reads.
  client.setMaxListeners(0);
  // The spread stands last: Node 20 makes a new hidden class each time for properties that follow a spread.
  return { requestId: request.id, client, ...caller };
}

/** Returns the parts of a request that tell who sent it. */
export function credentialsIn({ method, headers, rawHeaders, socket }: IncomingMessage): Credentials {
  return { method, headers, rawHeaders, peer: socket.remoteAddress ?? '' };
}

/** Tells a sender to send its body if it waits for that (`Expect: 100-continue`). */
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
  const onClose = () => {
    response.off('close', onClose);
    socket.off('close', onClose);
    end.abort();
  };
  // A connection may carry any number of pipelined requests.
  socket.setMaxListeners(0).once('close', onClose);
  response.once('close', onClose);
  if (socket.destroyed) onClose();
  return end.signal;
}

/** Answers with an error as JSON: `{"code", "message", …}`. */
export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { code, status, message, details, headers } = publicError(error, request.log);
  discardBody(request);
  return reply
    .code(status)
    .headers(headers)
    .header('cache-control', 'no-store')
    .send({ code, message, ...details });
}

/**
 * Discards the rest of a body for a few seconds, for an answer before the body has arrived. Closing a connection with
 * unread bytes would reset it, and the client would lose the answer.
 */
export function discardBody(request: FastifyRequest): void {
  const { raw } = request;
  if (raw.complete || raw.destroyed) return;
  const end = setTimeout(() => raw.socket.destroy(), LINGER_MS).unref();
  raw.on('error', () => undefined);
  raw.on('close', () => clearTimeout(end));
  // `resume()` alone does nothing while an upload still reads the body.
  raw.on('data', () => undefined).resume();
}

/** Runs the next step of a request, as its observer wants it to run. */
function runObserved({ observed }: FastifyRequest, next: () => void): void {
  if (observed?.run) observed.run(next);
  else next();
}

/** Gives a request its id, and logs it on `close`, which also follows when the client leaves. */
function begin(request: FastifyRequest, reply: FastifyReply, observer: RequestObserver | undefined): void {
  // A request with an unknown method was routed under another one.
  request.raw.method = sentMethod(request.raw);
  void reply.header('x-openstack-request-id', request.id);
  request.observed = observer?.(request);
  reply.raw.once('close', () => {
    request.observed?.end(reply);
    const { method, url } = request;
    const path = loggedPath(url);
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

/** Returns true for a route that reads its body itself, with limits of its own: image data, or a form. */
function readsItsBody(request: FastifyRequest): boolean {
  const { rawBody, forms } = request.routeOptions.config as { rawBody?: boolean; forms?: boolean };
  return rawBody === true || (forms === true && isForm(request));
}

/** Returns the client's own id with Glance's prefix if it is safe to log, else a new id (contract C20.7). */
function requestId(request: { headers: IncomingMessage['headers'] }, longest: number): string {
  const sent = request.headers['x-openstack-request-id'];
  if (typeof sent !== 'string' || sent.length > longest || !/^[A-Za-z0-9-]+$/.test(sent))
    return `req-${randomUUID()}`;
  return sent.startsWith('req-') ? sent : `req-${sent}`;
}
