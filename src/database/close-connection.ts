import type { Duplex } from 'node:stream';
import type { Connection } from 'mysql2';

/** Closes a connection at once. The driver alone would wait for the server, which may be silent. */
export function close(connection: Connection): void {
  connection.destroy();
  streamOf(connection).destroy();
}

export function streamOf(connection: Connection): Duplex {
  return (connection as unknown as { stream: Duplex }).stream;
}
