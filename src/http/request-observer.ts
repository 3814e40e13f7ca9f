import type { FastifyReply, FastifyRequest } from 'fastify';

/** Hears of each request as it begins. */
export type RequestObserver = (request: FastifyRequest) => ObservedRequest;

export interface ObservedRequest {
  /** Called when the answer has ended, or the client has left. */
  end(reply: FastifyReply): void;
  /** Runs the work for the request. */
  run?(next: () => void): void;
}
