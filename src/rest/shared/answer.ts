import type { FastifyReply, FastifyRequest } from 'fastify';
import { discardBody } from '../../http/http-server.js';
import { pythonJson, type Json } from './python-json.js';

/** An answer as the client receives it, with the letter case of its header names. */
export interface Answer {
  status: number;
  /** The reason phrase; the default is Node's. */
  reason?: string;
  headers: readonly (readonly [name: string, value: string])[];
  body?: string;
}

export function jsonAnswer(status: number, value: Json, headers: Answer['headers'] = []): Answer {
  return { status, headers: [['Content-Type', 'application/json'], ...headers], body: pythonJson(value) };
}

/**
 * Sends an answer without Fastify, which would write header names in lower case. Clients rely on the underscores and
 * capitals that Glance writes (contract C1.2).
 *
 * @param hasRequestId whether the answer carries the request's id
 */
export function sendAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
  hasRequestId = true,
): FastifyReply {
  const body = Buffer.from(answer.body ?? '');
  discardBody(request);
  sendHead(request, reply, answer, body.length, hasRequestId);
  reply.raw.end(request.method === 'HEAD' ? undefined : body);
  return reply;
}

/** Sends the head of an answer. The caller sends the body, which has `length` bytes. */
export function sendHead(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, reason, headers }: Answer,
  length: number,
  hasRequestId = true,
): void {
  const lines = [...headers, ['Content-Length', String(length)]];
  if (hasRequestId) lines.push(['X-Openstack-Request-Id', request.id]);
  // The CORS plugin puts its headers into Fastify's reply.
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (name === 'vary' || name.startsWith('access-control-')) lines.push([name, String(value)]);
  }
  const flat = lines.flatMap(([name, value]) => [name, Buffer.from(value).toString('latin1')]);
  reply.hijack();
  if (reason) reply.raw.writeHead(status, reason, flat);
  else reply.raw.writeHead(status, flat);
}
