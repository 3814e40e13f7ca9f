import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { guardAgainstForeignPages, type Guard } from '../http/foreign-pages.js';
import { httpServer } from '../http/http-server.js';
import type { RequestObserver } from '../http/request-observer.js';
import type { Identify } from '../identity/caller.js';
import { peersIn } from '../identity/trusted-headers.js';
import { ImageError } from '../image/errors.js';
import { registryFace } from '../rest/registry/registry-face.js';
import { health, type HealthParts } from '../telemetry/health.js';
import type { RegistryDomain } from './domain.js';

export interface RegistryServerParts {
  config: Config;
  domain: RegistryDomain;
  identify: Identify;
  healthParts: HealthParts;
  observer?: RequestObserver;
  log: Logger;
}

/** Builds the server of the registry, which only the configured peers may use. */
export async function registryServer({
  config,
  domain,
  identify,
  healthParts,
  observer,
  log,
}: RegistryServerParts): Promise<FastifyInstance> {
  const rules = { strict: config.registryStrict, legacy: config.legacyPaths };
  const face = registryFace({ ...domain, identify, limits: config, rules });
  const server = httpServer({ ...config, log, guard: peerGuard(config), badAddresses: face, observer });
  await server.register(async (scope) => face.routes(scope));
  health(server, healthParts);
  return server;
}

function peerGuard(config: Config): Guard {
  const isPeer = peersIn(config.registryPeers);
  const againstPages = guardAgainstForeignPages({ ...config, corsOrigins: [], publicEndpoint: undefined });
  return (request) =>
    isPeer(request.raw.socket.remoteAddress ?? '')
      ? againstPages(request)
      : new ImageError('PEER_NOT_ALLOWED');
}
