import type { FastifyRequest } from 'fastify';
import type { RequestObserver } from '../../http/request-observer.js';
import { timer } from './observers.js';
import type { MetricRegistry } from './registry.js';

/** The face that answers the requests of no other: version 1, or the registry on its own port. */
export type LastFace = 'v1' | 'registry';

/** Returns an observer of the requests of one HTTP server. */
export function requestMetrics({ series, observations }: MetricRegistry, last: LastFace): RequestObserver {
  const inFlight = series('http_requests_in_flight');

  return (request) => {
    const time = timer();
    inFlight.inc();
    return {
      end(reply) {
        inFlight.dec();
        const { raw } = reply;
        const face = faceOf(request) ?? last;
        const operation = request.operation ?? routeOf(request);
        series(
          'http_requests_total',
          face,
          operation,
          raw.writableFinished ? String(raw.statusCode) : 'broken_off',
        ).inc();
        if (!isEventStream(reply.getHeader('content-type')))
          observations('http_request_duration_seconds', face, operation).observe(time());
      },
    };
  };
}

const FACES: readonly (readonly [beginning: RegExp, face: string])[] = [
  [/^\/graphql$/, 'graphql'],
  [/^\/data\//, 'data'],
  [/^\/console(\/|$)/, 'console'],
  [/^\/graphiql(\/|$)/, 'graphiql'],
  [/^\/(healthcheck|ready)$/, 'health'],
];

function faceOf({ routeOptions: { url = '' } }: FastifyRequest): string | undefined {
  return FACES.find(([beginning]) => beginning.test(url))?.[1];
}

/** Returns method and route. A request that matches no route of its own has a path and a method of any kind. */
function routeOf({ method, routeOptions: { url } }: FastifyRequest): string {
  return url === undefined || url === '/*' ? 'other' : `${method} ${url}`;
}

function isEventStream(type: unknown): boolean {
  return typeof type === 'string' && type.startsWith('text/event-stream');
}
