import { storedTime } from '../../image/date-time.js';
import type { PageRequest } from '../../image/catalog/image-catalog.js';
import type { Operators } from '../../image/catalog/filter-operators.js';
import type { ImageFilter } from '../../image/catalog/image-filter.js';
import { isImageId, isPlainId } from '../../image/ids.js';
import type { Sort, SortKey } from '../../image/catalog/image-order.js';
import { RestError, type Wording } from './rest-error.js';

export interface ListLimits {
  apiLimitMax: number;
  /** Accepts markers that are not UUIDs (contract C27). */
  legacyPaths: boolean;
}

/**
 * Reads the query of a list (contract C11.2 to C11.9, C23.5). Ignores unknown names, and `is_public` and `deleted` of
 * callers who are not administrators (C11.5).
 *
 * @throws RestError 400 with the registry's text
 */
export function listRequest(
  query: ReadonlyMap<string, string>,
  isAdmin: boolean,
  limits: ListLimits,
): PageRequest {
  const changesSince = changedAfter(query.get('changes-since'));
  const scope = isAdmin ? scopeOf(query.get('is_public')) : 'ordinary';
  const deleted = isAdmin ? deletedOnly(query.get('deleted')) : undefined;
  const filter = filterOf(query, changesSince);
  if (scope === 'notPublic') filter.isPublic = { eq: false };
  if (deleted !== undefined) filter.deleted = { eq: deleted };
  // Lists contain killed images only with `changes-since` or `deleted` (contract C11.6).
  if (deleted === false || (deleted === undefined && changesSince === undefined)) {
    filter.status = { ...filter.status, ne: 'killed' };
  }
  return {
    filter,
    first: limitOf(query.get('limit'), limits.apiLimitMax),
    sort: sortOf(query.get('sort_key'), query.get('sort_dir')),
    marker: markerOf(query.get('marker'), limits),
    includeDeleted: deleted ?? changesSince !== undefined,
    ...(scope === 'ordinary' ? { scope } : {}),
    // In version 1 a member neither accepts nor rejects an image.
    memberStatus: 'all',
    isPatient: true,
  };
}

const TEXT_FILTERS = {
  name: 'name',
  status: 'status',
  container_format: 'containerFormat',
  disk_format: 'diskFormat',
} as const;

function filterOf(query: ReadonlyMap<string, string>, changesSince: string | undefined): ImageFilter {
  const filter: ImageFilter = {};
  for (const [name, field] of Object.entries(TEXT_FILTERS)) {
    const value = query.get(name);
    if (value !== undefined) filter[field] = textOperators(value);
  }
  for (const [name, field] of [['min_ram', 'minRam'] as const, ['min_disk', 'minDisk'] as const]) {
    const value = query.get(name);
    if (value === undefined) continue;
    const number = wholeNumber(value);
    filter[field] = number === undefined ? { in: [] } : { eq: number };
  }
  const [least, most] = ['size_min', 'size_max'].map((name) => query.get(name));
  filter.size = {
    ...(least === undefined ? {} : { gte: integer('size_min', least) }),
    ...(most === undefined ? {} : { lte: integer('size_max', most) }),
  };
  const isProtected = query.get('protected');
  if (isProtected !== undefined) filter.protected = { eq: requiredTruth(isProtected) };
  const properties = [...query].filter(([name]) => name.startsWith('property-'));
  filter.properties = properties.map(([name, value]) => ({
    name: name.slice('property-'.length),
    value: { eq: value },
  }));
  if (changesSince !== undefined) filter.updatedAt = { gt: changesSince };
  return filter;
}

