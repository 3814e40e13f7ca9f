import { isoTime } from '../../image/date-time.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import type { Json } from './python-json.js';

/** The keys of an image in their order, and the field that each shows (contract C6.1). */
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

/** Returns an image with all keys (contract C6.1). The keys are written out for speed: lists are long. */
export function imageJson(image: ImageRow): Json {
  return {
    id: image.id,
    name: orNull(image.name),
    status: orNull(image.status),
    disk_format: orNull(image.diskFormat),
    container_format: orNull(image.containerFormat),
    size: size(image.size),
    virtual_size: size(image.virtualSize),
    checksum: orNull(image.checksum),
    min_disk: orNull(image.minDisk),
    min_ram: orNull(image.minRam),
    owner: orNull(image.owner),
    is_public: flag(image.isPublic),
    protected: flag(image.protected),
    deleted: flag(image.deleted),
    created_at: time(image.createdAt),
    updated_at: time(image.updatedAt),
    deleted_at: time(image.deletedAt),
    // An assignment would lose a property named `__proto__`.
    properties: Object.fromEntries((image.properties ?? []).map(({ name, value }) => [name, value])),
  };
}

/** Returns the entry of an image in a brief list (contract C6.3). */
export function briefJson(image: ImageRow): Json {
  return {
    id: image.id,
    name: orNull(image.name),
    size: size(image.size),
    disk_format: orNull(image.diskFormat),
    container_format: orNull(image.containerFormat),
    checksum: orNull(image.checksum),
  };
}

function orNull(value: unknown): Json {
  return (value ?? null) as Json;
}

/** The database returns a size above 2^53 as text. */
function size(value: unknown): Json {
  return typeof value === 'string' ? BigInt(value) : orNull(value);
}

function flag(value: unknown): Json {
  return value === null || value === undefined ? null : Number(value) === 1;
}

function time(stored: unknown): Json {
  return stored === null || stored === undefined ? null : isoTime(String(stored)).slice(0, -1);
}
