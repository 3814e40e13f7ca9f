import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayContinue } from '../../http/http-server.js';
import { failureReason, ImageError } from '../../image/errors.js';
import type { ExternalLocations } from '../../image/sources/external-location.js';
import { requireFormats } from '../../image/formats.js';
import { Visibility } from '../../image/records/image.js';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import type { ImageImport } from '../../image/sources/image-import.js';
import type { ImageChanges } from '../../image/change/image-request.js';
import type { ImageService } from '../../image/change/image-service.js';
import type { ImageSources } from '../../image/sources/image-source.js';
import type { ImageUpload } from '../../image/upload/image-upload.js';
import type { Caller } from '../../identity/caller.js';
import { jsonAnswer, type Answer } from '../shared/answer.js';
import { Fault } from '../shared/rest-error.js';
import { at } from './v1-errors.js';
import { entityTag } from './image-headers.js';
import { imageJson } from '../shared/image-json.js';
import type { LegacyWords } from './legacy-paths.js';
import type { Json } from '../shared/python-json.js';
import { imageMetadata, type ImageMetadata, type MetadataRules } from './image-metadata.js';

export interface WriteParts {
  catalog: ImageCatalog;
  service: ImageService;
  upload: ImageUpload;
  locations: ExternalLocations;
  imports: ImageImport;
  sources: ImageSources;
  /** The name of the store that a client means by a name or a scheme. */
  storeOf(said: string): string | undefined;
  rules: MetadataRules;
}

/** Creating, changing and deleting images (contract C9, C12, C13). */
export function writeActions({
  catalog,
  service,
  upload,
  locations,
  imports,
  sources,
  storeOf,
  rules,
}: WriteParts) {
  return {
    async create(
      request: FastifyRequest,
      reply: FastifyReply,
      origin: string,
      legacy?: LegacyWords,
    ): Promise<Answer> {
      const meta = imageMetadata(request.raw, rules);
      const { caller } = request;
      if (meta.hasBody) await at('upload', requireUploader(caller));
      const source = await at('reserve', checkedSource(request, meta));
      const reserved = await at(
        'reserve',
        service.create(
          caller,
          {
            ...fieldsOf(caller, meta),
            id: meta.id ?? undefined,
            size: meta.size || source?.size || 0,
            deleted: meta.deleted,
            createdAt: meta.createdAt,
            updatedAt: meta.updatedAt,
            deletedAt: meta.deletedAt,
            // Nothing to come, and none of it missing: active at once (contract C9.4).
            status: meta.size === 0 && !meta.hasBody && !source ? 'active' : 'queued',
            properties: meta.properties,
          },
          { ids: rules.legacyPaths ? 'any' : 'uuid' },
        ),
      );
      const image = await filled(request, reply, meta, source, reserved);
      const collection = legacy?.isUnversioned ? legacy.collection : `${origin}/v1/images`;
      return jsonAnswer(legacy?.isUnversioned ? 200 : 201, shown(image, legacy), [
        ['Location', `${collection}/${image.id}`],
        ...entityTag(image),
      ]);
    },

    async update(
      request: FastifyRequest,
      reply: FastifyReply,
      id: string,
      legacy?: LegacyWords,
    ): Promise<Answer> {
      const meta = imageMetadata(request.raw, rules);
      const { caller } = request;
      if (meta.hasBody) await at('upload', requireUploader(caller));
      const source = hasSource(meta) ? await queuedSource(request, id, meta) : undefined;
      const changes: ImageChanges = {
        ...fieldsOf(caller, meta),
        ...(source?.size === undefined ? {} : { size: source.size }),
        id: meta.id,
        status: meta.status,
        properties: { set: meta.properties, remove: meta.purges ? 'others' : [] },
      };
      const updated = await at('update', service.update(caller, id, changes, { forData: meta.hasBody }));
      const image = await filled(request, reply, meta, source, updated);
      return jsonAnswer(200, shown(image, legacy), entityTag(image));
    },

    async delete({ caller }: FastifyRequest, id: string): Promise<Answer> {
      await at('delete', service.delete(caller, id));
      return { status: 200, headers: [['Content-Type', 'text/html; charset=UTF-8']] };
    },
  };

  function shown(image: ImageRow, legacy: LegacyWords | undefined): { image: Json } {
    return { image: legacy?.entry(image, imageJson(image)) ?? imageJson(image) };
  }

  function isStore(said: string | null | undefined): boolean {
    return !said || READ_ONLY_STORES.includes(said) || storeOf(said) !== undefined;
  }

  async function requireUploader(caller: Caller): Promise<void> {
    upload.requireUploader(caller);
  }

  /** Data that lies elsewhere and its size where the request does not say it, before anything is stored (C15.2). */
  async function checkedSource(request: FastifyRequest, meta: ImageMetadata): Promise<Source | undefined> {
    const { caller, log } = request;
    const { location, copyFrom } = meta;
    const url = location ?? copyFrom;
    if (location !== undefined) locations.check(caller, location);
    else if (copyFrom) imports.check(caller, copyFrom);
    else if (copyFrom !== undefined) sources.check(copyFrom);
    if (!isStore(meta.store))
      throw new Fault(400, { explanation: `Required store ${meta.store} is invalid` });
    if (!url) return undefined;
    return {
      url,
      copies: location === undefined,
      size: meta.size ? undefined : await sources.size(url, log),
    };
  }

  /** The same for an image that is there, and must still wait for its data (contract C12.8). */
  async function queuedSource(
    request: FastifyRequest,
    id: string,
    meta: ImageMetadata,
  ): Promise<Source | undefined> {
    const found = await at(
      'update',
      catalog.image(request.caller, id, { fields: ['status'], relations: [] }),
    );
    if (!found) throw new Fault(404, { detail: `Image with identifier ${id} not found` });
    if (found.status === 'deleted') return undefined;
    if (meta.hasBody && found.status !== 'queued') return undefined;
    const isQueued = found.status === 'queued';
    // The source is not read for an image that is refused for its status.
    const size = isQueued ? meta.size : (meta.size ?? 1);
    const source = await at('update', checkedSource(request, { ...meta, size, store: undefined }));
    if (isQueued) return source;
    throw new Fault(400, {
      explanation: 'Attempted to update Location field for an image not in queued status.',
    });
  }

  /** The image with its data, by whichever way it comes: with the request, copied, or left where it is (C9.6). */
  async function filled(
    request: FastifyRequest,
    reply: FastifyReply,
    meta: ImageMetadata,
    source: Source | undefined,
    image: ImageRow,
  ): Promise<ImageRow> {
    if ([meta.hasBody, meta.location, meta.copyFrom].filter(Boolean).length > 1) {
      throw new Fault(400, { explanation: "It's invalid to provide multiple image sources." });
    }
    const { caller, id: requestId, log } = request;
    if (meta.hasBody) return received(request, reply, meta.store, image);
    if (!source) return image;
    const { url, size } = source;
    if (!source.copies) return at('upload', locations.attach(caller, image.id, { url, size, log }));
    const store = meta.store ? storeOf(meta.store) : undefined;
    const order = { url, store, isLenient: true, requestId, log };
    await imports.start(caller, image.id, order).catch(async (error: unknown) => {
      log.warn({ err: error, imageId: image.id }, 'a copy could not be begun');
      await upload.refuse(caller, image.id, reasonOf(error), requestId);
    });
    // As it was before the copy began, which runs on behind the answer (contract C15.4).
    return image;
  }

  async function received(
    request: FastifyRequest,
    reply: FastifyReply,
    storeName: string | null | undefined,
    image: ImageRow,
  ): Promise<ImageRow> {
    const { caller, id: requestId, log } = request;
    await at('upload', formatsOf(image));
    if (!isStore(storeName)) throw new Fault(400, { explanation: `Store for scheme ${storeName} not found` });
    if (request.headers['content-type']?.split(';', 1)[0].trim() !== 'application/octet-stream') {
      return refused(new Fault(400, { explanation: 'Content-Type must be application/octet-stream' }));
    }
    if (READ_ONLY_STORES.includes(storeName ?? ''))
      return refused(
        new Fault(410, { explanation: 'Error in store configuration. Adding images to store is disabled.' }),
      );
    const delivery = {
      source: request.raw,
      declared: {},
      toTheLetter: true,
      store: storeName ? storeOf(storeName) : undefined,
      onAccepted: () => mayContinue(request, reply),
      requestId,
      log,
    };
    const arriving = upload.receive(caller, image.id, delivery).catch(async (error: unknown) => {
      // What was refused before its first byte leaves no image that waits for more (contract C9.9).
      if (isOver(error)) await upload.refuse(caller, image.id, reasonOf(error), requestId);
      throw error;
    });
    return at('upload', arriving);

    async function refused(fault: Fault): Promise<never> {
      await upload.refuse(caller, image.id, reasonOf(fault), requestId);
      throw fault;
    }
  }
}

