import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Log } from '../log.js';
import type { MetricRegistry } from './registry.js';

/** The HTTP server of the metrics: `GET /metrics`, and nothing else. */
export interface MetricsServer {
  /** @returns the URL of the metrics */
  listen(host: string, port: number): Promise<string>;
  close(): Promise<void>;
}

/** Milliseconds for sending a request. */
const REQUEST_MS = 10_000;

/** @param refresh sets what is not counted as it happens */
export function metricsServer(
  metrics: MetricRegistry,
  refresh: () => Promise<void>,
  log: Pick<Log, 'error'>,
): MetricsServer {
  const server = createServer(
    { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    (request, response) => {
      answer(request, response).catch((error: unknown) => {
        log.error({ err: error }, 'the metrics could not be read');
        send(response, 500, 'The metrics could not be read; the log says why.\n');
      });
    },
  );

  return {
    async listen(host, port) {
      server.listen(port, host);
      await once(server, 'listening');
      const { port: taken, family } = server.address() as AddressInfo;
      return `http://${family === 'IPv6' ? `[${host}]` : host}:${taken}/metrics`;
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };

  async function answer({ method, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (url.split('?', 1)[0] !== '/metrics') return send(response, 404, 'The metrics are at /metrics.\n');
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return send(response, 405, 'The metrics can be read only.\n');
    }
    await refresh();
    send(response, 200, await metrics.text(), metrics.contentType);
  }
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  const body = Buffer.from(text);
  response
    .writeHead(status, {
      'content-type': type,
      'content-length': body.length,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    .end(body);
}
