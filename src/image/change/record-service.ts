import type { Database } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import { ImageError } from '../errors.js';
import type { Formats } from '../formats.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { isImageId, isPlainId, newImageId } from '../ids.js';
import { lockChangeable } from '../records/find-and-lock.js';
import { imageRecords, type ImageValues } from '../records/image-records.js';
import { CHARACTERS, TEXT_BYTES } from '../column-sizes.js';
import {
  readLocations,
  replaceLocations,
  type LocationRow,
  type WantedLocation,
} from '../records/location-records.js';
import { refuseReadOnly } from '../access/policy.js';
import { requireValuesFit, invalidValue } from '../records/column-check.js';
import { requireRegistryFormats } from './registry-formats.js';
import { fits } from '../text.js';

/** The values of a record in a peer's request. An absent value stays as it is. */
export interface RecordChanges {
  values: ImageValues;
  properties: ReadonlyMap<string, string | null>;
  /** Undefined or an empty list leaves the locations as they are. */
  locations?: readonly WantedLocation[];
}

export interface NewRecord extends RecordChanges {
  /** Undefined to have the gateway generate it. */
  id?: string;
}

export interface ChangedRecord extends RecordChanges {
  /** A request may name the id, but not change it. */
  id?: string;
  /** The only status in which the change happens. */
  fromStatus?: string;
  /** True to remove the properties that the request does not name. */
  purges: boolean;
}

/** An image with its locations. */
export type LocatedImage = ImageRow & { locations: LocationRow[] };

/**
 * Records of a trusted peer, an API server that runs Glance's rules itself (contract C23, C24). The service checks who
 * may see and change an image, and what the columns can hold. The peer checks formats, quotas, protection and policies;
 * only under the strict rules of 2011 does the service check formats too.
 */
export interface RecordService {
  /**
   * Refuses a caller who may not create a record, or change this one, with the same error as that change.
   *
   * @param id undefined for a new record
   * @throws ImageError READ_ONLY, IMAGE_NOT_FOUND, NOT_OWNER
   */
  requireWriter(caller: Caller, id?: string): Promise<void>;
  /** @throws ImageError BAD_USER_INPUT, IMAGE_ID_TAKEN */
  create(caller: Caller, record: NewRecord): Promise<LocatedImage>;
  /** @throws ImageError IMAGE_NOT_FOUND, NOT_OWNER, IMAGE_NOT_IN_STATUS, IMAGE_FIELD_IMMUTABLE, BAD_USER_INPUT */
  update(caller: Caller, id: string, changes: ChangedRecord): Promise<LocatedImage>;
  /**
   * Flags the image as deleted, and changes neither its status nor its data. Administrators may repeat this.
   *
   * @throws ImageError IMAGE_NOT_FOUND, NOT_OWNER
   */
  delete(caller: Caller, id: string): Promise<LocatedImage>;
  /**
   * Adds the locations to images that were read with their status. Only administrators get the locations of a
   * deactivated image.
   */
  locate(caller: Caller, images: readonly ImageRow[], which?: 'live' | 'all'): Promise<LocatedImage[]>;
  /** Returns true when the image exists, also when only administrators may see it. */
  exists(id: string): Promise<boolean>;
}

/** Statuses that a record may have (contract C23.8). */
const RECORD_STATUSES = [
  'active',
  'saving',
  'queued',
  'killed',
  'pending_delete',
  'deleted',
  'deactivated',
  'importing',
  'uploading',
];

export interface RecordRules {
  /** The accepted formats under the strict rules of 2011; undefined accepts any format, and records without formats. */
  strict?: Formats;
  /** `any` accepts ids that are not UUIDs, as the first Glance did (contract C27). */
  ids?: 'uuid' | 'any';
}

/**
 * @param ownStores the names of our stores, which our locations carry as metadata. Peers of version 1 know one store
 *   only and expect no metadata there, so they get none.
 */
