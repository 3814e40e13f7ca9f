import { createHash } from 'node:crypto';
import { isoTime } from '../date-time.js';
import type { ImageRow } from './image-columns.js';

/** The fields of an image that its revision covers, beside its properties and tags. */
export const REVISED_FIELDS = [
  'id',
  'name',
  'status',
  'diskFormat',
  'containerFormat',
  'size',
  'virtualSize',
  'checksum',
  'hashAlgorithm',
  'hashValue',
  'minDisk',
  'minRam',
  'owner',
  'visibility',
  'protected',
  'hidden',
  'deleted',
  'createdAt',
  'updatedAt',
  'deletedAt',
] as const;

/**
 * Returns the revision of an image that has these fields, its properties and its tags. The revision is a digest, since the
 * time of change counts whole seconds in Glance's tables, and a live Glance changes tags without it. It is the same on
 * every engine.
 *
 * For a caller, the image must hold only properties that the caller may read: a digest of a short secret can be guessed.
 */
export function revisionOf(image: ImageRow): string {
  const { properties = [], tags = [] } = image;
  const content = [
    REVISED_FIELDS.map((field) => written(field, image[field])),
    properties.map(({ name, value }) => [name, value]).sort(([one], [other]) => order(one!, other!)),
    [...tags].sort(order),
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, CHARACTERS);
}

/** 132 bits. */
const CHARACTERS = 22;

const FLAGS: readonly string[] = ['protected', 'hidden', 'deleted'];

/** Returns a value in a form that does not depend on the engine. */
function written(field: string, value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (FLAGS.includes(field)) return String(Number(value));
  return field.endsWith('At') ? isoTime(String(value)) : String(value);
}

/** Orders texts by their code units: a database orders them by its collation. */
function order(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
