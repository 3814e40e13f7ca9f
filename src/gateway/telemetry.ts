import type { Config } from '../config/config.js';
import type { RequestObserver } from '../http/request-observer.js';
import { imageStores, type Stores } from '../store/configured-stores.js';
import { observedStore } from '../store/observed-store.js';
import type { Log } from '../telemetry/log.js';
import type { MetricsServer } from '../telemetry/metrics/metrics-server.js';
import type { Observers } from '../telemetry/metrics/observers.js';
import type { LastFace } from '../telemetry/metrics/request-metrics.js';
import { configuredMetrics } from './configured-metrics.js';
import { configuredTraces } from './configured-traces.js';
import type { Foundation } from './domain.js';
import { bothObservers, bothRequestObservers } from './observers.js';

/** The metrics and traces of a gateway, as far as they are configured. */
export interface Telemetry {
  /** Undefined for a gateway without metrics and without traces. */
  readonly observers: Observers | undefined;
  /** Returns the observer of an HTTP server. */
  requests(last: LastFace): RequestObserver | undefined;
  /** Returns stores that tell what they do. */
  around(stores: Stores): Stores;
  /** Makes the server of the metrics, once the parts exist that they tell of. */
  serverOf(foundation: Foundation): MetricsServer | undefined;
  close(): Promise<void>;
}

/** @param system returns the kind of the database, which is opened later */
export async function telemetry(config: Config, log: Log, system: () => string): Promise<Telemetry> {
  const metrics = await configuredMetrics(config, log);
  const traces = await configuredTraces(config, system);
  const observers = bothObservers(metrics?.observers, traces?.observers);
  let server: MetricsServer | undefined;

  return {
    observers,
    requests: (last) => bothRequestObservers(metrics?.requests(last), traces?.requests),
    around: (stores) =>
      observers
        ? imageStores(
            stores.all.map((store) => observedStore(store, observers.store)),
            stores.default.name,
          )
        : stores,
    serverOf: (foundation) => (server = metrics?.server(foundation)),
    async close() {
      await server?.close();
      await traces?.close();
    },
  };
}
