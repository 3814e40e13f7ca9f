import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { piece } from './payload.js';

/**
 * Sends or fetches one body, and prints what came of it as JSON. It speaks HTTP on a bare socket and uses its
 * buffers again and again: the client should cost as little as possible, and the same to both servers.
 *
 * Standard input holds `{ method, url, size, headers, digest }`; `size` is what PUT and POST send, `digest` asks
 * for the MD5 of what a GET received.
 */
const { method, url, size, headers = {}, digest } = JSON.parse(await textOf(process.stdin));
const { hostname, port, pathname } = new URL(url);
const hash = digest ? createHash('md5') : undefined;
const answer = { status: 0, length: 0, text: '', digest: undefined };
let head = '';
let isBody = false;

const began = performance.now();
const socket = connect({
  host: hostname,
  port: Number(port),
  onread: {
    buffer: Buffer.alloc(1024 * 1024),
    callback: (length, buffer) => {
      receive(buffer.subarray(0, length));
      return true;
    },
  },
});
const ended = new Promise((resolve, reject) => {
  socket.once('end', resolve);
  socket.once('error', reject);
});
const lines = [`${method} ${pathname} HTTP/1.1`, `Host: ${hostname}:${port}`, 'Connection: close'];
for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
const sends = method !== 'GET';
if (sends) lines.push('Content-Type: application/octet-stream', `Content-Length: ${size}`);
socket.write(`${lines.join('\r\n')}\r\n\r\n`);
if (sends) await send();
await ended;
const seconds = (performance.now() - began) / 1000;
process.stdout.write(JSON.stringify({ ...answer, seconds, digest: hash?.digest('hex') }));
socket.destroy();

async function send() {
  for (let sent = 0; sent < size; sent += piece.length) {
    const rest = Math.min(piece.length, size - sent);
    if (!socket.write(rest === piece.length ? piece : piece.subarray(0, rest))) {
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), ended]);
    }
  }
}

function receive(bytes) {
  if (isBody) return receiveBody(bytes);
  head += bytes.toString('latin1');
  const end = head.indexOf('\r\n\r\n');
  if (end < 0) return;
  isBody = true;
  answer.status = Number(head.split(' ', 2)[1]);
  receiveBody(Buffer.from(head.slice(end + 4), 'latin1'));
}

function receiveBody(bytes) {
  answer.length += bytes.length;
  hash?.update(bytes);
  if (answer.length <= 4096) answer.text += bytes.toString('utf8');
}

async function textOf(stream) {
  let text = '';
  for await (const part of stream.setEncoding('utf8')) text += part;
  return text;
}
