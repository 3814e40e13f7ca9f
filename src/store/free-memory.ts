import type { Duplex } from 'node:stream';
import { MessageChannel } from 'node:worker_threads';

// Whatever is sent to a port that nobody listens to any more is thrown away.
const { port1: nowhere, port2: closed } = new MessageChannel();
closed.close();
nowhere.unref();

/** Below this the garbage collector is quick enough. */
const WORTHWHILE = 16 * 1024;

/**
 * Frees the memory of bytes that came from a socket, at once: in large transfers the collector, which counts
 * objects and not what hangs on them, would let much of it gather. They must be in nobody else's hands; afterwards
 * they are empty.
 */
export function freeMemory({ buffer, byteLength }: Buffer): void {
  // Of memory that holds more than these bytes the rest may be somebody's.
  if (byteLength < WORTHWHILE || byteLength !== buffer.byteLength) return;
  nowhere.postMessage(undefined, [buffer as ArrayBuffer]);
}

/**
 * Frees what is read from a connection of Node's HTTP client, once the client has gone through it: what it hands on
 * is a copy.
 */
export function freeWhatIsRead<Connection extends Duplex>(connection: Connection): Connection {
  return connection.on('data', (piece: Buffer) => queueMicrotask(() => freeMemory(piece)));
}
