import type { Duplex } from 'node:stream';
import { MessageChannel } from 'node:worker_threads';

// Node discards everything that is sent to a closed port, and frees its memory.
const { port1: nowhere, port2: closed } = new MessageChannel();
closed.close();
nowhere.unref();

/** The garbage collector is quick enough for smaller buffers. */
const WORTHWHILE = 16 * 1024;

/**
 * Frees the memory of bytes from a socket at once. The garbage collector counts objects, not the buffers behind them, so
 * it would let much memory pile up in large transfers. The bytes must have no other user; the buffer is empty afterwards.
 */
export function freeMemory({ buffer, byteLength }: Buffer): void {
  // The rest of a larger block of memory may have another user.
  if (byteLength < WORTHWHILE || byteLength !== buffer.byteLength) return;
  nowhere.postMessage(undefined, [buffer as ArrayBuffer]);
}

/** Frees the memory that a connection of Node's HTTP client reads, after the client has copied the bytes. */
export function freeWhatIsRead<Connection extends Duplex>(connection: Connection): Connection {
  return connection.on('data', (piece: Buffer) => queueMicrotask(() => freeMemory(piece)));
}
