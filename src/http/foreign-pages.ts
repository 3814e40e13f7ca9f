import { BlockList, isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { ImageError } from '../image/errors.js';

export interface GuardOptions {
  /** With `none`, the Host header must name this gateway. */
  auth: string;
  publicEndpoint?: string;
  corsOrigins: readonly string[];
  allowedHosts: readonly string[];
  /** True if an answer to OPTIONS contains nothing about images. */
  isOptionsEmpty?: boolean;
}

/** A check that runs before all others. Returns the error for a refused request; undefined for other requests. */
export type Guard = (request: FastifyRequest) => ImageError | undefined;

/**
 * Returns a guard that keeps web pages of other sites from using a browser's access to the gateway. It runs for every
 * request of a server, so that no route can forget it.
 */
export function guardAgainstForeignPages(options: GuardOptions): Guard {
  const origins = knownOrigins(options);
  const hosts = options.auth === 'none' ? new Set(options.allowedHosts.map(comparable)) : undefined;
  if (hosts && options.publicEndpoint) hosts.add(comparable(new URL(options.publicEndpoint).hostname));

  return (request) => {
    if (hosts && !isHostAllowed(request, hosts, isHarmless(request, options)))
      return new ImageError('HOST_NOT_ALLOWED');
    if (isWriting(request) && isFromForeignPage(request, origins)) return new ImageError('FOREIGN_ORIGIN');
    return undefined;
  };
}

/** Returns the other origins whose pages may use the gateway. */
export function knownOrigins({
  corsOrigins,
  publicEndpoint,
}: Pick<GuardOptions, 'corsOrigins' | 'publicEndpoint'>): ReadonlySet<string> {
  const all = publicEndpoint ? [...corsOrigins, publicEndpoint] : corsOrigins;
  return new Set(all.map((origin) => new URL(origin).origin));
}

/** Returns true for the Origin header of a page of the gateway itself, or of a known origin. */
export function isKnownOrigin(origin: string, host: string | undefined, known: ReadonlySet<string>): boolean {
  const isOwn = Boolean(host) && (origin === `http://${host}` || origin === `https://${host}`);
  return isOwn || known.has(origin);
}

/**
 * Checks the host that a request names. A page can point a name of its own at this machine (DNS rebinding); then the Host
 * header has that name. A target in absolute form names a host too, and RFC 9112 prefers it to the header. So both are
 * checked.
 */
function isHostAllowed(request: FastifyRequest, hosts: ReadonlySet<string>, showsNothing: boolean): boolean {
  const [, target] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(request.raw.url ?? '') ?? [];
  const named = [request.headers.host, ...(target === undefined ? [] : [target])];
  return named.every((authority) => {
    const name = comparable(authority ?? '');
    if (hosts.has(name) || isLocal(name, request)) return true;
    // No page can cause these: a browser always sends a Host, and DNS cannot redirect an address.
    return showsNothing && (authority === undefined || addressIn(name) !== undefined);
  });
}

/** Returns a host name in lower case, without its port and without the final dot of a full domain name. */
function comparable(authority: string): string {
  return authority
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^([^.:]+(?:\.[^.:]+)*)\.$/, '$1');
}

/** The many ways to write such an address in IPv6. */
const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

function isLoopback(address: string): boolean {
  return isIP(address) === 4 ? address.startsWith('127.') : LOOPBACK.check(address, 'ipv6');
}

/** Returns true for a Host header that names this machine to its own programs: `localhost`, or a loopback address. */
export function isLoopbackHost(authority: string): boolean {
  const name = comparable(authority);
  const address = addressIn(name);
  return name === 'localhost' || (address !== undefined && isLoopback(address));
}

/** Returns true for `localhost`, a loopback address, and the address at which the request arrived. */
function isLocal(name: string, { raw: { socket } }: FastifyRequest): boolean {
  if (name === 'localhost') return true;
  const address = addressIn(name);
  if (address === undefined) return false;
  return isLoopback(address) || address === socket?.localAddress?.replace(/^::ffff:/, '');
}

/** Returns the address in a Host header; undefined for a name. RFC 9110 allows no address with a zone. */
function addressIn(name: string): string | undefined {
  const [, inBrackets] = /^\[([^%\]]*)\]$/.exec(name) ?? [];
  if (inBrackets !== undefined) return isIP(inBrackets) === 6 ? inBrackets : undefined;
  return isIP(name) === 4 ? name : undefined;
}

/** Returns true for a request whose answer shows nothing about images. Load balancers send such requests to an address. */
function isHarmless({ method, routeOptions }: FastifyRequest, { isOptionsEmpty }: GuardOptions): boolean {
  // A request with a malformed URL has no route.
  const config = routeOptions?.config as { isHealth?: boolean } | undefined;
  return (method === 'OPTIONS' && isOptionsEmpty === true) || config?.isHealth === true;
}

function isWriting(request: FastifyRequest): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
}

function isFromForeignPage({ headers }: FastifyRequest, origins: ReadonlySet<string>): boolean {
  const { origin, host } = headers;
  if (typeof origin !== 'string') return headers['sec-fetch-site'] === 'cross-site';
  return !isKnownOrigin(origin, host, origins);
}