export function recordService(
  database: Database,
  ownStores: readonly string[],
  { strict, ids = 'uuid' }: RecordRules = {},
): RecordService {
  const columns = imageColumns(database);
  const own = new Set(ownStores.map((store) => JSON.stringify({ store })));

  return {
    async requireWriter(caller, id) {
      refuseReadOnly(caller);
      if (id === undefined) return;
      await database.transaction((transaction) =>
        lockChangeable(transaction, imageRecords(transaction, columns), caller, id),
      );
    },

    async create(caller, { id = newImageId(), values, properties, locations = [] }) {
      refuseReadOnly(caller);
      // An empty id is stored as it is, as Glance's registry does (contract C23.7).
      if ((id !== '' || strict) && !isImageId(id) && !(ids === 'any' && isPlainId(id)))
        throw invalidValue('id', 'id', 'must be a UUID');
      const owner = caller.isAdmin && values.owner !== undefined ? values.owner : caller.owner;
      const record = { ...values, owner };
      requireStatus(record.status, 'required');
      if (strict) requireRegistryFormats(record, strict);
      requireValuesFit(record, properties);
      requireRowsFit(properties, locations);
      return database.transaction(async (transaction) => {
        const records = imageRecords(transaction, columns);
        await records.insert(id, record, properties);
        await replaceLocations(transaction, id, locations);
        return located(transaction, caller, await records.read(id));
      });
    },

    async update(caller, id, { values, properties, locations = [], fromStatus, purges, id: sameId }) {
      refuseReadOnly(caller);
      const { owner, ...others } = values;
      const record = caller.isAdmin && owner !== undefined ? values : others;
      return database.transaction(async (transaction) => {
        const records = imageRecords(transaction, columns);
        const image = await lockChangeable(transaction, records, caller, id);
        if ('status' in record) requireStatus(record.status, strict && 'required');
        if (strict && namesFormat(record)) requireRegistryFormats({ ...image, ...record }, strict);
        requireValuesFit(record, properties);
        requireRowsFit(properties, locations);
        if (sameId !== undefined && sameId !== image.id) {
          throw new ImageError('IMAGE_FIELD_IMMUTABLE', { id: image.id, field: 'id' });
        }
        if (fromStatus !== undefined && image.status !== fromStatus) {
          throw new ImageError('IMAGE_NOT_IN_STATUS', {
            id: image.id,
            imageStatus: image.status,
            wanted: fromStatus,
          });
        }
        await records.change(image.id, record);
        await records.changeProperties(image.id, { set: properties, remove: purges ? 'others' : [] });
        if (locations.length > 0) await replaceLocations(transaction, image.id, locations);
        return located(transaction, caller, await records.read(image.id));
      });
    },

    async delete(caller, id) {
      refuseReadOnly(caller);
      return database.transaction(async (transaction) => {
        const records = imageRecords(transaction, columns);
        const image = await lockChangeable(transaction, records, caller, id);
        await records.flagDeleted(image.id, image.status === 'pending_delete' ? 'pending_delete' : 'deleted');
        return located(transaction, caller, await records.read(image.id));
      });
    },

    async locate(caller, images, which) {
      const locations = await readLocations(database, images, which);
      return images.map((image) => withLocations(caller, image, locations));
    },

    async exists(id) {
      if (!fits(id, CHARACTERS.id)) return false;
      const { sql, values } = database.dialect.imageIs(id);
      return (await database.read(`SELECT 1 AS found FROM images i WHERE ${sql}`, values)).length > 0;
    },
  };

  async function located(
    reader: Parameters<typeof readLocations>[0],
    caller: Caller,
    image: ImageRow,
  ): Promise<LocatedImage> {
    return withLocations(caller, image, await readLocations(reader, [image]));
  }

  function withLocations(
    caller: Caller,
    image: ImageRow,
    locations: ReadonlyMap<string, LocationRow[]>,
  ): LocatedImage {
    const isWithheld = image.status === 'deactivated' && !caller.isAdmin;
    const shown = (isWithheld ? [] : locations.get(image.id)!).map((location) =>
      own.has(JSON.stringify(location.metadata)) ? { ...location, metadata: {} } : location,
    );
    return Object.assign(image, { locations: shown });
  }
}

/** The strict rules judge an older record when its formats change, not when its data comes. */
function namesFormat(record: ImageValues): boolean {
  return 'diskFormat' in record || 'containerFormat' in record;
}

/** Refuses unknown statuses. Only new records must have a status that is not empty, as in Glance. */
function requireStatus(status: string | undefined, need?: 'required'): void {
  if (status === '' && !need) return;
  if (!status && need) throw invalidValue('statusMissing', 'status', 'must be given');
  if (RECORD_STATUSES.includes(status ?? '')) return;
  const problem = `must be one of ${RECORD_STATUSES.join(', ')}`;
  const parameters = { field: 'status', problem, constraints: [problem], fault: 'status' };
  throw new ImageError('BAD_USER_INPUT', { ...parameters, imageStatus: status });
}

/** One statement writes all rows of a kind, and engines limit the values that a statement binds. */
const MOST_ROWS = 4000;

function requireRowsFit(
  properties: ReadonlyMap<string, unknown>,
  locations: readonly WantedLocation[],
): void {
  for (const [field, rows] of [
    ['properties', properties.size],
    ['locations', locations.length],
  ] as const) {
    if (rows > MOST_ROWS) throw invalidValue('tooLong', field, `must not be more than ${MOST_ROWS}`);
  }
  requireLocationsFit(locations);
}

/** @throws ImageError BAD_USER_INPUT for values that the columns of a location cannot hold */
export function requireLocationsFit(locations: readonly WantedLocation[]): void {
  locations.forEach(requireLocationFits);
}

function requireLocationFits({ url, metadata, status }: WantedLocation): void {
  for (const text of [url, JSON.stringify(metadata), status]) {
    if (!fits(text)) throw invalidValue('fourBytes', 'location', 'must not hold characters of four bytes');
  }
  for (const text of [url, JSON.stringify(metadata)]) {
    if (fits(text, undefined, TEXT_BYTES)) continue;
    throw invalidValue('tooLong', 'location', `must have at most ${TEXT_BYTES} bytes`);
  }
  if (status.length > CHARACTERS.status) {
    throw invalidValue(
      'tooLong',
      'location',
      `must have a status of at most ${CHARACTERS.status} characters`,
    );
  }
}
