import { connect } from 'node:net';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { piece } from './payload.js';

/**
 * Sends and fetches many bodies at once, and prints how often, and what came, as JSON. Whoever fetches begins anew
 * until all that is sent has arrived.
 *
 * Standard input holds `{ url, uploads, size, headers, download, downloads }`: paths to send to, bytes and headers
 * of each, a path to fetch from and how many do so.
 */
const question = JSON.parse(await textOf(process.stdin));
const { hostname, port } = new URL(question.url);
const STRIDE = 64 * 1024;
let sending = question.uploads.length;

const [sent, fetched] = await Promise.all([
  Promise.all(question.uploads.map((path) => upload(path).finally(() => (sending -= 1)))),
  Promise.all(Array.from({ length: question.downloads }, () => downloading())),
]);
process.stdout.write(JSON.stringify({ sent, fetched: fetched.flat() }));

async function upload(path) {
  const socket = await opened();
  let isAnswered = false;
  const answer = answerOf(socket).finally(() => (isAnswered = true));
  const headers = { ...question.headers, 'content-length': question.size };
  begin(socket, 'PUT', path, headers);
  for (let at = 0; at < question.size && !isAnswered; at += STRIDE) {
    const from = at % piece.length;
    const part = piece.subarray(from, Math.min(from + STRIDE, from + question.size - at));
    if (!socket.write(part)) await Promise.race([once(socket, 'drain'), answer]);
  }
  const { status, head, body } = await answer;
  return { status: status ?? head, checksum: status === 200 ? JSON.parse(body).checksum : body };
}

async function downloading() {
  const all = [];
  do {
    const socket = await opened();
    const answer = answerOf(socket, createHash('md5'));
    begin(socket, 'GET', question.download);
    const { status, length, digest } = await answer;
    all.push({ status, length, checksum: digest });
  } while (sending > 0);
  return all;
}

async function opened() {
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  return socket;
}

function begin(socket, method, path, headers = {}) {
  const lines = Object.entries({ host: `${hostname}:${port}`, connection: 'close', ...headers });
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.map((line) => line.join(': ')).join('\r\n')}\r\n\r\n`);
}

async function answerOf(socket, hash) {
  let head = '';
  let body = '';
  let isBody = false;
  let length = 0;
  for await (const bytes of socket) {
    let rest = bytes;
    if (!isBody) {
      head += bytes.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) continue;
      isBody = true;
      rest = Buffer.from(head.slice(end + 4), 'latin1');
    }
    length += rest.length;
    if (hash) hash.update(rest);
    else body += rest;
  }
  return { status: Number(head.split(' ', 2)[1]), body, length, digest: hash?.digest('hex') };
}

async function textOf(stream) {
  let text = '';
  for await (const part of stream.setEncoding('utf8')) text += part;
  return text;
}
