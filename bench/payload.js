import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';

export const MIB = 1024 * 1024;

const CLIENT = fileURLToPath(new URL('client.js', import.meta.url));

/** The data of every image is this piece, over and over; no two of its lines are equal. */
export const piece = Buffer.alloc(MIB);
for (let at = 0; at < MIB; at += 8) piece.writeDoubleLE(Math.sin(at + 1), at);

/** The MD5 that data of so many bytes has. */
export function checksumOf(size) {
  const hash = createHash('md5');
  for (let done = 0; done < size; done += piece.length) {
    hash.update(piece.subarray(0, Math.min(piece.length, size - done)));
  }
  return hash.digest('hex');
}

/** Sends data from a process of its own, and gives the status, the text and the seconds it took. */
export function send(place, url, size, signal) {
  return place.ask(process.execPath, [CLIENT], { method: 'PUT', url, size }, signal);
}

/** Sends data, checks that it arrived as it was, and gives the seconds it took. */
export async function put(place, url, size, checksum) {
  const { status, text, seconds } = await send(place, url, size);
  if (status !== 200) throw new Error(`PUT ${url}: ${status} ${text}`);
  const answered = JSON.parse(text).checksum;
  if (answered !== checksum) throw new Error(`PUT ${url}: arrived as ${answered}, sent as ${checksum}`);
  return seconds;
}

/** Sends data with POST from a process of its own, and gives the answer. */
export async function post(place, url, size, headers) {
  const question = { method: 'POST', url, size, headers };
  const { status, text } = await place.ask(process.execPath, [CLIENT], question);
  if (status !== 201) throw new Error(`POST ${url}: ${status} ${text}`);
  return JSON.parse(text);
}

/** Fetches data by a process of its own, checks its length and, where given, its MD5, and gives the seconds. */
export async function get(place, url, size, checksum) {
  const question = { method: 'GET', url, digest: checksum !== undefined };
  const { status, length, digest, seconds } = await place.ask(process.execPath, [CLIENT], question);
  if (status !== 200 || length !== size)
    throw new Error(`GET ${url}: ${status}, ${length} bytes instead of ${size}`);
  if (digest !== checksum) throw new Error(`GET ${url}: came as ${digest}, expected ${checksum}`);
  return seconds;
}

const CREATE = 'mutation ($input: CreateImageInput!) { createImage(input: $input) { id } }';
const DELETE = 'mutation ($id: ID!) { deleteImage(id: $id) { id } }';

/** An image that waits for its data. */
export async function newImage(gateway, name) {
  const input = { name, diskFormat: 'raw', containerFormat: 'bare' };
  return (await gateway.graphql(CREATE, { input })).createImage.id;
}

export async function deleteImage(gateway, id) {
  await gateway.graphql(DELETE, { id });
}
