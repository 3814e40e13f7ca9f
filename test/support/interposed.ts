import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands between the gateway and a server does with a request. */
export type Conduct = 'pass' | ((request: IncomingMessage, response: ServerResponse) => void);

/** Never answers. */
export const hangs: Conduct = () => undefined;
/** Breaks the connection off. */
export const breaksOff: Conduct = (incoming) => void incoming.socket.destroy();
/** Answers with a status and this text, as JSON by its own account. */
export const answers =
  (status: number, text: string, headers: Record<string, string> = {}): Exclude<Conduct, 'pass'> =>
  (_incoming, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);

/** Stands before a real server: passes requests on and counts them, or does what a broken one would do. */
export interface Interposed {
  url: string;
  conduct: Conduct;
  /** Method and path of what has come, in order. */
  requests: string[];
  /** Passes everything on again, and forgets what has come. */
  reset(): void;
  /** Passes one request on, for a conduct that does so with some. */
  pass(incoming: IncomingMessage, response: ServerResponse): void;
  stop(): Promise<void>;
}

export async function interpose(target: string): Promise<Interposed> {
  const server = createServer((incoming, response) => {
    between.requests.push(`${incoming.method} ${incoming.url!.split('?')[0]}`);
    if (between.conduct !== 'pass') return between.conduct(incoming, response);
    between.pass(incoming, response);
  });
  const pass: Interposed['pass'] = (incoming, response) => {
    const { method, headers } = incoming;
    const passed = request(`${target}${incoming.url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    // Some servers answer HEAD with a body, which is no fault once the headers have gone on.
    passed.on('error', () => response.headersSent || response.destroy());
    // A sender that goes away ends the request, as with every proxy.
    incoming.on('close', () => incoming.complete || passed.destroy());
    incoming.pipe(passed);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const between: Interposed = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    conduct: 'pass',
    requests: [],
    reset() {
      between.conduct = 'pass';
      between.requests = [];
    },
    pass,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return between;
}
