import type { FastifyRequest } from 'fastify';
import { isKnownOrigin } from '../http/foreign-pages.js';

/** A header that a page can send to another origin only after a preflight; Apollo requires this header or a similar one. */
export const PREFLIGHT_HEADER = 'apollo-require-preflight';

/**
 * Returns true for a query by GET that a page of another site may have caused. The page cannot read the answer, but it
 * makes the gateway work. Every browser sends its name in `User-Agent`, and no page can change this header on such a
 * request. Current browsers also send `Sec-Fetch-Site`, except to servers without TLS on other machines.
 */
export function isCrossSiteQuery({ headers }: FastifyRequest, origins: ReadonlySet<string>): boolean {
  const { origin, host } = headers;
  if (origin !== undefined) return !isKnownOrigin(origin, host, origins);
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return /^\s*Mozilla\//i.test(headers['user-agent'] ?? '');
}
