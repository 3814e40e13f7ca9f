import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { DEFINITIONS, PREFIX, type Definition, type MetricName } from './definitions.js';

/** The metrics of one gateway, by their names without the prefix. */
export interface MetricRegistry {
  /** Returns a counter or a gauge with the values of its labels, in the order of the definition. */
  series(name: MetricName, ...labels: string[]): Series;
  /** Returns a histogram with the values of its labels. */
  observations(name: MetricName, ...labels: string[]): { observe(value: number): void };
  /** Forgets all series of a gauge, before it is set anew. */
  reset(name: MetricName): void;
  /** Returns all metrics in the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
}

export interface Series {
  inc(by?: number): void;
  /** For gauges only. */
  dec(by?: number): void;
  /** For gauges only. */
  set(value: number): void;
}

/** Returns a registry of its own for each gateway, with the metrics of the process that all programs on Node.js have. */
export function metricRegistry(): MetricRegistry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const metrics = new Map(
    Object.entries<Definition>(DEFINITIONS).map(([name, each]) => [name, metricOf(name, each, registry)]),
  );
  // prom-client would compute the key of the labels at each use.
  const known = new Map<string, unknown>();

  return {
    series: (name, ...labels) => child(name, labels) as Series,
    observations: (name, ...labels) => child(name, labels) as Histogram.Internal<string>,
    reset(name) {
      metrics.get(name)!.reset();
      for (const key of known.keys()) if (key.startsWith(`${name}\n`)) known.delete(key);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };

  function child(name: MetricName, labels: readonly string[]): unknown {
    const key = `${name}\n${labels.join('\n')}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const metric = metrics.get(name)!;
    const made = labels.length > 0 ? metric.labels(...labels) : metric;
    known.set(key, made);
    return made;
  }
}

function metricOf(
  name: string,
  { kind, help, labels, buckets = [] }: Definition,
  registry: Registry,
): Counter | Gauge | Histogram {
  const common = { name: PREFIX + name, help, labelNames: [...labels], registers: [registry] };
  switch (kind) {
    case 'counter':
      return new Counter(common);
    case 'gauge':
      return new Gauge(common);
    case 'histogram':
      return new Histogram({ ...common, buckets: [...buckets] });
  }
}
