import type { Config } from '../config/config.js';
import { CONSOLE_OPERATIONS } from '../console/operation-names.js';
import type { RequestObserver } from '../http/request-observer.js';
import { imageTotals } from '../image/catalog/image-totals.js';
import type { Log } from '../telemetry/log.js';
import type { MetricsServer } from '../telemetry/metrics/metrics-server.js';
import type { Observers } from '../telemetry/metrics/observers.js';
import type { LastFace } from '../telemetry/metrics/request-metrics.js';
import type { Foundation } from './domain.js';
import { version } from './version.js';

/** The metrics of a gateway with METRICS_PORT. */
export interface ConfiguredMetrics {
  readonly observers: Observers;
  /** Returns the observer of an HTTP server. */
  requests(last: LastFace): RequestObserver;
  server(foundation: Pick<Foundation, 'database' | 'stores'>): MetricsServer;
}

/** GraphiQL and other explorers ask for the schema under this name. */
const OF_EXPLORERS = 'IntrospectionQuery';

/** Loads the code of the metrics only for a gateway that has them. */
export async function configuredMetrics(config: Config, log: Log): Promise<ConfiguredMetrics | undefined> {
  if (config.metricsPort === undefined) return undefined;
  const { gatewayMetrics } = await import('../telemetry/metrics/metrics.js');
  const metrics = gatewayMetrics([...CONSOLE_OPERATIONS, ...config.metricsOperations, OF_EXPLORERS]);

  return {
    ...metrics,
    server({ database, stores }) {
      const names = stores.all.map(({ name }) => name);
      const totals = () => imageTotals(database, names);
      const tables = database.tables === 'glance' ? 'glance' : database.dialect.engine;
      return metrics.server(
        { database, stores, totals, log },
        { version: version(), database: tables, auth: config.auth },
      );
    },
  };
}
