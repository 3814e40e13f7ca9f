import { storedTime } from '../../image/date-time.js';
import type { PageRequest } from '../../image/image-catalog.js';
import type { Operators } from '../../image/filter-operators.js';
import type { ImageFilter } from '../../image/image-filter.js';
import { isImageId } from '../../image/image-id.js';
import type { Sort, SortKey } from '../../image/image-order.js';
import { Fault, plainPage, type Said } from './fault.js';

export interface ListLimits {
  apiLimitMax: number;
}

/**
 * The query of a list as a request for a page (contract C11.2 to C11.9). Names that are not known are ignored.
 *
 * @param isAdmin whether `is_public` has a meaning: for others it is checked and then ignored (C11.5)
 * @throws Fault 400 in the words of the server that checks first: the API's own, or a page of the registry's
 */
export function pageRequest(
  query: ReadonlyMap<string, string>,
  isAdmin: boolean,
  limits: ListLimits,
): PageRequest {
  for (const [name, allowed] of Object.entries(CHECKED)) {
    const value = query.get(name);
    if (value === undefined || allowed.test(value)) continue;
    throw new Fault(400, { detail: `Bad value passed to filter ${name} got ${value}` });
  }
  const changesSince = changedAfter(query.get('changes-since'));
  const scope = scopeOf(query.get('is_public'), isAdmin);
  const filter = {
    ...filterOf(query, changesSince),
    ...(scope === 'notPublic' ? { isPublic: { eq: false } } : {}),
  };
  return {
    filter,
    first: limitOf(query.get('limit'), limits.apiLimitMax),
    sort: sortOf(query.get('sort_key'), query.get('sort_dir')),
    marker: markerOf(query.get('marker')),
    includeDeleted: changesSince !== undefined,
    ...(scope === 'ordinary' ? { scope } : {}),
  };
}

const COUNT = /^\s*[+]?\d+\s*$|^\s*-0+\s*$/;
const TRUTH = /^(none|true|false|1|0)$/i;

/** What the API server checks itself, before it asks the registry (contract C11.3). */
const CHECKED: Record<string, RegExp> = {
  size_min: COUNT,
  size_max: COUNT,
  min_ram: COUNT,
  protected: TRUTH,
  is_public: TRUTH,
};

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
    if (value !== undefined)
      filter[field] = /^\s*[+-]?\d+\s*$/.test(value) ? { eq: Number(value) } : { in: [] };
  }
  const [least, most] = ['size_min', 'size_max'].map((name) => query.get(name));
  filter.size = {
    ...(least === undefined ? {} : { gte: Number(least) }),
    ...(most === undefined ? {} : { lte: Number(most) }),
  };
  const isProtected = query.get('protected');
  if (isProtected !== undefined) filter.protected = { eq: truth(isProtected) };
  const properties = [...query].filter(([name]) => name.startsWith('property-'));
  filter.properties = properties.map(([name, value]) => ({
    name: name.slice('property-'.length),
    value: { eq: value },
  }));
  // Killed images are not listed, unless changes are asked for (contract C11.6).
  if (changesSince === undefined) filter.status = { ...filter.status, ne: 'killed' };
  else filter.updatedAt = { gt: changesSince };
  return filter;
}

/** A value, or `in:` and several with commas between them, or `eq:` and a value (contract C11.4). */
function textOperators(value: string): Operators<string> {
  if (storedTime(value) !== undefined) return { eq: value };
  if (value.startsWith('eq:')) return { eq: value.slice(3) };
  if (!value.startsWith('in:')) return { eq: value };
  const among = value.slice(3).matchAll(/"([^"\\]*(?:\\.[^"\\]*)*)",?|([^,]+),?|,/g);
  return { in: [...among].map(([, quoted, bare]) => quoted ?? bare ?? '') };
}

function truth(value: string): boolean {
  const word = value.toLowerCase();
  if (word === 'none') throw byRegistry({ detail: 'protected must be True, or False' });
  return word === 'true' || word === '1';
}

function scopeOf(value: string | undefined, isAdmin: boolean): 'ordinary' | 'notPublic' | 'all' {
  const word = value?.toLowerCase();
  if (!isAdmin || word === undefined || word === 'true' || word === '1') return 'ordinary';
  return word === 'none' ? 'all' : 'notPublic';
}

function changedAfter(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const time = storedTime(value);
  if (time === undefined) throw byRegistry({ detail: 'Unrecognized changes-since value' });
  return time;
}

/** More than the most is silently cut (contract C11.8). */
function limitOf(value: string | undefined, most: number): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\s*[+-]?\d+\s*$/.test(value)) throw byRegistry({ detail: 'limit param must be an integer' });
  if (Number(value) < 0) throw byRegistry({ detail: 'limit param must be positive' });
  return Math.min(Number(value), most);
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
  return byRegistry({ explanation: `Unsupported ${name}. Acceptable values: ${allowed.join(', ')}` });
}

/** An empty marker has the form of one that is not found. */
function markerOf(value: string | undefined): string | undefined {
  if (!value || isImageId(value) || isImageId(value.replace(/^(urn:)?(uuid:)?\{?|\}$/g, ''))) return value;
  throw byRegistry({ explanation: 'Invalid marker format' });
}

/** An error of the registry, whose page the API server quotes as a whole (contract C5.10). */
function byRegistry(said: Said): Fault {
  return new Fault(400, { explanation: plainPage(400, said) });
}
