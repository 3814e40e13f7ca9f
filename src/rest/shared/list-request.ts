import { storedTime } from '../../image/date-time.js';
import type { PageRequest } from '../../image/catalog/image-catalog.js';
import type { Operators } from '../../image/catalog/filter-operators.js';
import type { ImageFilter } from '../../image/catalog/image-filter.js';
import { isImageId, isPlainId } from '../../image/ids.js';
import type { Sort, SortKey } from '../../image/catalog/image-order.js';
import { Fault, type Said } from './rest-error.js';

export interface ListLimits {
  apiLimitMax: number;
  /** Accepts ids that are not UUIDs too (contract C27). */
  legacyPaths: boolean;
}

/**
 * The query of a list as a request for a page (contract C11.2 to C11.9, C23.5). Names that are not known are
 * ignored. For administrators alone `is_public` and `deleted` have a meaning (C11.5).
 *
 * @throws Fault 400 in the words of the registry
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
  // Killed images are not listed, unless changes or deleted ones are asked for (contract C11.6).
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
    // Version 1 knows no answer to the offer of an image.
    memberStatus: 'all',
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

/** A value, or `in:` and several with commas between them, or `eq:` and a value (contract C11.4). */
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

/** Returns the number that digits mean; undefined for another text. No database can compare with an infinite number. */
function wholeNumber(value: string): number | undefined {
  if (!/^\s*[+-]?\d+\s*$/.test(value)) return undefined;
  return Math.max(-Number.MAX_VALUE, Math.min(Number(value), Number.MAX_VALUE));
}

/** @returns undefined for what is neither */
function truth(value: string): boolean | undefined {
  const word = value.toLowerCase();
  if (word === 'true' || word === '1') return true;
  return word === 'false' || word === '0' ? false : undefined;
}

function requiredTruth(value: string): boolean {
  const said = truth(value);
  if (said === undefined) throw badRequest({ detail: 'protected must be True, or False' });
  return said;
}

function scopeOf(value = 'true'): 'ordinary' | 'notPublic' | 'all' {
  if (value.toLowerCase() === 'none') return 'all';
  const said = truth(value);
  if (said === undefined) throw badRequest({ detail: 'is_public must be None, True, or False' });
  return said ? 'ordinary' : 'notPublic';
}

/** Any of the words for true, in any case; everything else is false. */
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

/** More than the most is silently cut (contract C11.8). */
function limitOf(value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined;
  const limit = wholeNumber(value);
  if (limit === undefined) throw badRequest({ detail: 'limit param must be an integer' });
  if (limit < 0) throw badRequest({ detail: 'limit param must be positive' });
  return Math.min(limit, most);
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

/** Ties go by the time of creation and then, as in every list, by id, in the same direction (contract C11.7). */
function sortOf(sortKey = 'created_at', direction = 'desc'): Sort[] {
  const key = Object.hasOwn(SORT_KEYS, sortKey) ? SORT_KEYS[sortKey] : undefined;
  if (!key) throw unsupported('sort_key', Object.keys(SORT_KEYS));
  if (direction !== 'asc' && direction !== 'desc') throw unsupported('sort_dir', ['asc', 'desc']);
  const wanted: Sort = { key, direction };
  return key === 'createdAt' ? [wanted] : [wanted, { key: 'createdAt', direction }];
}

function unsupported(name: string, allowed: readonly string[]): Fault {
  return badRequest({ explanation: `Unsupported ${name}. Acceptable values: ${allowed.join(', ')}` });
}

/** An empty marker has the form of one that is not found. */
function markerOf(value: string | undefined, { legacyPaths }: ListLimits): string | undefined {
  if (value && legacyPaths && isPlainId(value)) return value;
  if (!value || isImageId(value) || isImageId(value.replace(/^(urn:)?(uuid:)?\{?|\}$/g, ''))) return value;
  throw badRequest({ explanation: 'Invalid marker format' });
}

function badRequest(said: Said): Fault {
  return new Fault(400, said);
}
