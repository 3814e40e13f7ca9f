import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayContinue } from '../../http/http-server.js';
import { failureReason, ImageError } from '../../image/errors.js';
import type { ExternalLocations } from '../../image/sources/external-location.js';
import { requireFormats } from '../../image/formats.js';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import type { ImageImport } from '../../image/sources/image-import.js';
import type { ImageSources } from '../../image/sources/image-source.js';
import type { ImageUpload } from '../../image/upload/image-upload.js';
import { RestError } from '../shared/rest-error.js';
import type { ImageMetadata } from './image-metadata.js';
import { orV1Error } from './v1-errors.js';

/** The parts that receive, import or attach data. */
export interface DataParts {
  catalog: ImageCatalog;
  upload: ImageUpload;
  locations: ExternalLocations;
  imports: ImageImport;
  sources: ImageSources;
  /** Returns the name of the store with this name or scheme; undefined if there is none. */
  storeOf(nameOrScheme: string): string | undefined;
}

/** Data at a source, to import or to attach. */
export interface Source {
  url: string;
  /** True to import the data, false to attach the location. */
  imports: boolean;
  /** The size that the source reports, in bytes; undefined if the request has a size. */
  size: number | undefined;
}

/** Returns the three ways in which data comes to an image of version 1: with the request, imported, or attached. */
export function incomingData({ catalog, upload, locations, imports, sources, storeOf }: DataParts) {
  return { source: sourceForNew, sourceForQueued, fill };

  function isStore(name: string | null | undefined): boolean {
    return !name || READ_ONLY_STORES.includes(name) || storeOf(name) !== undefined;
  }

  /** Checks the URL of a source before anything is stored, and asks its size if the request has none (C15.2). */
  async function sourceOf(request: FastifyRequest, meta: ImageMetadata): Promise<Source | undefined> {
    const { caller, log } = request;
    const { location, copyFrom } = meta;
    const url = location ?? copyFrom;
    if (location !== undefined) locations.check(caller, location);
    else if (copyFrom) imports.check(caller, copyFrom);
    else if (copyFrom !== undefined) sources.check(copyFrom);
    if (!isStore(meta.store))
      throw new RestError(400, { explanation: `Required store ${meta.store} is invalid` });
    if (!url) return undefined;
    return {
      url,
      imports: location === undefined,
      size: meta.size ? undefined : await sources.size(url, log),
    };
  }

  /** Does the same for a new image, whose size must be known then: a refused request stores nothing. */
  async function sourceForNew(request: FastifyRequest, meta: ImageMetadata): Promise<Source | undefined> {
    const source = await sourceOf(request, meta);
    if (source && !source.imports && !meta.size && source.size === undefined)
      throw new ImageError('SOURCE_SIZE_UNKNOWN');
    return source;
  }

  /** Does the same for an existing image, which must be queued (contract C12.8). */
  async function sourceForQueued(
    request: FastifyRequest,
    id: string,
    meta: ImageMetadata,
  ): Promise<Source | undefined> {
    const found = await orV1Error(
      'update',
      catalog.image(request.caller, id, { fields: ['status'], relations: [] }),
    );
    if (!found) throw new RestError(404, { detail: `Image with identifier ${id} not found` });
    if (found.status === 'deleted') return undefined;
    if (meta.hasBody && found.status !== 'queued') return undefined;
    const isQueued = found.status === 'queued';
    // The source is not read for an image that is refused for its status.
    const size = isQueued ? meta.size : (meta.size ?? 1);
    const source = await orV1Error('update', sourceOf(request, { ...meta, size, store: undefined }));
    if (isQueued) return source;
    throw new RestError(400, {
      explanation: 'Attempted to update Location field for an image not in queued status.',
    });
  }

  /** Receives, imports or attaches the data of an image, and returns the image (C9.6). */
  async function fill(
    request: FastifyRequest,
    reply: FastifyReply,
    meta: ImageMetadata,
    source: Source | undefined,
    image: ImageRow,
  ): Promise<ImageRow> {
    if ([meta.hasBody, meta.location, meta.copyFrom].filter(Boolean).length > 1) {
      throw new RestError(400, { explanation: "It's invalid to provide multiple image sources." });
    }
    const { caller, id: requestId, log } = request;
    if (meta.hasBody) return received(request, reply, meta.store, image);
    if (!source) return image;
    const { url, size } = source;
    if (!source.imports) return orV1Error('upload', locations.attach(caller, image.id, { url, size, log }));
    const store = meta.store ? storeOf(meta.store) : undefined;
    const order = { url, store, isLenient: true, keepsVirtualSize: true, requestId, log };
    await imports.start(caller, image.id, order).catch(async (error: unknown) => {
      log.warn({ err: error, imageId: image.id }, 'an import could not start');
      await upload.kill(caller, image.id, reasonOf(error), requestId);
    });
    // The import goes on after the answer, so the answer shows the image before it (contract C15.4).
    return image;
  }

  async function received(
    request: FastifyRequest,
    reply: FastifyReply,
    storeName: string | null | undefined,
    image: ImageRow,
  ): Promise<ImageRow> {
    const { caller, id: requestId, log } = request;
    await orV1Error('upload', formatsOf(image));
    if (!isStore(storeName))
      throw new RestError(400, { explanation: `Store for scheme ${storeName} not found` });
    if (request.headers['content-type']?.split(';', 1)[0].trim() !== 'application/octet-stream') {
      return killFor(new RestError(400, { explanation: 'Content-Type must be application/octet-stream' }));
    }
    if (READ_ONLY_STORES.includes(storeName ?? '')) {
      return killFor(
        new RestError(410, {
          explanation: 'Error in store configuration. Adding images to store is disabled.',
        }),
      );
    }
    const data = {
      source: request.raw,
      declared: {},
      toTheLetter: true,
      keepsVirtualSize: true,
      store: storeName ? storeOf(storeName) : undefined,
      onAccepted: () => mayContinue(request, reply),
      requestId,
      log,
    };
    const receiving = upload.receive(caller, image.id, data).catch(async (error: unknown) => {
      // An upload that is refused before its first byte kills the image (contract C9.9).
      if (isFatal(error)) await upload.kill(caller, image.id, reasonOf(error), requestId);
      throw error;
    });
    return orV1Error('upload', receiving);

    async function killFor(error: RestError): Promise<never> {
      await upload.kill(caller, image.id, reasonOf(error), requestId);
      throw error;
    }
  }
}

const READ_ONLY_STORES = ['http', 'https'];

async function formatsOf(image: ImageRow): Promise<void> {
  requireFormats(image);
}

/** Returns true for an error that kills the image; the others pass, or concern another request. */
function isFatal(error: unknown): boolean {
  const harmless = [
    'IMAGE_NOT_QUEUED',
    'IMAGE_NOT_FOUND',
    'NOT_OWNER',
    'SHUTTING_DOWN',
    'UPLOADS_UNAVAILABLE',
  ];
  return error instanceof ImageError && !harmless.includes(error.code);
}

function reasonOf(error: unknown): string {
  if (error instanceof RestError && 'explanation' in error.wording) return error.wording.explanation;
  return failureReason(error);
}
