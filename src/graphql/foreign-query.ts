import type { FastifyRequest } from 'fastify';
import { isKnownOrigin } from '../http/guards.js';

/** A header that no page can send to another origin without being allowed to; Apollo asks for it or one like it. */
export const PREFLIGHT_HEADER = 'apollo-require-preflight';

/**
 * True for a query by GET that a page of another site may have caused: it could make the gateway work, though it
 * could not read the answer. Every browser says who it is by `User-Agent`, which no page can change on such a
 * request, and today's say by `Sec-Fetch-Site` where the page is, except to servers without TLS elsewhere.
 */
export function isForeignQuery({ headers }: FastifyRequest, origins: ReadonlySet<string>): boolean {
  const { origin, host } = headers;
  if (origin !== undefined) return !isKnownOrigin(origin, host, origins);
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return /^\s*Mozilla\//i.test(headers['user-agent'] ?? '');
}
