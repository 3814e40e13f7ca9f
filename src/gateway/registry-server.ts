import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import type { Database } from '../database/database.js';
import { guardAgainstForeignPages, type Guard } from '../http/foreign-pages.js';
import { httpServer } from '../http/http-server.js';
import type { Identify } from '../identity/caller.js';
import { peersIn } from '../identity/trusted-headers.js';
import { AUDITED, audited } from '../image/change/audit.js';
import { ImageError } from '../image/errors.js';
import { imageCatalog } from '../image/catalog/image-catalog.js';
import { locationService } from '../image/change/location-service.js';
import { memberService } from '../image/change/member-service.js';
import { policy } from '../image/access/policy.js';
import { propertyProtection } from '../image/access/property-protection.js';
import { recordService } from '../image/change/record-service.js';
import { registryFace } from '../rest/registry/registry-face.js';

interface RegistryServerParts {
  log: Logger;
  database: Database;
  identify: Identify;
  /** Names of the gateway's own stores. */
  ownStores: readonly string[];
}

/**
 * The registry, a server of its own. Policies, protection and quotas are rules of the API server that asks it.
 */
export async function registryServer(
  config: Config,
  { log, database, identify, ownStores }: RegistryServerParts,
): Promise<FastifyInstance> {
  const open = policy('open');
  const strict = config.registryStrict
    ? { disk: config.diskFormats, container: config.containerFormats }
    : undefined;
  const ids = config.legacyPaths ? 'any' : 'uuid';
  const face = registryFace({
    catalog: imageCatalog(database, open, config, propertyProtection(undefined, 'roles', open)),
    records: audited(recordService(database, ownStores, { strict, ids }), AUDITED.images, log),
    members: audited(memberService(database, open, -1, 'taken'), AUDITED.members, log),
    locations: audited(locationService(database), AUDITED.recordedLocations, log),
    identify,
    limits: config,
    rules: { strict: config.registryStrict, legacy: config.legacyPaths },
  });
  const isPeer = peersIn(config.registryPeers);
  const ofForeignPages = guardAgainstForeignPages({ ...config, corsOrigins: [], publicEndpoint: undefined });
  const guard: Guard = (request) =>
    isPeer(request.raw.socket.remoteAddress ?? '')
      ? ofForeignPages(request)
      : new ImageError('PEER_NOT_ALLOWED');
  const server = httpServer({ ...config, log, guard, badAddresses: face });
  await server.register(async (scope) => face.routes(scope));
  return server;
}
