import { availableParallelism } from 'node:os';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { configuredSource, describeStores, openStores, shownStores } from './stores.js';
import { dataRoutes } from '../data/data-routes.js';
import { resumableRoutes, tusOptionsRoutes } from '../data/resumable-routes.js';
import { signedLinks } from '../data/signed-link.js';
import { describePlace } from '../database/data-source.js';
import { openDatabase } from '../database/open.js';
import { graphiqlRoutes } from '../graphql/graphiql/graphiql-routes.js';
import { graphqlSchema } from '../graphql/schema.js';
import { graphqlRoute } from '../graphql/graphql-route.js';
import { admitPagesOn } from '../http/cors.js';
import { guardAgainstForeignPages } from '../http/foreign-pages.js';
import { httpServer, identified, type RegisteredRoute } from '../http/http-server.js';
import { identification } from './identification.js';
import type { Caller } from '../identity/caller.js';
import { peersIn } from '../identity/trusted-headers.js';
import { AUDITED, audited } from '../image/change/audit.js';
import { entities } from '../image/records/entities.js';
import { externalLocations } from '../image/sources/external-location.js';
import { imageActivation } from '../image/change/image-activation.js';
import { digestThreads } from '../image/upload/transfer/digest-threads.js';
import { imageCatalog } from '../image/catalog/image-catalog.js';
import { imageData } from '../image/download/image-data.js';
import { imageImport } from '../image/sources/image-import.js';
import { imageRemoval } from '../image/change/image-removal.js';
import { imageSources } from '../image/sources/image-source.js';
import { imageScrub } from '../image/maintenance/image-scrub.js';
import { imageService } from '../image/change/image-service.js';
import { imageUpload } from '../image/upload/image-upload.js';
import { locationCipher } from '../image/records/location-cipher.js';
import { memberCatalog } from '../image/catalog/member-catalog.js';
import { memberService } from '../image/change/member-service.js';
import { ownerQuota } from '../image/access/owner-quota.js';
import { policy } from '../image/access/policy.js';
import { propertyProtection } from '../image/access/property-protection.js';
import { keptUploads } from '../image/upload/resumable/unstored-upload.js';
import { resumableUploads } from '../image/upload/resumable/resumable-upload.js';
import { quotaBytes } from '../image/access/storage-quota.js';
import { sweep } from '../image/maintenance/sweep.js';
import { tagService } from '../image/change/tag-service.js';
import { nodeName, uploadLeases } from '../image/upload/upload-lease.js';
import { uploadSettlement } from '../image/upload/upload-settlement.js';
import { registryServer } from './registry-server.js';
import { v1Face } from '../rest/v1/v1-face.js';
import { createLog } from '../telemetry/log.js';
import { health } from '../telemetry/health.js';

/** A gateway, whole: everything it needs belongs to it alone, so that several live in one process. */
export interface Gateway {
  /** Starts to serve, and returns the URL under which it does. */
  listen(): Promise<string>;
  /** Lets running uploads end for as long as configured, answers what is under way, and lets go of everything. */
  close(): Promise<void>;
  /** Reads the files of rules again. A file that is not right is logged, and its old rules stay. */
  reload(): void;
  /** Where things are, for the operator: what and where. */
  readonly places: readonly (readonly [string, string])[];
  /** Every route of the gateway, so that a test can check all of them. */
  readonly routes: {
    readonly api: readonly RegisteredRoute[];
    readonly registry: readonly RegisteredRoute[];
  };
}

/**
 * Builds the gateway. This is the only place that knows every part.
 *
 * @param open opens the stores; tests put others in their place
 * @throws ForeignDatabase, MigrationRefused, DatabaseUnavailable, StoreError, StoresAlike
 */
