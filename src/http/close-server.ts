import type { FastifyInstance } from 'fastify';

/** The least time for running answers, so that short ones end even when nothing has to be waited for. */
const LEAST_MS = 5_000;
/** Milliseconds between two looks for connections whose answer has ended. They could carry further requests. */
const LOOK_MS = 200;

/** Closes the port, each connection when its answer has ended, and all connections after these seconds. */
export async function closeServer(server: FastifyInstance, seconds: number): Promise<void> {
  const connections = server.server;
  const look = setInterval(() => connections.closeIdleConnections(), LOOK_MS);
  const late = setTimeout(() => connections.closeAllConnections(), Math.max(seconds * 1000, LEAST_MS));
  try {
    await server.close();
  } finally {
    clearInterval(look);
    clearTimeout(late);
  }
}
