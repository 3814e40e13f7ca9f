import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A port that nobody listens on, below those from which the system takes the ports of its own connections: some
 * servers would share a port that is taken, or find it taken by somebody's connection a moment later.
 */
export async function lowPort(): Promise<number> {
  return lowPorts(1);
}

/** Returns the first of several such ports in a row. */
export async function lowPorts(count: number): Promise<number> {
  for (;;) {
    const first = randomInt(10_000, 32_000);
    const row = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index)));
    if (row.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
