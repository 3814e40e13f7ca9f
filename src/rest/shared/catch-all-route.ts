import { METHODS } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { headersOf, publicError } from '../../http/public-error.js';
import { callerOf, readPast, type Answering, type RegisteredRoute } from '../../http/http-server.js';
import { Unauthenticated, type Identify } from '../../identity/caller.js';
import { send, type Answer } from './answer.js';
import { Fault, faultAnswer } from './rest-error.js';

export interface Serving extends Answering {
  /** The addresses that `answer` serves. */
  addresses: readonly RegisteredRoute[];
  /** A method that something else answers. */
  taken?: string;
}

/** Hands every request of a scope, whatever its path and method, to one function. */
export function serveAll(server: FastifyInstance, { answer, fail, addresses, taken }: Serving): void {
  for (const method of METHODS) {
    if (method !== 'CONNECT' && !server.supportedMethods.includes(method)) {
      server.addHttpMethod(method, { hasBody: true });
    }
  }
  server.setErrorHandler(fail);
  // Before Fastify looks at the body: it refuses content types that Glance takes for what they are.
  server.addHook('onRequest', answer);
  const free = server.supportedMethods.filter((method) => method !== taken);
  server.route({ method: free, url: '/*', config: { addresses }, handler: answer });
}

/** The addresses of a face's own routes, such as `/images/:id`; `any` stands for every method. */
export function addressesOf(
  routes: readonly { path: RegExp; methods: Partial<Record<string, string>> }[],
  prefix = '',
): RegisteredRoute[] {
  return routes.flatMap(({ path: { source }, methods }) => {
    const path = prefix + source.replace(/\(\?<(\w+)>[^)]*\)/g, ':$1').replace(/[\\^$]/g, '');
    return Object.keys(methods).map((method) => ({ method, path }));
  });
}

/** Tells who is calling; the answer to those who do not say so in a believable way, without a request id (C1.10). */
export async function identified(request: FastifyRequest, identify: Identify): Promise<Answer | undefined> {
  try {
    request.caller = await callerOf(request, identify);
    return undefined;
  } catch (error) {
    if (!(error instanceof Unauthenticated)) throw error;
    return faultBytes(new Fault(401, {}, { challenge: error.challenge }), request);
  }
}

/**
 * Answers with an error; one that nobody foresaw goes into the log and leaves as a bare 500 (contract C5.12).
 *
 * @param fault what clients are told of the error; undefined when nobody foresaw it
 */
export function sendFault(
  error: unknown,
  fault: Fault | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (reply.sent) {
    request.log.warn({ err: error }, 'an answer broke off');
    reply.raw.destroy();
    return reply;
  }
  const shown = fault ?? new Fault(publicError(error, request.log).status);
  readPast(request);
  const answer = faultBytes(shown, request);
  // A fault says itself how to become known; what nobody foresaw may say when to try again.
  const headers = fault ? answer.headers : [...answer.headers, ...Object.entries(headersOf(error))];
  return send(request, reply, { ...answer, headers });
}

function faultBytes(fault: Fault, request: FastifyRequest): Answer {
  return faultAnswer(fault, request.method, request.headers.accept);
}
