import type { Reader, Row } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import { isChangeable } from '../access/access.js';
import type { ImportProgress } from './image.js';
import type { ImageRow } from './image-columns.js';
import { readLocations } from './location-records.js';
import { MEMBER_COLUMNS, memberRow, withoutRepeats } from './member-records.js';
import { REVISED_FIELDS } from './revision.js';

/** A part of an image that lies in other tables, or is computed from parts that do. */
export type Relation =
  | 'properties'
  | 'members'
  | 'tags'
  | 'statusReason'
  | 'importProgress'
  | 'uploadProgress'
  | 'detectedFormat'
  | 'permissions'
  | 'store'
  | 'stores'
  | 'importSource'
  | 'revision';

/** A relation that rows hold. */
export type StoredRelation = Exclude<Relation, 'permissions' | 'revision'>;

/** The fields that decide the permissions, or that rules of the policy compare with. */
const PERMISSION_FIELDS = [
  'name',
  'status',
  'owner',
  'visibility',
  'protected',
  'deleted',
  'hidden',
  'diskFormat',
  'containerFormat',
  'size',
  'checksum',
  'minDisk',
  'minRam',
];

/** The columns of the image that each relation needs beside the id. */
export const neededBy: Record<Relation, readonly string[]> = {
  properties: [],
  members: ['owner'],
  tags: [],
  statusReason: ['status', 'owner'],
  importProgress: ['status'],
  uploadProgress: ['status'],
  detectedFormat: [],
  permissions: PERMISSION_FIELDS,
  store: [],
  stores: [],
  importSource: ['owner'],
  revision: REVISED_FIELDS,
};

/** The relations from which a relation is computed. */
export const computedFrom: Partial<Record<Relation, readonly StoredRelation[]>> = {
  revision: ['properties', 'tags'],
};

/** Reads a relation of all images in one statement, as far as the caller may see it. */
export const readRelation: Record<
  StoredRelation,
  (reader: Reader, images: readonly ImageRow[], caller: Caller) => Promise<void>
> = {
  properties: readProperties,
  members: readMembers,
  tags: readTags,
  statusReason: (reader, images, caller) =>
    readFailures(
      reader,
      images.filter((image) => isChangeable(caller, image as Owned)),
    ),
  importProgress: readImportProgress,
  uploadProgress: readUploadProgress,
  detectedFormat: readFormats,
  store: readStores,
  stores: async (reader, images) => {
    const locations = await readLocations(reader, images);
    for (const image of images) image.locations = locations.get(image.id);
  },
  importSource: readSources,
};

export function isRelation(name: string): name is Relation {
  return name in neededBy;
}

/** Reads the properties of every image, sorted by name. */
export async function readProperties(reader: Reader, images: readonly ImageRow[]): Promise<void> {
  const rows = await readRows(
    reader,
    images,
    (ids) =>
      'SELECT p.id AS id, p.image_id AS imageId, p.name AS name, p.value AS value FROM image_properties p ' +
      `WHERE p.image_id IN (${ids}) AND p.deleted = 0 ORDER BY p.image_id, p.name`,
  );
  assignRows(images, rows, (image, own) => (image.properties = own as unknown as ImageRow['properties']));
}

/** Reads the reason of every killed image. */
async function readFailures(reader: Reader, images: readonly ImageRow[]): Promise<void> {
  if (!reader.hasGatewayTables) return;
  const killed = images.filter((image) => image.status === 'killed');
  const rows = await readRows(
    reader,
    killed,
    (ids) =>
      `SELECT f.image_id AS imageId, f.reason AS reason FROM gateway_failures f WHERE f.image_id IN (${ids})`,
  );
  assignRows(killed, rows, (image, [failure]) => (image.statusReason = (failure?.reason as string) ?? null));
}

/** Reads the progress of every import to one of the images. */
async function readImportProgress(reader: Reader, images: readonly ImageRow[]): Promise<void> {
  if (reader.hasGatewayTables) await readProgress(reader, images, 'importProgress', 'gateway_imports p');
}

/** Reads the progress of every upload or import to one of the images, as its gateway has recorded it. */
async function readUploadProgress(reader: Reader, images: readonly ImageRow[]): Promise<void> {
  if (!reader.laterTables.has('gateway_progress')) return;
  // Without its lease an upload is over.
  const tables = 'gateway_progress p JOIN gateway_uploads u ON u.id = p.upload_id';
  await readProgress(reader, images, 'uploadProgress', tables);
}

