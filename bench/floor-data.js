import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Takes in a body as a file, durable and with both digests known, and gives a file out. */
export function floorData(folder) {
  return async (request, response) => {
    const file = join(folder, basename(request.url));
    if (request.method === 'PUT') await takeIn(request, response, file);
    else await giveOut(response, file);
  };
}

async function takeIn(request, response, file) {
  const digests = [createHash('md5'), createHash('sha512')];
  const digesting = new Transform({
    transform(piece, _encoding, done) {
      for (const digest of digests) digest.update(piece);
      done(null, piece);
    },
  });
  await pipeline(request, digesting, createWriteStream(file));
  const written = await open(file);
  await written.sync();
  await written.close();
  const [checksum, hash] = digests.map((digest) => digest.digest('hex'));
  const body = JSON.stringify({ checksum, hash });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

async function giveOut(response, file) {
  const { size } = await stat(file);
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': size });
  await pipeline(createReadStream(file, { highWaterMark: 512 * 1024 }), response);
}