interface Source {
  url: string;
  /** The data is copied to us; otherwise it stays there. */
  copies: boolean;
  /** Bytes, where the source has just been asked. */
  size: number | undefined;
}

const READ_ONLY_STORES = ['http', 'https'];

/** What of the metadata an image keeps. An owner that is not the caller's to choose is left unsaid (C9.3, C12.12). */
function fieldsOf(caller: Caller, meta: ImageMetadata): Omit<ImageChanges, 'properties'> {
  const { isPublic } = meta;
  return {
    name: meta.name,
    diskFormat: meta.diskFormat,
    containerFormat: meta.containerFormat,
    size: meta.size,
    virtualSize: meta.virtualSize,
    checksum: meta.checksum,
    minDisk: meta.minDisk,
    minRam: meta.minRam,
    protected: meta.protected,
    ...(caller.isAdmin ? { owner: meta.owner } : {}),
    ...(isPublic === undefined ? {} : { visibility: isPublic ? Visibility.PUBLIC : Visibility.SHARED }),
  };
}

function hasSource({ location, copyFrom }: ImageMetadata): boolean {
  return location !== undefined || copyFrom !== undefined;
}

async function formatsOf(image: ImageRow): Promise<void> {
  requireFormats(image);
}

/** True for a failure that ends the image; others are of the moment, or another's doing. */
function isOver(error: unknown): boolean {
  const passing = [
    'IMAGE_NOT_QUEUED',
    'IMAGE_NOT_FOUND',
    'NOT_OWNER',
    'SHUTTING_DOWN',
    'UPLOADS_UNAVAILABLE',
  ];
  return error instanceof ImageError && !passing.includes(error.code);
}

function reasonOf(error: unknown): string {
  if (error instanceof Fault && 'explanation' in error.said) return error.said.explanation;
  return failureReason(error);
}
