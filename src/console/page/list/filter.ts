import type { ImageFilterInput, ImageSort, ImageSortKey, Visibility } from '../gateway/operations.js';
import type { ListAddress, Scope, SortKey } from './address.js';
import type { Viewer } from '../shell/start.js';

const KEYS: Record<SortKey, ImageSortKey> = {
  name: 'NAME',
  status: 'STATUS',
  size: 'SIZE',
  format: 'DISK_FORMAT',
  createdAt: 'CREATED_AT',
  updatedAt: 'UPDATED_AT',
};

/** The variables of a list. Two lists with equal variables are the same list. */
export interface ListQuery {
  filter: ImageFilterInput;
  search: string | null;
  sort: ImageSort[];
}

/** Returns whose images a viewer sees who chose nothing. */
export function defaultScope(viewer: Viewer): Scope {
  return viewer.isAdmin || viewer.owner === null ? 'all' : 'mine';
}

/** Returns the question that an address asks the gateway. */
export function queryOf(address: ListAddress, viewer: Viewer): ListQuery {
  return {
    filter: filterOf(address, viewer),
    search: address.search.trim() || null,
    sort: [{ key: KEYS[address.sort.key], direction: address.sort.isDescending ? 'DESC' : 'ASC' }],
  };
}

function filterOf(address: ListAddress, viewer: Viewer): ImageFilterInput {
  const { status, visibility, format, container, tag, property, owner, hidden } = address;
  const scope = scoped(address.scope ?? defaultScope(viewer), viewer);
  return {
    ...(status.length > 0 ? { status: { in: [...status] } } : {}),
    ...(visibility.length > 0 ? { visibility: { in: visibility as Visibility[] } } : {}),
    ...(format.length > 0 ? { diskFormat: { in: [...format] } } : {}),
    ...(container.length > 0 ? { containerFormat: { in: [...container] } } : {}),
    ...(tag.length > 0 ? { tags: { all: [...tag] } } : {}),
    ...(property.length > 0
      ? { properties: property.map(({ name, value }) => ({ name, value: { eq: value } })) }
      : {}),
    ...(owner !== '' ? { owner: { eq: owner } } : {}),
    ...(hidden ? { hidden: { eq: true } } : {}),
    // The counts beside the values of a filter leave out the condition of its own field, and not these.
    ...(scope ? { and: [scope] } : {}),
  };
}

function scoped(scope: Scope, { owner }: Viewer): ImageFilterInput | undefined {
  if (scope === 'mine') return owner === null ? undefined : { owner: { eq: owner } };
  if (scope === 'shared')
    return { visibility: { eq: 'SHARED' }, ...(owner === null ? {} : { owner: { ne: owner } }) };
  if (scope === 'public') return { visibility: { eq: 'PUBLIC' } };
  if (scope === 'community') return { visibility: { eq: 'COMMUNITY' } };
  return undefined;
}
