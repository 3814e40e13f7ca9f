import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { mayContinue } from '../http/http-server.js';
import { badInput, ImageError } from '../image/errors.js';
import type { PartialUpload } from '../image/upload/resumable/partial-upload.js';
import type { ResumableUploads } from '../image/upload/resumable/resumable-upload.js';
import { declaredInMetadata, declaredWithPart } from './declared-headers.js';
import { isPart, PART, TUS_HEADERS, TUS_VERSION, type TusCreation, type TusParts } from './tus.js';

const UPLOADS = '/data/:id/uploads';
const UPLOAD = `${UPLOADS}/:uploadId`;

type ToImage = { Params: { id: string } };
type ToUpload = { Params: { id: string; uploadId: string } };

export interface ResumableOptions {
  imageSizeCap: number;
  publicEndpoint?: string;
}

/**
 * Registers the routes for resumable uploads (tus 1.0.0). `POST /data/:id/uploads` creates an upload for a queued image.
 * `PATCH` to the upload's URL sends bytes, `HEAD` returns the number of received bytes, `DELETE` removes the upload. The
 * `PATCH` with the last byte is answered when the image is active.
 */
export function resumableRoutes(
  server: FastifyInstance,
  uploads: ResumableUploads,
  options: ResumableOptions,
): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', (_request, _payload, done) => done(null));
  server.addHook('onRequest', (_request, reply, done) => {
    void reply.headers({ 'tus-resumable': TUS_VERSION, 'cache-control': 'no-store' });
    done();
  });
  const config = { rawBody: true };

  server.post<ToImage>(UPLOADS, { config }, async (request, reply) => {
    const { 'x-http-method-override': method = 'POST' } = request.headers;
    if (method !== 'POST') return refuseMethod(reply, String(method), 'POST, OPTIONS');
    requireTus(request, reply, method);
    let created: PartialUpload | undefined;
    const create = async (wanted: TusCreation) =>
      (created = await uploads.create(request.caller, request.params.id, {
        size: wanted.size,
        metadata: wanted.metadata,
        ...declaredInMetadata(wanted.metadata ?? {}),
      }));
    try {
      return await answerTus(request, reply, 'POST', { create, uploadOf: () => created });
    } catch (error) {
      // The client does not know the URL of the upload.
      await created?.remove();
      throw error;
    }
  });

  const onUpload = async (request: FastifyRequest<ToUpload>, reply: FastifyReply, method: string) => {
    requireTus(request, reply, method);
    const { id, uploadId } = request.params;
    return uploads.work(request.caller, id, uploadId, (upload) =>
      answerTus(request, reply, method, { upload, uploadOf: () => upload }),
    );
  };
  server.head<ToUpload>(UPLOAD, (request, reply) => onUpload(request, reply, 'HEAD'));
  server.patch<ToUpload>(UPLOAD, { config }, (request, reply) => onUpload(request, reply, 'PATCH'));
  server.delete<ToUpload>(UPLOAD, (request, reply) => onUpload(request, reply, 'DELETE'));
  // For clients that cannot send these methods.
  server.post<ToUpload>(UPLOAD, { config }, (request, reply) => {
    const { 'x-http-method-override': method = request.method } = request.headers;
    if (method === 'HEAD' || method === 'PATCH' || method === 'DELETE')
      return onUpload(request, reply, method);
    return refuseMethod(reply, String(method), 'HEAD, PATCH, DELETE, OPTIONS');
  });

  server.route({
    method: ['GET', 'PUT'],
    url: UPLOAD,
    handler: (request, reply) => refuseMethod(reply, request.method, 'HEAD, PATCH, DELETE, OPTIONS'),
  });
  server.route({
    method: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
    url: UPLOADS,
    handler: (request, reply) => refuseMethod(reply, request.method, 'POST, OPTIONS'),
  });

  async function answerTus(
    request: FastifyRequest<ToImage>,
    reply: FastifyReply,
    method: string,
    { uploadOf, ...parts }: Pick<TusParts, 'create' | 'upload'> & { uploadOf: () => PartialUpload | undefined },
  ): Promise<FastifyReply> {
    const { id: imageId } = request.params;
    const { tusAnswer } = await library();
    const answer = await tusAnswer(request, method, {
      ...parts,
      imageId,
      maxSize: options.imageSizeCap,
      append: (upload) =>
        upload.append({
          source: request.raw,
          hash: declaredWithPart(request.headers),
          onAccepted: () => mayContinue(request, reply),
          requestId: request.id,
          log: request.log,
        }),
      locationOf: ({ id }) => `${endpointOf(request, options)}${UPLOADS.replace(':id', encodeURIComponent(imageId))}/${id}`,
    });
    const expiresAt = method === 'DELETE' ? undefined : uploadOf()?.expiresAt;
    if (expiresAt) void reply.header('upload-expires', expiresAt.toUTCString());
    return sent(answer, reply);
  }
}

/** Registers the routes that answer OPTIONS with the supported version and extensions. Browsers send it without credentials. */
export function tusOptionsRoutes(server: FastifyInstance, { imageSizeCap }: ResumableOptions): void {
  const config = { cors: { preflightContinue: true, strictPreflight: false } };
  for (const url of [UPLOADS, UPLOAD]) {
    server.options<ToImage>(url, { config }, async (request, reply) => {
      const { id } = request.params;
      const nothing = () => Promise.resolve();
      const parts = { imageId: id, maxSize: imageSizeCap, append: nothing, locationOf: () => '' };
      const { tusAnswer } = await library();
      return sent(await tusAnswer(request, 'OPTIONS', parts), reply);
    });
  }
}

/** Loads the library of tus with the first request that needs it. */
const library = () => import('./tus-answer.js');

function sent(answer: Response, reply: FastifyReply): FastifyReply {
  for (const name of TUS_HEADERS) {
    const value = answer.headers.get(name);
    if (value !== null) void reply.header(name, value);
  }
  return reply.code(answer.status).send();
}

function requireTus(request: FastifyRequest, reply: FastifyReply, method: string): void {
  const { headers } = request;
  if (headers['tus-resumable'] !== TUS_VERSION) {
    void reply.header('tus-version', TUS_VERSION);
    throw new ImageError('UPLOAD_PROTOCOL');
  }
  const { 'content-type': contentType = '(none)' } = headers;
  if (method === 'PATCH' && !isPart(request)) {
    throw new ImageError('UNSUPPORTED_MEDIA_TYPE', { contentType: contentType.split(';', 1)[0], expected: PART });
  }
  if (headers['content-encoding']) throw badInput('Content-Encoding', 'is not supported; send the data without an encoding');
  for (const [name, header, instead] of OTHER_EXTENSIONS) {
    if (headers[name] !== undefined) throw new ImageError('UPLOAD_EXTENSION', { header, instead });
  }
}

/** Headers of extensions that the gateway does not have. It refuses them, since the sender relies on their effect. */
const OTHER_EXTENSIONS = [
  ['upload-concat', 'Upload-Concat', 'send the parts one after the other'],
  ['upload-checksum', 'Upload-Checksum', 'Upload-Metadata takes a digest of the whole'],
] as const;

function refuseMethod(reply: FastifyReply, method: string, allowed: string): never {
  void reply.header('allow', allowed);
  throw new ImageError('METHOD_NOT_ALLOWED', { method });
}

function endpointOf(request: FastifyRequest, { publicEndpoint }: ResumableOptions): string {
  return publicEndpoint ?? `${request.protocol}://${request.host}`;
}
