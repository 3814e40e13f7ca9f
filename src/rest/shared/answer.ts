import type { FastifyReply, FastifyRequest } from 'fastify';
import { readPast } from '../../http/http-server.js';
import { pythonJson, type Json } from './python-json.js';

/** An answer as it goes over the wire: header names in their spelling, values as text. */
export interface Answer {
  status: number;
  /** Node's own word for the status unless given. */
  reason?: string;
  headers: readonly (readonly [name: string, value: string])[];
  body?: string;
}

export function jsonAnswer(status: number, value: Json, headers: Answer['headers'] = []): Answer {
  return { status, headers: [['Content-Type', 'application/json'], ...headers], body: pythonJson(value) };
}

/**
 * Sends an answer past Fastify, which would lower the case of header names; clients read underscores and
 * capitals as Glance writes them (contract C1.2).
 *
 * @param isNamed whether the answer carries the request's id
 */
export function send(
  request: FastifyRequest,
  reply: FastifyReply,
  answer: Answer,
  isNamed = true,
): FastifyReply {
  const body = Buffer.from(answer.body ?? '');
  readPast(request);
  begin(request, reply, answer, body.length, isNamed);
  reply.raw.end(request.method === 'HEAD' ? undefined : body);
  return reply;
}

/** Sends the head of an answer whose body of that length follows. */
export function begin(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, reason, headers }: Answer,
  length: number,
  isNamed = true,
): void {
  const lines = [...headers, ['Content-Length', String(length)]];
  if (isNamed) lines.push(['X-Openstack-Request-Id', request.id]);
  // What the guard for pages of other origins has to say stands in Fastify's own headers.
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (name === 'vary' || name.startsWith('access-control-')) lines.push([name, String(value)]);
  }
  const flat = lines.flatMap(([name, value]) => [name, Buffer.from(value).toString('latin1')]);
  reply.hijack();
  if (reason) reply.raw.writeHead(status, reason, flat);
  else reply.raw.writeHead(status, flat);
}
