import type { FastifyReply, FastifyRequest } from 'fastify';
import { Visibility } from '../../image/records/image.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import type { ImageChanges } from '../../image/change/image-request.js';
import type { ImageService } from '../../image/change/image-service.js';
import type { Caller } from '../../identity/caller.js';
import { jsonAnswer, type Answer } from '../shared/answer.js';
import { imageJson } from '../shared/image-json.js';
import type { Json } from '../shared/python-json.js';
import { entityTag } from './image-headers.js';
import { imageMetadata, type ImageMetadata, type MetadataRules } from './image-metadata.js';
import { incomingData, type DataParts } from './incoming-data.js';
import type { LegacyFields } from './legacy-paths.js';
import { orV1Error } from './v1-errors.js';

export interface WriteParts extends DataParts {
  service: ImageService;
  rules: MetadataRules;
}

/** Returns the actions that create, change and delete images (contract C9, C12, C13). */
export function writeActions({ service, rules, ...parts }: WriteParts) {
  const data = incomingData(parts);
  return {
    async create(
      request: FastifyRequest,
      reply: FastifyReply,
      origin: string,
      legacy?: LegacyFields,
    ): Promise<Answer> {
      const meta = imageMetadata(request.raw, rules);
      const { caller } = request;
      if (meta.hasBody) await orV1Error('upload', requireUploader(caller));
      const source = await orV1Error('reserve', data.source(request, meta));
      const reserved = await orV1Error(
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
            // An image of zero bytes needs no data and is active at once (contract C9.4).
            status: meta.size === 0 && !meta.hasBody && !source ? 'active' : 'queued',
            properties: meta.properties,
          },
          { ids: rules.legacyPaths ? 'any' : 'uuid' },
        ),
      );
      const image = await data.fill(request, reply, meta, source, reserved);
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
      legacy?: LegacyFields,
    ): Promise<Answer> {
      const meta = imageMetadata(request.raw, rules);
      const { caller } = request;
      if (meta.hasBody) await orV1Error('upload', requireUploader(caller));
      const source = hasSource(meta) ? await data.sourceForQueued(request, id, meta) : undefined;
      const changes: ImageChanges = {
        ...fieldsOf(caller, meta),
        ...(source?.size === undefined ? {} : { size: source.size }),
        id: meta.id,
        status: meta.status,
        properties: { set: meta.properties, remove: meta.purges ? 'others' : [] },
      };
      const updated = await orV1Error(
        'update',
        service.update(caller, id, changes, { forData: meta.hasBody }),
      );
      const image = await data.fill(request, reply, meta, source, updated);
      return jsonAnswer(200, shown(image, legacy), entityTag(image));
    },

    async delete({ caller }: FastifyRequest, id: string): Promise<Answer> {
      await orV1Error('delete', service.delete(caller, id));
      return { status: 200, headers: [['Content-Type', 'text/html; charset=UTF-8']] };
    },
  };

  function shown(image: ImageRow, legacy: LegacyFields | undefined): { image: Json } {
    return { image: legacy?.entry(image, imageJson(image)) ?? imageJson(image) };
  }

  async function requireUploader(caller: Caller): Promise<void> {
    parts.upload.requireUploader(caller);
  }
}

/** Returns the fields of an image in the metadata. Only an administrator chooses the owner (C9.3, C12.12). */
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
