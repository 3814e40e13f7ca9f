import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy between a gateway and its database server that can lose everything which is sent. */
export interface StallingProxy {
  port: number;
  /** Forwards nothing from now on, neither for open connections nor for new ones. */
  pause(): void;
  /** Forwards new connections again. The old ones stay silent, as after a change of a firewall's rules. */
  resume(): void;
  stop(): Promise<void>;
}

export async function stallingProxy(target: number): Promise<StallingProxy> {
  const sockets = new Set<Socket>();
  let isPaused = false;
  const server = createServer((client) => {
    const remote = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [client, remote],
      [remote, client],
    ]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.on('data', (piece) => other.write(piece));
      if (isPaused) silence(socket);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    pause() {
      isPaused = true;
      sockets.forEach(silence);
    },
    resume() {
      isPaused = false;
    },
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function silence(socket: Socket): void {
  socket.removeAllListeners('data').pause();
}
