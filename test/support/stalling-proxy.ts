import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy between a gateway and its database server that can be slow, lose everything which is sent, or be away. */
export interface StallingProxy {
  port: number;
  /** Forwards everything so many milliseconds later. */
  delay(milliseconds: number): void;
  /** Forwards nothing from now on, neither for open connections nor for new ones. */
  pause(): void;
  /** Ends all connections, and each new one at once. */
  refuse(): void;
  /** Forwards new connections at once again. Silent ones stay silent, as after a change of a firewall's rules. */
  resume(): void;
  stop(): Promise<void>;
}

export async function stallingProxy(target: number): Promise<StallingProxy> {
  const sockets = new Set<Socket>();
  let isPaused = false;
  let isRefusing = false;
  let late = 0;
  const server = createServer((client) => {
    if (isRefusing) {
      client.destroy();
      return;
    }
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
      socket.on('data', (piece) => {
        if (late === 0) other.write(piece);
        else setTimeout(() => other.write(piece), late);
      });
      if (isPaused) silence(socket);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    delay(milliseconds) {
      late = milliseconds;
    },
    pause() {
      isPaused = true;
      sockets.forEach(silence);
    },
    refuse() {
      isRefusing = true;
      for (const socket of sockets) socket.destroy();
    },
    resume() {
      isPaused = false;
      isRefusing = false;
      late = 0;
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
