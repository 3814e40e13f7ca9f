import type { WebSocket } from 'ws';

const HEARTBEAT_MS = 15_000;
/** The time for the handshake that closes a connection. A slow reader may never end it. */
const CLOSING_MS = 5_000;

/** Closes with a code, and without the client's answer after a moment. */
export function closeSoon(socket: WebSocket, code: number, reason: string): void {
  // A close frame holds at most 123 bytes of reason.
  socket.close(
    code,
    Buffer.from(reason)
      .subarray(0, 123)
      .toString()
      .replace(/\ufffd$/, ''),
  );
  const end = setTimeout(() => socket.terminate(), CLOSING_MS).unref();
  socket.once('close', () => clearTimeout(end));
}

/** Bytes that may wait in memory for a reader. Further events wait in the feed, where later ones replace them. */
const MOST_WAITING = 64 * 1024;

/** Sends a text. Returns a promise while the reader is slower than the texts; it resolves when this one has left. */
export function sent(socket: WebSocket, text: string): Promise<void> | undefined {
  if (socket.readyState !== socket.OPEN) return undefined;
  if (socket.bufferedAmount < MOST_WAITING) {
    socket.send(text);
    return undefined;
  }
  return new Promise((resolve) => socket.send(text, () => resolve()));
}

/** Answers a ping, unless earlier answers still wait: a client that sends pings and reads nothing gets no further one. */
export function answerPing(socket: WebSocket): void {
  if (socket.readyState === socket.OPEN && socket.bufferedAmount === 0) socket.send('{"type":"pong"}');
}

/** Pings the client, and ends a connection that does not answer. */
export function heartbeat(socket: WebSocket): () => void {
  let isAnswered = true;
  socket.on('pong', () => (isAnswered = true));
  const beat = setInterval(() => {
    if (!isAnswered) return socket.terminate();
    isAnswered = false;
    socket.ping();
  }, HEARTBEAT_MS);
  return () => clearInterval(beat);
}
