import { BlockList, isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { ImageError } from '../image/errors.js';

export interface GuardOptions {
  /** Under `none` the Host header must be right. */
  auth: string;
  publicEndpoint?: string;
  corsOrigins: readonly string[];
  allowedHosts: readonly string[];
  /** OPTIONS is answered without reading any image. */
  isOptionsEmpty?: boolean;
}

/** Returns the error for a request that is refused before any other check; undefined for other requests. */
export type Guard = (request: FastifyRequest) => ImageError | undefined;

/**
 * Keeps web pages of other sites from using a browser's access to the gateway. The guard holds for a whole server, so
 * that no route can forget it.
 */
export function guardAgainstForeignPages(options: GuardOptions): Guard {
  const origins = knownOrigins(options);
  const hosts = options.auth === 'none' ? new Set(options.allowedHosts.map(comparable)) : undefined;
  if (hosts && options.publicEndpoint) hosts.add(comparable(new URL(options.publicEndpoint).hostname));

  return (request) => {
    if (hosts && !isCalledRightly(request, hosts, tellsNothing(request, options)))
      return new ImageError('HOST_NOT_ALLOWED');
    if (isWriting(request) && comesFromElsewhere(request, origins)) return new ImageError('FOREIGN_ORIGIN');
    return undefined;
  };
}

/** The other origins whose pages may use the gateway. */
export function knownOrigins({
  corsOrigins,
  publicEndpoint,
}: Pick<GuardOptions, 'corsOrigins' | 'publicEndpoint'>): ReadonlySet<string> {
  const all = publicEndpoint ? [...corsOrigins, publicEndpoint] : corsOrigins;
  return new Set(all.map((origin) => new URL(origin).origin));
}

/** True for the Origin header of a page of the gateway itself, or of a known origin. */
export function isKnownOrigin(origin: string, host: string | undefined, known: ReadonlySet<string>): boolean {
  const isOwn = Boolean(host) && (origin === `http://${host}` || origin === `https://${host}`);
  return isOwn || known.has(origin);
}

/**
 * A page can point a name of its own at this machine (DNS rebinding); then the Host header has that name. A target in
 * absolute form names a host too, which RFC 9112 puts before the header, so both must be right.
 */
function isCalledRightly(request: FastifyRequest, hosts: ReadonlySet<string>, isHarmless: boolean): boolean {
  const [, target] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(request.raw.url ?? '') ?? [];
  const called = [request.headers.host, ...(target === undefined ? [] : [target])];
  return called.every((authority) => {
    const name = comparable(authority ?? '');
    if (hosts.has(name) || isLocal(name, request)) return true;
    // No page can cause these: a browser always sends a Host, and nobody can redirect an address.
    return isHarmless && (authority === undefined || addressIn(name) !== undefined);
  });
}

/** A host name without its port, in lower case, without the dot that ends a full domain name. */
function comparable(authority: string): string {
  return authority
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^([^.:]+(?:\.[^.:]+)*)\.$/, '$1');
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** True for `localhost`, a loopback address, and the address at which the request has come in. */
function isLocal(name: string, { raw: { socket } }: FastifyRequest): boolean {
  if (name === 'localhost') return true;
  const address = addressIn(name);
  if (address === undefined) return false;
  return (
    LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4') ||
    address === socket?.localAddress?.replace(/^::ffff:/, '')
  );
}

/** Returns the address in a Host header; undefined for a name, and for an address with a zone, unknown to RFC 9110. */
function addressIn(name: string): string | undefined {
  const [, inBrackets] = /^\[([^%\]]*)\]$/.exec(name) ?? [];
  if (inBrackets !== undefined) return isIP(inBrackets) === 6 ? inBrackets : undefined;
  return isIP(name) === 4 ? name : undefined;
}

/** True for requests whose answers show nothing about images. Load balancers send them, and may know only an address. */
function tellsNothing({ method, routeOptions }: FastifyRequest, { isOptionsEmpty }: GuardOptions): boolean {
  // A request with an address that cannot be read has no route.
  const config = routeOptions?.config as { isHealth?: boolean } | undefined;
  return (method === 'OPTIONS' && isOptionsEmpty === true) || config?.isHealth === true;
}

function isWriting(request: FastifyRequest): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
}

function comesFromElsewhere({ headers }: FastifyRequest, origins: ReadonlySet<string>): boolean {
  const { origin, host } = headers;
  if (typeof origin !== 'string') return headers['sec-fetch-site'] === 'cross-site';
  return !isKnownOrigin(origin, host, origins);
}