/** Reads a value, `eq:` and a value, or `in:` and values with commas between them (contract C11.4). */
function textOperators(value: string): Operators<string> {
  if (value.startsWith('eq:')) return { eq: value.slice(3) };
  if (!value.startsWith('in:')) return { eq: value };
  const among = value.slice(3).matchAll(/"([^"\\]*(?:\\.[^"\\]*)*)",?|([^,]+),?|,/g);
  return { in: [...among].map(([, quoted, bare]) => quoted ?? bare ?? '') };
}

function integer(name: string, value: string): number {
  const number = wholeNumber(value);
  if (number !== undefined) return number;
  throw badRequest({ detail: `Bad value passed to filter ${name} got ${value}` });
}

/** Returns the number for digits; undefined for another text. The number is finite, since databases compare no other. */
function wholeNumber(value: string): number | undefined {
  if (!/^\s*[+-]?\d+\s*$/.test(value)) return undefined;
  return Math.max(-Number.MAX_VALUE, Math.min(Number(value), Number.MAX_VALUE));
}

/** @returns undefined for a text that is neither */
function truth(value: string): boolean | undefined {
  const word = value.toLowerCase();
  if (word === 'true' || word === '1') return true;
  return word === 'false' || word === '0' ? false : undefined;
}

function requiredTruth(value: string): boolean {
  const isTrue = truth(value);
  if (isTrue === undefined) throw badRequest({ detail: 'protected must be True, or False' });
  return isTrue;
}

function scopeOf(value = 'true'): 'ordinary' | 'notPublic' | 'all' {
  if (value.toLowerCase() === 'none') return 'all';
  const isPublic = truth(value);
  if (isPublic === undefined) throw badRequest({ detail: 'is_public must be None, True, or False' });
  return isPublic ? 'ordinary' : 'notPublic';
}

/** Returns true for a word that means true, in any letter case, and false for other words. */
function deletedOnly(value: string | undefined): boolean | undefined {
  return value === undefined
    ? undefined
    : ['1', 't', 'true', 'on', 'y', 'yes'].includes(value.trim().toLowerCase());
}

function changedAfter(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const time = storedTime(value);
  if (time === undefined) throw badRequest({ detail: 'Unrecognized changes-since value' });
  return time;
}

/** Reads `limit`, and cuts it to the maximum without an error (contract C11.8). */
function limitOf(value: string | undefined, maximum: number): number | undefined {
  if (value === undefined) return undefined;
  const limit = wholeNumber(value);
  if (limit === undefined) throw badRequest({ detail: 'limit param must be an integer' });
  if (limit < 0) throw badRequest({ detail: 'limit param must be positive' });
  return Math.min(limit, maximum);
}

const SORT_KEYS: Record<string, SortKey> = {
  name: 'name',
  status: 'status',
  container_format: 'containerFormat',
  disk_format: 'diskFormat',
  size: 'size',
  id: 'id',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
};

/** Orders equal images by the time of creation and then by id, in the same direction (contract C11.7). */
function sortOf(sortKey = 'created_at', direction = 'desc'): Sort[] {
  const key = Object.hasOwn(SORT_KEYS, sortKey) ? SORT_KEYS[sortKey] : undefined;
  if (!key) throw unsupported('sort_key', Object.keys(SORT_KEYS));
  if (direction !== 'asc' && direction !== 'desc') throw unsupported('sort_dir', ['asc', 'desc']);
  const wanted: Sort = { key, direction };
  return key === 'createdAt' ? [wanted] : [wanted, { key: 'createdAt', direction }];
}

function unsupported(name: string, allowed: readonly string[]): RestError {
  return badRequest({ explanation: `Unsupported ${name}. Acceptable values: ${allowed.join(', ')}` });
}

/** Checks the form of a marker. An empty marker passes; no image has it. */
function markerOf(value: string | undefined, { legacyPaths }: ListLimits): string | undefined {
  if (value && legacyPaths && isPlainId(value)) return value;
  if (!value || isImageId(value) || isImageId(value.replace(/^(urn:)?(uuid:)?\{?|\}$/g, ''))) return value;
  throw badRequest({ explanation: 'Invalid marker format' });
}

function badRequest(wording: Wording): RestError {
  return new RestError(400, wording);
}
