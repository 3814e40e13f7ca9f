import type { RequestObserver } from '../../http/request-observer.js';
import { currentState, type StatefulParts } from './current-state.js';
import { metricsServer, type MetricsServer } from './metrics-server.js';
import { observers, type Observers } from './observers.js';
import { metricRegistry, type MetricRegistry } from './registry.js';
import { requestMetrics, type LastFace } from './request-metrics.js';

/** The metrics of a gateway, in the form of Prometheus. docs/reference/metrics.md lists them. */
export interface Metrics {
  readonly observers: Observers;
  requests(last: LastFace): RequestObserver;
  /** Returns the server of the metrics, once the parts exist whose state it shows. */
  server(parts: StatefulParts, build: BuildFacts): MetricsServer;
}

/** The labels of `build_info`. */
export interface BuildFacts {
  version: string;
  /** `sqlite`, `mysql`, or `glance` for tables that a Glance has made. */
  database: string;
  auth: string;
}

/** @param knownOperations the names of GraphQL operations that have a label of their own */
export function gatewayMetrics(knownOperations: readonly string[]): Metrics {
  const registry = metricRegistry();

  return {
    observers: observers(registry, knownOperations),
    requests: (last) => requestMetrics(registry, last),
    server(parts, { version, database, auth }) {
      registry.series('build_info', version, process.version, database, auth).set(1);
      begin(
        registry,
        parts.stores.all.map(({ name }) => name),
      );
      return metricsServer(registry, currentState(registry, parts), parts.log as never);
    },
  };
}

/** Makes the series of counters whose labels are known: a rate needs the 0 before the first event. */
function begin({ series }: MetricRegistry, stores: readonly string[]): void {
  for (const what of ['settled', 'removed', 'released', 'recounted', 'scrubbed', 'foreign', 'failed'])
    series('sweep_work_total', what).inc(0);
  for (const part of ['uploads', 'data', 'counters']) {
    series('sweep_failures_total', part).inc(0);
    series('sweep_last_success_timestamp_seconds', part).set(0);
  }
  for (const outcome of ['renewed', 'lost', 'failed']) series('upload_lease_renewals_total', outcome).inc(0);
  for (const store of stores) {
    series('uploads_total', store, 'completed', 'none').inc(0);
    for (const direction of ['in', 'out']) series('store_bytes_total', store, direction).inc(0);
  }
}