export async function gateway(
  config: Config,
  log: Logger = createLog(config.logLevel),
  open = openStores,
): Promise<Gateway> {
  const warn = (problem: string, cause?: unknown) => log.warn({ err: cause }, problem);
  const stores = await open(config, warn);
  const database = await openDatabase(config, entities);
  const rules = policy(config.policy ?? (config.auth === 'none' ? 'open' : 'shipped'));
  const { propertyProtectionFile, propertyProtectionRuleFormat } = config;
  const protection = propertyProtection(propertyProtectionFile, propertyProtectionRuleFormat, rules);
  const quota = ownerQuota(database, {
    storage: quotaBytes(config.userStorageQuota),
    images: limitOf(config.imageCountQuota),
    uploads: limitOf(config.uploadCountQuota),
  });
  const formats = { disk: config.diskFormats, container: config.containerFormats };
  const cipher = locationCipher(config.metadataEncryptionKey);

  const leases = uploadLeases(database, nodeName(), config.uploadLease);
  const settle = uploadSettlement(database, stores, leases);
  const removal = imageRemoval(database, stores, cipher, log);
  const { scrubTime } = config;
  const scrub = config.delayedDelete ? imageScrub(database, stores, cipher, scrubTime, log) : undefined;
  const catalog = imageCatalog(database, rules, config, protection);
  const changes = imageService(database, rules, removal, {
    formats,
    protection,
    quota,
    imagePropertyQuota: config.imagePropertyQuota,
    imageTagQuota: config.imageTagQuota,
    delayedDelete: config.delayedDelete,
  });
  const service = audited(changes, AUDITED.images, log);
  const members = audited(memberService(database, rules, config.imageMemberQuota), AUDITED.members, log);
  const tags = audited(tagService(database, rules, protection, config.imageTagQuota), AUDITED.tags, log);
  const activation = audited(imageActivation(database, rules, protection), AUDITED.activation, log);
  const links = signedLinks(config.signingKey);
  const sources = imageSources(configuredSource(config));
  const threads = digestThreads(availableParallelism());
  const data = imageData({ database, stores, sources, cipher, policy: rules, log });
  const intake = imageUpload({
    database,
    stores,
    cipher,
    policy: rules,
    protection,
    quota,
    leases,
    settle,
    threads,
    options: config,
  });
  const upload = audited(intake, AUDITED.upload, log);
  const imports = audited(
    imageImport({ database, sources, upload: intake, policy: rules, protection, options: config }),
    AUDITED.imports,
    log,
  );
  const inParts = resumableUploads({ database, upload, options: config, log });
  const resumable = audited(inParts, AUDITED.resumable, log);
  const keeps = keptUploads(config);
  const sweeper = sweep({ database, stores, leases, settle, removal, keeps, resumable, scrub, log });

  const identify = identification(config, rules, warn);
  const quotas = {
    quota,
    perImage: {
      properties: limitOf(config.imagePropertyQuota),
      members: limitOf(config.imageMemberQuota),
      tags: limitOf(config.imageTagQuota),
    },
  };
  const schema = await graphqlSchema({
    catalog,
    service,
    upload,
    imports,
    tags,
    activation,
    members,
    memberCatalog: memberCatalog(database, rules, config),
    formats,
    multipartMaxSize: config.multipartMaxSize,
    quotas,
    stores: shownStores(stores, config),
    downloadLink: links.link,
  });
  const locations = audited(
    externalLocations({ database, sources, cipher, policy: rules, protection, quota }),
    AUDITED.locations,
    log,
  );
  const fromProxy = peersIn(config.trustedProxies);
  const v1 = v1Face(
    {
      catalog,
      service,
      members,
      data,
      upload,
      locations,
      imports,
      sources,
      storeOf: (said) => (stores.named(said) ?? stores.ofScheme(said))?.name,
      identify,
      rules: { ...config, formats },
    },
    { ...config, isProxy: (peer) => config.enableProxyHeadersParsing && fromProxy(peer) },
  );
  const guard = guardAgainstForeignPages({ ...config, isOptionsEmpty: true });
  const server = httpServer({ ...config, log, guard, badAddresses: v1 });
  const healthParts = {
    check: async () => {
      await database.read('SELECT 1');
      // One that is away concerns every gateway alike: to keep lists from being answered would help nobody.
      await Promise.all(stores.all.filter(({ isRemote }) => !isRemote).map((store) => store.prepare()));
    },
    isDraining: () => upload.isDraining,
  };
  health(server, healthParts);
  if (config.corsOrigins.length > 0) await admitPagesOn(config.corsOrigins, server, v1.answer);
  await server.register(async (scope) => {
    // The page is the same for everybody, so nobody is asked who they are; it has no use without introspection.
    if (config.graphiql && config.introspection) await scope.register(graphiqlRoutes);
    const face = (
      routes: (face: FastifyInstance) => void | Promise<void>,
      linked?: (request: FastifyRequest) => Caller | undefined,
    ) =>
      scope.register(async (inner) => {
        identified(inner, identify, linked);
        await routes(inner);
      });
    await face((inner) => graphqlRoute(inner, schema, config, upload.requireUploader));
    await face((inner) => dataRoutes(inner, data, upload), links.callerOf);
    await face((inner) => resumableRoutes(inner, resumable, config));
    tusOptionsRoutes(scope, config);
  });
  await server.register(async (scope) => v1.routes(scope));

  const registry =
    config.registryPort === undefined
      ? undefined
      : await registryServer(config, {
          log,
          database,
          identify,
          ownStores: stores.all.map(({ name }) => name),
        });
  if (registry) health(registry, healthParts);

  let closing: Promise<void> | undefined;
  const close = () =>
    (closing ??= (async () => {
      await upload.drain(config.drainTimeout);
      await Promise.all([server.close(), registry?.close()]);
      await sweeper.stop();
      await Promise.all([database.close(), threads.close()]);
    })());
  return {
    places: [['database', describePlace(config)], ...describeStores(stores)],
    routes: { api: server.registeredRoutes, registry: registry?.registeredRoutes ?? [] },
    async listen() {
      const { host, port, registryHost, registryPort } = config;
      const at = (host: string, port: number, what: string) => ({
        ...{ host, port },
        listenTextResolver: (address: string) => `${what} on ${address}`,
      });
      try {
        const url = await server.listen(at(host, port, 'listening'));
        await registry?.listen(at(registryHost, registryPort!, 'registry listening'));
        sweeper.start(config.sweepInterval);
        return url;
      } catch (error) {
        await close();
        throw error;
      }
    },
    close,
    reload() {
      try {
        rules.reload();
        protection.reload();
        log.info('read the rules again');
      } catch (error) {
        log.error({ err: error }, 'the rules could not be read again; the old ones stay');
      }
    },
  };
}

/** Glance writes a negative number for no limit. */
function limitOf(quota: number): number | undefined {
  return quota < 0 ? undefined : quota;
}
