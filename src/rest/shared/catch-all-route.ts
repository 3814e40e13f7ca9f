import { METHODS } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Answering, RegisteredRoute } from '../../http/http-server.js';

export interface CatchAllOptions extends Answering {
  /** The addresses that `answer` serves; the list of routes shows them. */
  addresses: readonly RegisteredRoute[];
  /** A method that another route answers. */
  exceptMethod?: string;
}

/** Sends every request of a scope to one function, whatever its path and method. */
export function catchAllRoute(
  server: FastifyInstance,
  { answer, fail, addresses, exceptMethod }: CatchAllOptions,
): void {
  for (const method of METHODS) {
    if (method !== 'CONNECT' && !server.supportedMethods.includes(method)) {
      server.addHttpMethod(method, { hasBody: true });
    }
  }
  server.setErrorHandler(fail);
  // Runs before Fastify checks the body: Fastify refuses content types that Glance accepts.
  server.addHook('onRequest', answer);
  const free = server.supportedMethods.filter((method) => method !== exceptMethod);
  server.route({ method: free, url: '/*', config: { addresses }, handler: answer });
}

/** Returns the addresses of a face's own routes, such as `/images/:id`. The method `any` means every method. */
export function addressesOf(
  routes: readonly { path: RegExp; methods: Partial<Record<string, string>> }[],
  prefix = '',
): RegisteredRoute[] {
  return routes.flatMap(({ path: { source }, methods }) => {
    const path = prefix + source.replace(/\(\?<(\w+)>[^)]*\)/g, ':$1').replace(/[\\^$]/g, '');
    return Object.keys(methods).map((method) => ({ method, path }));
  });
}
