import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { RequestObserver } from '../../http/request-observer.js';
import { requestSpans } from './request-spans.js';
import { spanObservers, type SpanObservers } from './span-observers.js';

export interface TraceOptions {
  /** The URL of an OTLP receiver over HTTP, without `/v1/traces`. */
  endpoint: string;
  /** Headers for the receiver. */
  headers: Readonly<Record<string, string>>;
  /** The name of the service. */
  service: string;
  /** The share of requests that have a trace, from 0 to 1. A request that comes with a trace keeps its choice. */
  share: number;
  /** Milliseconds for which spans are gathered. */
  delay: number;
}

/** The traces of a gateway, which it sends to an OTLP receiver. */
export interface Traces {
  readonly observers: SpanObservers;
  readonly requests: RequestObserver;
  /** Sends what has not been sent yet. */
  close(): Promise<void>;
}

/** @param system the name of the database's kind by the conventions of OpenTelemetry, as soon as it is known */
export function gatewayTraces(
  { endpoint, headers, service, share, delay }: TraceOptions,
  version: string,
  system: () => string,
): Traces {
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': service, 'service.version': version }),
    ),
    sampler: new ParentBasedSampler({
      root: new TraceIdRatioBasedSampler(share),
    }),
    spanProcessors: [
      new BatchSpanProcessor({
        scheduledDelayMillis: delay,
        exporter: new OTLPTraceExporter({
          url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
          headers: { ...headers },
        }),
      }),
    ],
  });
  const tracer = provider.getTracer('glance-graphql', version);

  return {
    observers: spanObservers(system),
    requests: requestSpans(tracer),
    // A receiver that is away must not hold up the end of the gateway.
    close: () => provider.shutdown().catch(() => undefined),
  };
}
