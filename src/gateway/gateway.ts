import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from '../config/config.js';
import { describePlace } from '../database/data-source.js';
import type { Database } from '../database/database.js';
import { openDatabase } from '../database/open-database.js';
import { closeServer } from '../http/close-server.js';
import type { RegisteredRoute } from '../http/http-server.js';
import { entities } from '../image/records/entities.js';
import type { HealthPart } from '../telemetry/health.js';
import { configuredLog } from '../telemetry/log.js';
import { inspectUploadFolder } from './data-folder.js';
import { domain, registryDomain } from './domain.js';
import { serverWithFaces } from './faces.js';
import { identification } from './identification.js';
import { registryServer } from './registry-server.js';
import { describeStores, openStores } from './stores.js';
import { storeParts } from './store-health.js';
import { refuseUnmountedFolders } from './store-folders.js';
import { telemetry } from './telemetry.js';
import { warnOfUnrecordedData } from './unrecorded-data.js';

/** A whole gateway. It shares no state with another one, so that several can run in one process. */
export interface Gateway {
  /** Starts to serve. Returns the URL at which the gateway answers. */
  listen(): Promise<string>;
  /** Makes /ready fail, so that load balancers send requests elsewhere. The gateway serves as before. */
  announceStop(): void;
  /** Lets running uploads and downloads end for as long as configured, and closes everything. */
  close(): Promise<void>;
  /**
   * Reads the rule files again, and the certificates for the database; goes back to the first database host that takes
   * changes. Logs a file that is wrong, and keeps its old content.
   */
  reload(): void;
  /** The database and the stores for the operator: what, and where. */
  readonly places: readonly (readonly [what: string, where: string])[];
  /** Every route, so that a test can check all of them. */
  readonly routes: {
    readonly api: readonly RegisteredRoute[];
    readonly registry: readonly RegisteredRoute[];
  };
}

/**
 * Builds a gateway: opens the stores and the database, builds the domain on them, and attaches the faces.
 *
 * @param given the log; by default the configured one
 * @param open opens the stores; tests open others
 * @throws ForeignDatabase, MigrationRefused, DatabaseUnavailable, StoreError, StoresAlike, RuleFileError
 */
export async function gateway(config: Config, given?: Logger, open = openStores): Promise<Gateway> {
  const log = given ?? (await configuredLog(config));
  const warn = (problem: string, cause?: unknown) => log.warn({ err: cause }, problem);
  let engine = 'sqlite';
  const told = await telemetry(config, log, () => engine);
  const { observers } = told;
  const stores = told.around(await open(config, warn));
  const database = await openDatabase(config, entities, warn, observers?.database);
  engine = database.dialect.engine;
  const foundation = { config, database, stores, log, observers };
  await refuseUnmountedFolders(foundation);
  for (const { what, todo } of await inspectUploadFolder(config)) log.warn(`${what} ${todo}`);
  const ofStores = storeParts(stores, log);
  // A folder that is not mounted has been logged above, and the gateway starts without it.
  await Promise.allSettled(ofStores.filter(({ isNeeded }) => isNeeded).map((part) => part.check()));
  const parts = [databasePart(database), ...ofStores];
  void warnOfUnrecordedData(database, stores, log);
  const images = domain(foundation);
  let isStopAnnounced = false;
  const isStopping = () => isStopAnnounced || images.upload.isDraining;
  const { identify, tenants } = await identification(config, images.rules, warn, observers?.keystone);
  const stopping = new AbortController();
  const shared = { config, stores, identify, log, healthParts: { parts, isStopping } };
  const server = await serverWithFaces({
    ...{ ...shared, tenants, domain: images, stopping: stopping.signal },
    observers: observers && { request: told.requests('v1')!, operation: observers.operation },
  });
  let registry: FastifyInstance | undefined;
  if (config.registryPort !== undefined)
    registry = await registryServer({
      ...{ ...shared, domain: registryDomain(foundation) },
      observer: told.requests('registry'),
    });
  const metricsServer = told.serverOf(foundation);

  let closing: Promise<void> | undefined;
  const close = () => (closing ??= closeAll());

  async function closeAll(): Promise<void> {
    stopping.abort();
    const end = Date.now() + config.drainTimeout * 1000;
    await images.upload.drain(config.drainTimeout);
    // Downloads have the rest of the time.
    const seconds = (end - Date.now()) / 1000;
    await Promise.all([closeServer(server, seconds), registry && closeServer(registry, seconds)]);
    await images.sweep.stop();
    await images.close();
    await database.close();
    await told.close();
  }

  return {
    places: [['database', describePlace(config)], ...describeStores(stores)],
    routes: { api: server.registeredRoutes, registry: registry?.registeredRoutes ?? [] },
    async listen() {
      const { host, port, registryHost, registryPort, metricsHost, metricsPort } = config;
      try {
        const url = await listenAt(server, host, port, 'listening');
        if (registry) await listenAt(registry, registryHost, registryPort!, 'registry listening');
        if (metricsServer) log.info(`metrics at ${await metricsServer.listen(metricsHost, metricsPort!)}`);
        images.sweep.start(config.sweepInterval);
        return url;
      } catch (error) {
        await close();
        throw error;
      }
    },
    announceStop: () => void (isStopAnnounced = true),
    close,
    reload() {
      try {
        images.reload();
        log.info('read the rule files again');
      } catch (error) {
        log.error({ err: error }, 'the rule files could not be read again; the old rules stay');
      }
      database.reload().catch((error: unknown) => {
        log.error({ err: error }, 'the database keeps its host and its certificates');
      });
    },
  };
}

function databasePart(database: Database): HealthPart {
  return {
    name: 'database',
    isNeeded: true,
    async check() {
      await database.read('SELECT 1');
      return database.readOnly === undefined ? 'ok' : 'readOnly';
    },
  };
}

function listenAt(server: FastifyInstance, host: string, port: number, what: string): Promise<string> {
  return server.listen({ host, port, listenTextResolver: (address) => `${what} on ${address}` });
}
