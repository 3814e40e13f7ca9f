import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createRawServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface Web {
  /** `http://127.0.0.1:port` */
  url: string;
  port: number;
  /** What was asked, as `GET /path`, oldest first. */
  asked: string[];
  close(): Promise<void>;
}

/** A web server on a port of its own; a path that no function answers is not found. */
export async function web(
  paths: Record<string, (request: IncomingMessage, response: ServerResponse) => void>,
): Promise<Web> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const answer = paths[request.url ?? ''];
    if (answer) answer(request, response);
    else response.writeHead(404).end('no such thing');
  });
  return listening(server, asked, () => server.closeAllConnections());
}

/** A server that says to every connection what the function writes, HTTP or not. */
export async function rawWeb(answer: (socket: Socket) => void): Promise<Web> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('data', () => answer(socket));
  });
  return listening(server, [], () => sockets.forEach((socket) => socket.destroy()));
}

/** Answers with data as careful servers do: with its length, and ranges of it. */
export function file(data: Buffer | string): (request: IncomingMessage, response: ServerResponse) => void {
  const bytes = Buffer.from(data);
  return (request, response) => {
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const part = start === undefined ? bytes : bytes.subarray(Number(start), Number(end) + 1);
    response.writeHead(start === undefined ? 200 : 206, {
      'content-length': part.length,
      ...(start === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${bytes.length}` }),
    });
    response.end(request.method === 'HEAD' ? undefined : part);
  };
}

async function listening(
  server: ReturnType<typeof createRawServer>,
  asked: string[],
  letGo: () => void,
): Promise<Web> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        letGo();
      }),
  };
}
