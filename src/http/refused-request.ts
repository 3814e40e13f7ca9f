import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The reason for refusing a request before it reaches a route. */
export type Refusal = 'requestLine' | 'headerLine' | 'headers' | 'malformed' | 'late';

const MAX_REQUEST_LINE = 8192;
/** The highest number of bytes of all headers. Node's parser allows more, so that this limit gets an answer of its own. */
const MAX_HEADERS = 65_536;

/** The highest number of bytes of request line and headers that Node's parser accepts. */
export const MAX_HEAD = 2 * MAX_HEADERS;

/** The answers. For lines and headers that are too long they are those of Glance's server, byte for byte (contract C1.5). */
const ANSWERS: Record<Refusal, () => string> = {
  requestLine: () => 'HTTP/1.0 414 Request URI Too Long\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
  headerLine: () => 'HTTP/1.0 400 Header Line Too Long\r\nContent-length: 0\r\nConnection: close\r\n\r\n',
  headers: () => 'HTTP/1.0 400 Headers Too Large\r\nContent-length: 0\r\nConnection: close\r\n\r\n',
  malformed: () => `HTTP/1.1 400 Bad Request\r\n${plainEnd()}`,
  late: () => `HTTP/1.1 408 Request Timeout\r\n${plainEnd()}`,
};

/** The time for which the gateway discards the rest of a refused request. A reset would lose the answer. */
const LINGER_MS = 2000;

/**
 * Checks a request that Node's parser has accepted.
 *
 * @param maxHeaderLine the highest number of bytes of one header line; 0 for no limit
 * @returns undefined for a good request
 */
export function refusalOf(request: IncomingMessage, maxHeaderLine: number): Refusal | undefined {
  const { method, url, httpVersion, rawHeaders, headers } = request;
  if (`${method} ${url} HTTP/${httpVersion}`.length > MAX_REQUEST_LINE) return 'requestLine';
  let all = 0;
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
    const line = name.length + ': '.length + rawHeaders[at + 1].length;
    if (maxHeaderLine > 0 && line > maxHeaderLine) return 'headerLine';
    all += line + '\r\n'.length;
  }
  if (all > MAX_HEADERS) return 'headers';
  // A proxy and the gateway could read such a request differently.
  const coding = headers['transfer-encoding'] ?? 'chunked';
  if (hosts > 1 || coding.toLowerCase() !== 'chunked') return 'malformed';
  return undefined;
}

/**
 * Returns the reason for a request that Node's parser has refused.
 *
 * @param packet the bytes that the parser was reading
 */
export function refusalOfParser(
  code: string | undefined,
  packet: Buffer | undefined,
  maxHeaderLine: number,
): Refusal {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'late';
  if (code !== 'HPE_HEADER_OVERFLOW') return 'malformed';
  const lines = (packet ?? Buffer.alloc(0)).toString('latin1').split('\r\n');
  const longest = Math.max(...lines.map((line) => line.length));
  return maxHeaderLine > 0 && longest > maxHeaderLine ? 'headerLine' : 'headers';
}

/** Writes the answer to the connection, since Node would write another HTTP version, and closes the connection. */
export function refuse(connection: Duplex, refusal: Refusal): void {
  connection.on('error', () => undefined);
  connection.resume();
  connection.end(ANSWERS[refusal](), 'latin1');
  const end = setTimeout(() => connection.destroy(), LINGER_MS).unref();
  connection.once('close', () => clearTimeout(end));
}

function plainEnd(): string {
  return `Date: ${new Date().toUTCString()}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
}
