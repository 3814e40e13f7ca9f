import contentDisposition from 'content-disposition';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendData, whileConnected } from '../http/send-data.js';
import { mayContinue } from '../http/http-server.js';
import { badInput, ImageError } from '../image/errors.js';
import type { ImageRow } from '../image/records/image-columns.js';
import type { ImageData } from '../image/download/image-data.js';
import type { ImageUpload } from '../image/upload/image-upload.js';
import type { StoredData } from '../store/store.js';
import { declaredBy } from './declared-headers.js';
import { entityTag, isUnchanged, requestedRange } from './range.js';

type ById = { Params: { id: string } };

/**
 * Registers the routes for data. `PUT /data/:id` receives the data of a queued image as a bare body of any size. `GET` and
 * `HEAD` send it, with the ranges and conditions of RFC 9110. `X-Image-Meta-Store` chooses the store, as in Glance's APIs.
 */
export function dataRoutes(server: FastifyInstance, data: ImageData, upload: ImageUpload): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, _payload, done) => done(null));

  server.put<ById>('/data/:id', { config: { rawBody: true } }, async (request, reply) => {
    refuseForms(request);
    const image = await upload.receive(request.caller, request.params.id, {
      source: request.raw,
      declared: declaredBy(request.headers),
      store: request.headers['x-image-meta-store']?.toString(),
      onAccepted: () => mayContinue(request, reply),
      requestId: request.id,
      log: request.log,
    });
    const { id, status, size, checksum } = image;
    return reply.headers({ etag: entityTag(image), 'cache-control': 'no-store' }).send({ id, status, size, checksum });
  });

  server.head<ById>('/data/:id', async (request, reply) => {
    const image = await data.find(request.caller, request.params.id);
    describe(image, reply);
    if (isUnchanged(request.headers, image)) return reply.code(304).send();
    return reply.header('content-length', image.size ?? 0).send();
  });

  server.get<ById>('/data/:id', async (request, reply) => {
    const image = await data.find(request.caller, request.params.id);
    if (isUnchanged(request.headers, image)) {
      describe(image, reply);
      return reply.code(304).send();
    }
    return whileConnected(reply, async (signal) => {
      const stored = await data.open(image, { signal });
      try {
        await sendRange(image, stored, request, reply);
      } finally {
        await stored.close();
      }
    });
  });

  server.route({
    method: ['POST', 'PATCH', 'DELETE'],
    url: '/data/:id',
    handler: (request, reply) => {
      void reply.header('allow', 'GET, HEAD, PUT');
      throw new ImageError('METHOD_NOT_ALLOWED', { method: request.method });
    },
  });
}

async function sendRange(
  image: ImageRow,
  stored: StoredData,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const range = requestedRange(request.headers, image, stored.size);
  if (range === 'outside') {
    void reply.header('content-range', `bytes */${stored.size}`);
    throw new ImageError('RANGE_NOT_SATISFIABLE', { size: stored.size });
  }
  describe(image, reply);
  const { start, end } = range ?? { start: 0, end: stored.size - 1 };
  const length = end - start + 1;
  if (range) void reply.code(206).header('content-range', `bytes ${start}-${end}/${stored.size}`);
  void reply.header('content-length', length);
  const begin = () => {
    // Fastify's own stream handling would hide that the data ended too early.
    reply.hijack();
    reply.raw.writeHead(reply.statusCode, reply.getHeaders() as Record<string, string>);
  };
  await sendData({ imageId: image.id, length, begin, read: () => stored.read({ start, end }) }, reply);
}

/** Sets the headers that describe an image's data. They also keep a browser from showing data as a page of the gateway. */
function describe(image: ImageRow, reply: FastifyReply): void {
  const tag = entityTag(image);
  void reply.headers({
    'content-type': 'application/octet-stream',
    'content-disposition': contentDisposition(fileName(image)),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "sandbox; default-src 'none'",
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    ...(tag ? { etag: tag } : {}),
  });
}

function fileName(image: ImageRow): string {
  // eslint-disable-next-line no-control-regex
  const harmless = (image.name ?? '').replace(/[\u0000-\u001f\u007f/\\:*?"<>|]+/g, '_');
  // `Array.from` splits into whole characters: a header cannot contain half of one.
  const cleaned = Array.from(harmless).slice(0, 100).join('');
  return cleaned.replace(/^[.\s]+/, '') || image.id;
}

function refuseForms(request: FastifyRequest): void {
  const contentType = request.headers['content-type'] ?? '';
  if (/^(multipart\/|application\/x-www-form-urlencoded)/i.test(contentType)) {
    throw new ImageError('UNSUPPORTED_MEDIA_TYPE', {
      contentType: contentType.split(';', 1)[0],
      expected: 'the bare data as the body, not a form',
    });
  }
  if (request.headers['content-encoding']) throw badInput('Content-Encoding', 'is not supported; send the data without an encoding');
  if (request.headers['content-range']) throw badInput('Content-Range', 'is not supported; send the whole data');
}
