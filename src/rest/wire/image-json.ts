import { isoTime } from '../../image/date-time.js';
import type { ImageRow } from '../../image/image-columns.js';
import type { Json } from './json.js';

/** The keys of an image, in the order in which they are written, and the fields they show (contract C6.1). */
export const IMAGE_KEYS = {
  id: 'id',
  name: 'name',
  status: 'status',
  disk_format: 'diskFormat',
  container_format: 'containerFormat',
  size: 'size',
  virtual_size: 'virtualSize',
  checksum: 'checksum',
  min_disk: 'minDisk',
  min_ram: 'minRam',
  owner: 'owner',
  is_public: 'isPublic',
  protected: 'protected',
  deleted: 'deleted',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
  deleted_at: 'deletedAt',
} as const;

/** The keys of an entry of a brief list (contract C6.3). */
export const BRIEF_KEYS = ['id', 'name', 'size', 'disk_format', 'container_format', 'checksum'] as const;

/** An image with all its keys, always present (contract C6.1). */
export function imageJson(image: ImageRow): Json {
  const json: Record<string, Json> = {};
  for (const key of KEYS) json[key] = shown(image, key);
  // Not by assignment: a property may be named `__proto__`.
  json.properties = Object.fromEntries((image.properties ?? []).map(({ name, value }) => [name, value]));
  return json;
}

export function briefJson(image: ImageRow): Json {
  return Object.fromEntries(BRIEF_KEYS.map((key) => [key, shown(image, key)]));
}

type ImageKey = keyof typeof IMAGE_KEYS;

const KEYS = Object.keys(IMAGE_KEYS) as ImageKey[];

function shown(image: ImageRow, key: ImageKey): Json {
  const value = image[IMAGE_KEYS[key]] as string | number | null | undefined;
  if (value === null || value === undefined) return null;
  switch (key) {
    case 'is_public':
    case 'protected':
    case 'deleted':
      return Number(value) === 1;
    case 'size':
    case 'virtual_size':
      // Beyond 2^53 the database gives text.
      return typeof value === 'string' ? BigInt(value) : value;
    case 'created_at':
    case 'updated_at':
    case 'deleted_at':
      return isoTime(String(value)).slice(0, -1);
    default:
      return value;
  }
}