async function readProgress(
  reader: Reader,
  images: readonly ImageRow[],
  field: 'importProgress' | 'uploadProgress',
  tables: string,
): Promise<void> {
  const saving = images.filter((image) => image.status === 'saving');
  const rows = await readRows(
    reader,
    saving,
    (ids) =>
      `SELECT p.image_id AS imageId, p.bytes_received AS bytesReceived, p.size AS size FROM ${tables} ` +
      `WHERE p.image_id IN (${ids})`,
  );
  assignRows(saving, rows, (image, [found]) => {
    const { bytesReceived, size } = (found ?? {}) as Partial<ImportProgress>;
    image[field] = bytesReceived === undefined ? null : { bytesReceived, size: size ?? null };
  });
}

/** Reads the format of the data of every image. */
async function readFormats(reader: Reader, images: readonly ImageRow[]): Promise<void> {
  if (!reader.laterTables.has('gateway_formats')) return;
  const rows = await readRows(
    reader,
    images,
    (ids) =>
      `SELECT f.image_id AS imageId, f.format AS format FROM gateway_formats f WHERE f.image_id IN (${ids})`,
  );
  assignRows(images, rows, (image, [found]) => (image.detectedFormat = (found?.format as string) ?? null));
}

/** Reads the source of every image whose data was imported, as far as the caller may change the image. */
async function readSources(reader: Reader, images: readonly ImageRow[], caller: Caller): Promise<void> {
  if (!reader.laterTables.has('gateway_sources')) return;
  const changeable = images.filter((image) => isChangeable(caller, image as Owned));
  const rows = await readRows(
    reader,
    changeable,
    (ids) => `SELECT s.image_id AS imageId, s.url AS url FROM gateway_sources s WHERE s.image_id IN (${ids})`,
  );
  assignRows(changeable, rows, (image, [found]) => (image.importSource = (found?.url as string) ?? null));
}

/** Reads the members of every image, each tenant once; see `readMemberRows`. */
async function readMembers(reader: Reader, images: readonly ImageRow[], caller: Caller): Promise<void> {
  await readMemberRows(reader, images, caller);
  for (const image of images) image.members = withoutRepeats(image.members!);
}

/**
 * Reads the member rows of every image: all rows for callers who may change it, their own rows for others (C18.1). A
 * tenant may have several rows, made by version 1 or by a live Glance.
 */
export async function readMemberRows(
  reader: Reader,
  images: readonly ImageRow[],
  caller: Caller,
): Promise<void> {
  const rows = await readRows(
    reader,
    images,
    (ids) =>
      `SELECT ${MEMBER_COLUMNS} FROM image_members m WHERE m.image_id IN (${ids}) AND m.deleted = 0 ORDER BY m.id`,
  );
  assignRows(images, rows, (image, own) => {
    const seesAll = isChangeable(caller, image as Owned);
    image.members = own.map(memberRow).filter(({ memberId }) => seesAll || memberId === caller.owner);
  });
}

/** Reads the tags of every image, sorted. */
async function readTags(reader: Reader, images: readonly ImageRow[]): Promise<void> {
  const rows = await readRows(
    reader,
    images,
    (ids) =>
      'SELECT t.image_id AS imageId, t.value AS value FROM image_tags t ' +
      `WHERE t.image_id IN (${ids}) AND t.deleted = 0 ORDER BY t.image_id, t.value`,
  );
  assignRows(
    images,
    rows,
    (image, own) => (image.tags = [...new Set(own.map((row) => row.value as string))]),
  );
}

/** Reads the store of every image: its name, or the scheme of a location that names no store. */
async function readStores(reader: Reader, images: readonly ImageRow[]): Promise<void> {
  const locations = await readLocations(reader, images);
  for (const image of images) {
    const first = locations.get(image.id)!.find(({ status }) => status === 'active');
    const named = (first?.metadata as { store?: unknown } | undefined)?.store;
    image.store = typeof named === 'string' ? named : (/^[a-z]\w*/.exec(first?.url ?? '')?.[0] ?? null);
  }
}

type Owned = { owner: string | null };

async function readRows(
  reader: Reader,
  images: readonly ImageRow[],
  statement: (ids: string) => string,
): Promise<Row[]> {
  if (images.length === 0) return [];
  return reader.read(
    statement(images.map(() => '?').join(', ')),
    images.map(({ id }) => id),
  );
}

/** Gives every image its own rows. */
function assignRows(
  images: readonly ImageRow[],
  rows: readonly Row[],
  give: (image: ImageRow, own: Row[]) => void,
): void {
  const byImage = new Map<string, Row[]>(images.map(({ id }) => [id, []]));
  for (const row of rows) byImage.get(row.imageId as string)?.push(row);
  for (const image of images) give(image, byImage.get(image.id)!);
}
