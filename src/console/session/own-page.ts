import type { IncomingHttpHeaders } from 'node:http';
import { isLoopbackHost } from '../../http/foreign-pages.js';

/** Tells the gateway's own pages from all others. */
export interface OwnPage {
  /**
   * Returns true for a request that a page of the gateway has sent, as far as the browser tells. `CORS_ORIGINS` has no
   * effect: those pages may use the gateway, but not the session of its console.
   *
   * @param mayBeTyped true to accept an address that the user has typed or kept
   */
  sent(headers: IncomingHttpHeaders, mayBeTyped?: boolean): boolean;
  /** Returns true for a page that came without TLS from another machine. */
  isOpenToNetwork(headers: IncomingHttpHeaders): boolean;
  /** Returns true where the page comes by plain http from this machine, so that no cookie can be `Secure`. */
  isLocal(headers: IncomingHttpHeaders): boolean;
  /**
   * Returns the origin at which browsers reach the gateway; undefined where only the Host header would tell. Everybody can
   * send any Host.
   */
  origin(headers: IncomingHttpHeaders): string | undefined;
}

/** @param publicEndpoint the URL at which browsers reach the gateway; unset: the host that they name */
export function ownPage(publicEndpoint?: string): OwnPage {
  const named = publicEndpoint === undefined ? undefined : new URL(publicEndpoint);
  // An address without TLS is no place to log in.
  const endpoint = named && isSafe(named.origin) ? named : undefined;

  return {
    sent(headers, mayBeTyped = false) {
      const { origin, 'sec-fetch-site': site } = headers;
      if (origin !== undefined && !(isOwn(origin, headers) && isSafe(origin))) return false;
      if (site === undefined) return origin !== undefined;
      return site === 'same-origin' || (mayBeTyped && site === 'none');
    },
    isOpenToNetwork: (headers) =>
      headers.origin !== undefined && isOwn(headers.origin, headers) && !isSafe(headers.origin),
    isLocal: ({ host = '' }) =>
      endpoint ? endpoint.protocol === 'http:' && isLoopbackHost(endpoint.host) : isLoopbackHost(host),
    origin({ host = '' }) {
      if (endpoint) return endpoint.origin;
      const isLocal = isLoopbackHost(host) && URL.canParse(`http://${host}`);
      return isLocal ? new URL(`http://${host}`).origin : undefined;
    },
  };

  function isOwn(origin: string, { host = '' }: IncomingHttpHeaders): boolean {
    return origin === named?.origin || origin === `https://${host}` || origin === `http://${host}`;
  }
}

/** A page that came without TLS over a network may be anybody's. */
function isSafe(origin: string): boolean {
  return origin.startsWith('https://') || isLoopbackHost(origin.replace('http://', ''));
}
