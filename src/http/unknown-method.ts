import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Every method name that HTTP allows; Node's parser knows a few dozen of them. */
const REQUEST = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP\/1\.[01]\r\n((?:[^\r\n]+\r\n)*)\r\n/;
/** Headers that say what follows the head, which is not read, and what becomes of the connection. */
const ABOUT_THE_REST = /^(content-length|transfer-encoding|expect|connection|upgrade|keep-alive)\s*:/i;
/** A method that Node knows and no route has: it stands for those that Node does not know. */
const STAND_IN = 'UNLINK';

/** The method as the client wrote it, also one that Node does not know. */
export function sentMethod(request: IncomingMessage): string {
  // Once the connection has gone, Node takes its socket away from the request.
  const socket = request.socket as { sentMethod?: string } | null;
  return socket?.sentMethod ?? request.method ?? '';
}

/**
 * Lets a request whose method Node does not know come in again under one that it knows, so that it is
 * identified, routed, answered and logged as every other (contract C4.1). Its body is not read.
 *
 * @param head the request from its first byte on
 * @returns false when this is no request at all
 */
export function admit(server: Server, socket: Socket, head: string): boolean {
  const [, method, url, lines] = REQUEST.exec(head) ?? [];
  if (method === undefined) return false;
  const headers = lines.split('\r\n').filter((line) => line !== '' && !ABOUT_THE_REST.test(line));
  const connection = new Duplex({
    read: () => undefined,
    write: (bytes: Buffer, encoding, done) => void socket.write(bytes, encoding, done),
    final: (done) => void socket.end(done),
  });
  Object.assign(connection, { sentMethod: method, ...addressesOf(socket) });
  socket.once('close', () => connection.destroy());
  connection.push(
    `${STAND_IN} ${url} HTTP/1.1\r\n${[...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`,
    'latin1',
  );
  server.emit('connection', connection);
  return true;
}

function addressesOf({ remoteAddress, localAddress, localPort }: Socket) {
  return { remoteAddress, localAddress, localPort };
}

/** The request as a client wrote it that Node has read already: CONNECT, which it keeps from all routes. */
export function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  let head = `${method} ${url} HTTP/1.1\r\n`;
  for (let at = 0; at < rawHeaders.length; at += 2) head += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`;
  return `${head}\r\n`;
}
