import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendData, whileConnected } from '../../http/send-data.js';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { ImageSelection } from '../../image/catalog/selection.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import type { ImageData } from '../../image/download/image-data.js';
import { jsonAnswer, sendHead, type Answer } from '../shared/answer.js';
import { RestError } from '../shared/rest-error.js';
import { orV1Error } from './v1-errors.js';
import { imageHeaders } from './image-headers.js';
import { BRIEF_KEYS, briefJson, IMAGE_KEYS, imageJson } from '../shared/image-json.js';
import type { Json } from '../shared/python-json.js';
import type { LegacyFields } from './legacy-paths.js';
import type { ListLimits } from '../shared/list-request.js';
import { pageRequest } from './v1-list-request.js';

type Query = ReadonlyMap<string, string>;

const WHOLE: ImageSelection = { fields: Object.values(IMAGE_KEYS), relations: ['properties'] };
const BRIEF: ImageSelection = { fields: BRIEF_KEYS.map((key) => IMAGE_KEYS[key]), relations: [] };

/** Returns the actions that read images: lists, metadata and data (contract C10, C11). */
export function readActions(catalog: ImageCatalog, data: ImageData, limits: ListLimits) {
  return {
    list: (request: FastifyRequest, query: Query, legacy?: LegacyFields) =>
      page(request, query, legacy ? { ...BRIEF, relations: ['properties'] } : BRIEF, briefJson, legacy),

    detail: (request: FastifyRequest, query: Query, legacy?: LegacyFields) =>
      page(request, query, whole(legacy), imageJson, legacy),

    /** Answers from the record alone, without opening the data. */
    async head({ caller }: FastifyRequest, id: string, legacy?: LegacyFields): Promise<Answer> {
      const image = await orV1Error('show', catalog.image(caller, id, whole(legacy)));
      if (!image) throw new RestError(404, {}, { plainHead: true });
      return {
        status: 200,
        headers: [['Content-Type', 'text/html; charset=UTF-8'], ...shown(image, legacy)],
      };
    },

    /** Sends the whole data; version 1 ignores ranges and conditions (contract C10.4). */
    async download(
      request: FastifyRequest,
      reply: FastifyReply,
      id: string,
      legacy?: LegacyFields,
    ): Promise<FastifyReply> {
      const image = await orV1Error('show', data.find(request.caller, id));
      await catalog.complete(request.caller, [image], whole(legacy));
      return whileConnected(reply, async (signal) => {
        const stored = await orV1Error('show', data.open(image, { asked: 'any', signal }));
        try {
          // The headers name the size of the stored data; an administrator may have changed the record.
          const headers = shown(Object.assign(image, { size: stored.size }), legacy);
          const head = {
            status: 200,
            headers: [['Content-Type', 'application/octet-stream'] as const, ...AS_DOWNLOAD, ...headers],
          };
          const length = stored.size;
          await sendData(
            {
              imageId: id,
              length,
              begin: () => sendHead(request, reply, head, length),
              read: () => stored.read({ start: 0, end: length - 1 }),
            },
            reply,
          );
        } finally {
          await stored.close();
        }
      });
    },
  };

  async function page(
    { caller }: FastifyRequest,
    query: Query,
    selection: ImageSelection,
    json: (image: ImageRow) => Json,
    legacy: LegacyFields | undefined,
  ): Promise<Answer> {
    const wanted = pageRequest(query, caller.isAdmin, limits);
    const first = wanted.first ?? (legacy?.isUnversioned ? limits.apiLimitMax : undefined);
    const { images } = await orV1Error('list', catalog.page(caller, { ...wanted, first }, selection));
    const entries = images.map((image) => (legacy ? legacy.entry(image, json(image)) : json(image)));
    return jsonAnswer(200, { images: entries });
  }
}

/** Headers that keep a browser from showing data as a page of the gateway. Clients of version 1 ignore them. */
const AS_DOWNLOAD = [
  ['Content-Disposition', 'attachment'],
  ['X-Content-Type-Options', 'nosniff'],
  ['Content-Security-Policy', "sandbox; default-src 'none'"],
] as const;

/** @param legacy the fields for clients of the first Glance, or undefined */
function whole(legacy: LegacyFields | undefined): ImageSelection {
  return legacy ? { ...WHOLE, relations: legacy.relations } : WHOLE;
}

function shown(image: ImageRow, legacy: LegacyFields | undefined): [name: string, value: string][] {
  return [...imageHeaders(image), ...(legacy?.headers(image) ?? [])];
}
