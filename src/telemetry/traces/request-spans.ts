import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import type { RequestObserver } from '../../http/request-observer.js';
import { within } from '../../network/work-context.js';
import { loggedPath } from '../log.js';
import { sentContext, TracedWork } from './traced-work.js';

/** Returns an observer that makes a span of each request, by OpenTelemetry's conventions for HTTP servers. */
export function requestSpans(tracer: Tracer): RequestObserver {
  return (request) => {
    const { method, headers, protocol, raw } = request;
    const attributes = {
      'http.request.method': method,
      'url.scheme': protocol,
      'url.path': loggedPath(raw.url ?? '/'),
      'network.peer.address': raw.socket.remoteAddress,
      'user_agent.original': headers['user-agent'],
      'openstack.request_id': request.id,
    };
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, sentContext(headers));
    const work = new TracedWork(tracer, span);
    return {
      run: (next) => within(work, next),
      end({ raw: { statusCode, writableFinished } }) {
        const route = routeOf(request);
        if (route) span.updateName(`${method} ${route}`).setAttribute('http.route', route);
        span.setAttribute('http.response.status_code', statusCode);
        if (statusCode >= 500 || !writableFinished) span.setStatus({ code: SpanStatusCode.ERROR });
        if (!writableFinished) span.setAttribute('error.type', 'broken_off');
        span.end();
      },
    };
  };
}

/** Returns the route, or the action of a face with a router of its own. */
function routeOf({ operation, routeOptions: { url } }: FastifyRequest): string | undefined {
  return url === undefined || url === '/*' ? operation : url;
}
