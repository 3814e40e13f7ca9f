import type { FastifyReply, FastifyRequest } from 'fastify';
import { callerOf, discardBody } from '../../http/http-server.js';
import { headersOf, publicError } from '../../http/public-error.js';
import { Unauthenticated, type Identify } from '../../identity/caller.js';
import { sendAnswer, type Answer } from './answer.js';
import { errorAnswer, RestError } from './rest-error.js';

/**
 * Identifies the caller of a request.
 *
 * @returns the answer for an unknown caller, which has no request id (contract C1.10); undefined for a known caller
 */
export async function refuseUnknownCaller(
  request: FastifyRequest,
  identify: Identify,
): Promise<Answer | undefined> {
  try {
    request.caller = await callerOf(request, identify);
    return undefined;
  } catch (error) {
    if (!(error instanceof Unauthenticated)) throw error;
    return answerFor(new RestError(401, {}, { challenge: error.challenge }), request);
  }
}

/**
 * Answers with an error. Logs an unexpected error and answers with 500 and no detail (contract C5.12).
 *
 * @param known the face's error for `error`; undefined for an unexpected error
 */
export function sendRestError(
  error: unknown,
  known: RestError | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (reply.sent) {
    request.log.warn({ err: error }, 'an answer broke off');
    reply.raw.destroy();
    return reply;
  }
  const shown = known ?? new RestError(publicError(error, request.log).status);
  discardBody(request);
  const answer = answerFor(shown, request);
  // A known error brings its own challenge; an unexpected one may bring Retry-After.
  const headers = known ? answer.headers : [...answer.headers, ...Object.entries(headersOf(error))];
  return sendAnswer(request, reply, { ...answer, headers });
}

function answerFor(error: RestError, { method, headers }: FastifyRequest): Answer {
  return errorAnswer(error, method, headers.accept);
}
