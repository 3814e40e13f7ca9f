import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayContinue } from '../../http/http-server.js';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { ImageSelection } from '../../image/catalog/selection.js';
import type { RecordService } from '../../image/change/record-service.js';
import { jsonAnswer, type Answer } from '../shared/answer.js';
import { bodyFor } from '../shared/json-body.js';
import { RestError } from '../shared/rest-error.js';
import { BRIEF_KEYS, briefJson, IMAGE_KEYS } from '../shared/image-json.js';
import { listRequest, type ListLimits } from '../shared/list-request.js';
import { orRegistryError } from './registry-errors.js';
import { recordJson } from './record-json.js';
import { changedRecord, newRecord, type BodyRules } from './record-body.js';

type Query = ReadonlyMap<string, string>;

const WHOLE: ImageSelection = { fields: Object.values(IMAGE_KEYS), relations: ['properties'] };
const BRIEF: ImageSelection = { fields: BRIEF_KEYS.map((key) => IMAGE_KEYS[key]), relations: [] };

/** Returns the actions on records (contract C23.4 to C23.11). */
export function recordActions(
  catalog: ImageCatalog,
  records: RecordService,
  limits: ListLimits,
  rules: BodyRules,
) {
  return {
    async list({ caller }: FastifyRequest, query: Query): Promise<Answer> {
      const request = listRequest(query, caller.isAdmin, limits);
      const { images } = await orRegistryError('list', catalog.page(caller, request, BRIEF));
      return jsonAnswer(200, { images: images.map(briefJson) });
    },

    async detail({ caller }: FastifyRequest, query: Query): Promise<Answer> {
      const request = listRequest(query, caller.isAdmin, limits);
      const { images } = await orRegistryError('list', catalog.page(caller, request, WHOLE));
      // A list with deleted images also shows their locations whose data is not removed yet.
      const located = await records.locate(caller, images, request.includeDeleted ? 'all' : 'live');
      return jsonAnswer(200, { images: located.map(recordJson) });
    },

    async show({ caller }: FastifyRequest, id: string): Promise<Answer> {
      const image = await orRegistryError('show', catalog.image(caller, id, WHOLE));
      if (!image) throw new RestError(404);
      const [located] = await records.locate(caller, [image]);
      return jsonAnswer(200, { image: recordJson(located) });
    },

    async create(request: FastifyRequest, reply: FastifyReply): Promise<Answer> {
      mayContinue(request, reply);
      const { caller } = request;
      const read = (body: object | undefined) => newRecord(body, rules);
      const record = await bodyFor(request, read, () =>
        orRegistryError('add', records.requireWriter(caller)),
      );
      return jsonAnswer(200, {
        image: recordJson(await orRegistryError('add', records.create(caller, record))),
      });
    },

    async update(request: FastifyRequest, reply: FastifyReply, id: string): Promise<Answer> {
      mayContinue(request, reply);
      const purges = request.headers['x-glance-registry-purge-props'] === 'true';
      const { caller } = request;
      const read = (body: object | undefined) => changedRecord(body, rules, purges);
      const changes = await bodyFor(request, read, () =>
        orRegistryError('update', records.requireWriter(caller, id)),
      );
      const image = await orRegistryError('update', records.update(caller, id, changes));
      return jsonAnswer(200, { image: recordJson(image) });
    },

    /** Deletes an image. The answer has no `is_public` (contract C23.4). */
    async delete({ caller }: FastifyRequest, id: string): Promise<Answer> {
      const image = await orRegistryError('delete', records.delete(caller, id));
      const shown = Object.entries(recordJson(image)).filter(([key]) => key !== 'is_public');
      return jsonAnswer(200, { image: Object.fromEntries(shown) });
    },
  };
}
