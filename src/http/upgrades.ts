import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Takes a connection that asks to become a WebSocket. */
export type AcceptUpgrade = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

/**
 * Gives WebSocket handshakes on one path to a function. A server need not follow any other `Upgrade`, as of `curl --http2`:
 * such a request is answered as if it asked for nothing (RFC 9110, section 7.8).
 */
export function handleUpgrades(server: Server, path: string, accept: AcceptUpgrade): void {
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    // The listener has refused the request.
    if (!socket.writable) return;
    if (isHandshake(request, path)) accept(request, socket, head);
    else serveWithoutUpgrade(server, request, socket, head);
  });
}

function isHandshake({ method, url = '', headers }: IncomingMessage, path: string): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && url.split('?', 1)[0] === path;
}

/** Gives the connection back to the server, with the same request but for the headers of the upgrade. */
function serveWithoutUpgrade(
  server: Server,
  { method, url, httpVersion, rawHeaders }: IncomingMessage,
  socket: Socket,
  head: Buffer,
): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name, value] = [rawHeaders[at], rawHeaders[at + 1]];
    if (!/^(connection|upgrade|http2-settings)$/i.test(name)) lines.push(`${name}: ${value}`);
    else if (/\bclose\b/i.test(value)) lines.push('Connection: close');
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}
