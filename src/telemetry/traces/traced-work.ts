import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { workContext, type OutgoingRequest, type WorkContext } from '../../network/work-context.js';

const PROPAGATOR = new W3CTraceContextPropagator();
const HEADERS = {
  get: (carrier: unknown, name: string) => (carrier as Record<string, string | undefined>)[name],
  keys: (carrier: unknown) => Object.keys(carrier as object),
};

/** Returns the trace that a request belongs to by its headers (W3C Trace Context), or none. */
export function sentContext(headers: object): Context {
  return PROPAGATOR.extract(ROOT_CONTEXT, headers, HEADERS);
}

/** The work for one request. The span that is open now is the parent of those that begin. */
export class TracedWork implements WorkContext {
  #open: Span;

  constructor(
    private readonly tracer: Tracer,
    private readonly root: Span,
  ) {
    this.#open = root;
  }

  get logFields(): Record<string, string> {
    const { traceId, spanId } = this.#open.spanContext();
    return { trace_id: traceId, span_id: spanId };
  }

  begin(name: string, attributes: Attributes, kind = SpanKind.INTERNAL): Span {
    return this.tracer.startSpan(name, { attributes, kind }, trace.setSpan(ROOT_CONTEXT, this.#open));
  }

  /** Begins a span that is the parent of all others until it ends. */
  open(name: string, attributes: Attributes): Span {
    const span = this.begin(name, attributes);
    this.#open = span;
    return span;
  }

  /** Ends such a span. */
  close(span: Span, failure?: unknown): void {
    if (this.#open === span) this.#open = this.root;
    ended(span, failure);
  }

  outgoing(method: string, url: URL): OutgoingRequest {
    const span = this.begin(
      method,
      {
        'http.request.method': method,
        'server.address': url.hostname,
        'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
        // The query may hold a secret.
        'url.full': `${url.origin}${url.pathname}`,
      },
      SpanKind.CLIENT,
    );
    const headers: Record<string, string> = {};
    PROPAGATOR.inject(trace.setSpan(ROOT_CONTEXT, span), headers, {
      set: (carrier, name, value) => void ((carrier as Record<string, string>)[name] = value),
    });
    return {
      headers,
      end(status) {
        if (status !== undefined) span.setAttribute('http.response.status_code', status);
        if (status === undefined || status >= 400) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      },
    };
  }
}

/** Returns the work that runs now, if it has a trace. */
export function tracedWork(): TracedWork | undefined {
  const context = workContext();
  return context instanceof TracedWork ? context : undefined;
}

/** Ends a span, with the kind of the error if it failed. The text of an error may hold a path or a value. */
export function ended(span: Span, failure?: unknown, type = typeOf(failure)): void {
  if (failure !== undefined) {
    span.setAttribute('error.type', type);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

function typeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : '_OTHER';
}
