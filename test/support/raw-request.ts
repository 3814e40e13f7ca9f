import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from './poll.js';

export interface RawAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
  json<Json = { code?: string; message?: string }>(): Json;
}

/** A request written by hand: sent in pieces, left half said, or broken off. */
export interface RawRequest {
  /** Sends bytes of the body, and returns once they have left this process. */
  send(bytes: Buffer | string): Promise<void>;
  /** Sends one chunk of a body with `Transfer-Encoding: chunked`. */
  sendChunk(bytes: Buffer): Promise<void>;
  /** Sends the chunk that ends such a body. */
  sendLastChunk(): Promise<void>;
  /** Everything that has come back until now. */
  received(): Buffer;
  /** The whole answer, interim ones (`100 Continue`) left out. */
  answer(): Promise<RawAnswer>;
  /** Ends the sending side, and continues to listen. */
  end(): void;
  /** Breaks the connection off. */
  leave(): void;
}

/**
 * Opens a connection and sends the head of a request.
 *
 * @param options.deaf reads nothing until `answer` is called
 */
export async function rawRequest(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string | number> = {},
  options: { deaf?: boolean } = {},
): Promise<RawRequest> {
  const { hostname, port, host } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  socket.setNoDelay(true);
  const answer = listen(socket);
  if (options.deaf) socket.pause();
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}`);
  const send = (bytes: Buffer | string) =>
    new Promise<void>((resolve, reject) => {
      socket.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  await send(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  return {
    send,
    sendChunk: (bytes) =>
      send(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])),
    sendLastChunk: () => send('0\r\n\r\n'),
    received: () => Buffer.concat(answer.pieces),
    async answer() {
      socket.resume();
      const whole = await eventually(
        () => parsed(Buffer.concat(answer.pieces), method) ?? answer.failure,
        (found) => found !== undefined,
      );
      socket.destroy();
      if (whole instanceof Error) throw whole;
      return whole!;
    },
    end: () => void socket.end(),
    leave: () => void socket.destroy(),
  };
}

/** Sends a head written by hand, without the empty line after it, and returns all bytes until the server hangs up. */
export async function rawHead(url: string, head: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.write(`${head}\r\n\r\n`);
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('latin1');
}

function listen(socket: Socket): { pieces: Buffer[]; failure?: Error } {
  const heard: { pieces: Buffer[]; failure?: Error } = { pieces: [] };
  socket.on('data', (piece) => heard.pieces.push(piece));
  socket.on('error', (error) => (heard.failure = error));
  socket.on('close', () => (heard.failure ??= new Error('the connection ended before the answer did')));
  return heard;
}

function parsed(bytes: Buffer, method: string): RawAnswer | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(statusLine.split(' ')[1]);
  const rest = bytes.subarray(end + 4);
  if (status < 200) return parsed(rest, method);
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const length = method === 'HEAD' || status === 304 ? 0 : Number(headers['content-length'] ?? 0);
  if (rest.length < length) return undefined;
  const body = rest.subarray(0, length);
  return { status, headers, body, json: () => JSON.parse(body.toString()) };
}
