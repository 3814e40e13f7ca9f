import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { duplexPair } from 'node:stream';

/** HTTP allows any method name; Node's parser knows a few dozen. */
const HEAD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)( \S+ HTTP\/1\.[01]\r\n)((?:[^\r\n]+\r\n)*)\r\n/;
/** The body is not read, and the connection ends. */
const DROPPED = /^(content-length|transfer-encoding|expect|connection|upgrade|keep-alive)\s*:.*\r\n/gim;

/**
 * Sends a request with an unknown method through the server again, under a method that Node knows and no route has.
 * So it is identified, routed, answered and logged like every other (contract C4.1). Returns false for a malformed head.
 */
export function rerouteUnknownMethod(server: Server, socket: Socket, head: string): boolean {
  const [, sentMethod, target, headers] = HEAD.exec(head) ?? [];
  if (sentMethod === undefined) return false;
  const [connection, client] = duplexPair();
  const { remoteAddress, localAddress, localPort } = socket;
  server.emit(
    'connection',
    Object.assign(connection, { sentMethod, remoteAddress, localAddress, localPort }),
  );
  socket.once('close', () => connection.destroy());
  client.pipe(socket);
  client.write(`UNLINK${target}${headers.replace(DROPPED, '')}Connection: close\r\n\r\n`, 'latin1');
  return true;
}

export function sentMethod({ socket, method }: IncomingMessage): string | undefined {
  return (socket as { sentMethod?: string }).sentMethod ?? method;
}
