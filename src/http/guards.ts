import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ImageError } from '../image/errors.js';

export interface GuardOptions {
  publicEndpoint?: string;
  corsOrigins: readonly string[];
  /** Further host names; undefined when any is taken. */
  allowedHosts?: readonly string[];
}

/** Keeps web pages of other sites from using a browser's access to the gateway. */
export function guardAgainstForeignPages(scope: FastifyInstance, options: GuardOptions): void {
  const origins = new Set(options.corsOrigins.map((origin) => new URL(origin).origin));
  if (options.publicEndpoint) origins.add(new URL(options.publicEndpoint).origin);
  const hosts = options.allowedHosts && new Set(options.allowedHosts.map((host) => host.toLowerCase()));
  if (hosts && options.publicEndpoint) hosts.add(new URL(options.publicEndpoint).hostname);

  scope.addHook('onRequest', (request, _reply, done) => done(refusal(request)));

  function refusal(request: FastifyRequest): ImageError | undefined {
    if (hosts && !isLocal(request) && !hosts.has(hostName(request)))
      return new ImageError('HOST_NOT_ALLOWED');
    if (isWriting(request) && comesFromElsewhere(request, origins)) return new ImageError('FOREIGN_ORIGIN');
    return undefined;
  }
}

const LOCAL_NAMES = new Set(['localhost', '127.0.0.1', '[::1]']);

/** A page can point a name of its own at this machine (DNS rebinding); then the Host header has that name. */
function isLocal(request: FastifyRequest): boolean {
  return LOCAL_NAMES.has(hostName(request));
}

function hostName(request: FastifyRequest): string {
  return (request.headers.host ?? '').toLowerCase().replace(/:\d*$/, '');
}

function isWriting(request: FastifyRequest): boolean {
  return !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
}

function comesFromElsewhere(request: FastifyRequest, origins: ReadonlySet<string>): boolean {
  const { origin } = request.headers;
  if (typeof origin === 'string') {
    return (
      !origins.has(origin) &&
      origin !== `http://${request.headers.host}` &&
      origin !== `https://${request.headers.host}`
    );
  }
  return request.headers['sec-fetch-site'] === 'cross-site';
}
