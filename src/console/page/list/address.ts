/** The sort keys that an address may name. */
export const SORT_KEYS = ['name', 'status', 'size', 'format', 'createdAt', 'updatedAt'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export const SCOPES = ['mine', 'shared', 'public', 'community', 'all'] as const;
export type Scope = (typeof SCOPES)[number];

/** Columns that are there, in their order. `name` is always shown. */
export const COLUMNS = [
  ...['name', 'status', 'size', 'format', 'visibility', 'project', 'tags', 'changed', 'created'],
  ...['virtualSize', 'minDisk', 'minMemory', 'protected', 'hidden', 'checksum', 'stores'],
] as const;
export type ColumnName = (typeof COLUMNS)[number] & string;

/** The state of the list. Its address holds all of it, so that a user can copy it, reload it and go back. */
export interface ListAddress {
  search: string;
  status: readonly string[];
  visibility: readonly string[];
  format: readonly string[];
  container: readonly string[];
  tag: readonly string[];
  property: readonly { name: string; value: string }[];
  owner: string;
  hidden: boolean;
  /** Undefined for the default of the viewer. */
  scope: Scope | undefined;
  sort: { key: SortKey; isDescending: boolean };
  /** Undefined for the columns that fit the width. */
  columns: readonly ColumnName[] | undefined;
}

const FIRST_SORT = '-createdAt';

/** Reads the query of an address. Leaves out unknown names and values. */
export function readAddress(query: string): ListAddress {
  const found = new URLSearchParams(query);
  const list = (name: string) => unique((found.get(name) ?? '').split(',').filter(Boolean));
  const sort = found.get('sort') ?? FIRST_SORT;
  const key = sort.replace(/^-/, '');
  const columns = list('cols').filter((each): each is ColumnName => COLUMNS.includes(each as ColumnName));
  return {
    search: found.get('q') ?? '',
    status: list('status'),
    visibility: list('visibility'),
    format: list('format'),
    container: list('container'),
    tag: unique(found.getAll('tag').filter(Boolean)),
    property: found.getAll('prop').flatMap(propertyIn),
    owner: found.get('owner') ?? '',
    hidden: found.get('hidden') === 'true',
    scope: SCOPES.find((each) => each === found.get('scope')),
    sort: isSortKey(key)
      ? { key, isDescending: sort.startsWith('-') }
      : { key: 'createdAt', isDescending: true },
    columns: columns.length > 0 ? columns : undefined,
  };
}

/** Writes the query of an address, without what is the default: `?status=active`, or an empty text. */
export function writeAddress(address: ListAddress): string {
  const query = new URLSearchParams();
  const set = (name: string, value: string) => value !== '' && query.append(name, value);
  set('q', address.search);
  set('status', address.status.join());
  set('visibility', address.visibility.join());
  set('format', address.format.join());
  set('container', address.container.join());
  for (const tag of address.tag) set('tag', tag);
  for (const { name, value } of address.property) set('prop', `${encodeURIComponent(name)}:${value}`);
  set('owner', address.owner);
  set('hidden', address.hidden ? 'true' : '');
  set('scope', address.scope ?? '');
  const sort = `${address.sort.isDescending ? '-' : ''}${address.sort.key}`;
  set('sort', sort === FIRST_SORT ? '' : sort);
  set('cols', address.columns?.join() ?? '');
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** Returns the address without its filters. */
export function withoutFilters(address: ListAddress): ListAddress {
  const none = { status: [], visibility: [], format: [], container: [], tag: [], property: [] };
  return { ...address, ...none, search: '', owner: '', hidden: false };
}

/** Returns true when the address restricts the list, other than by whose images it has. */
export function isFiltered(address: ListAddress): boolean {
  const { search, owner, hidden, status, visibility, format, container, tag, property } = address;
  return (
    search !== '' ||
    owner !== '' ||
    hidden ||
    [status, visibility, format, container, tag, property].some((all) => all.length > 0)
  );
}

/** The name is encoded by itself, since it may hold a colon. */
function propertyIn(text: string): { name: string; value: string }[] {
  const colon = text.indexOf(':');
  if (colon < 1) return [];
  try {
    return [{ name: decodeURIComponent(text.slice(0, colon)), value: text.slice(colon + 1) }];
  } catch {
    return [];
  }
}

function isSortKey(text: string): text is SortKey {
  return (SORT_KEYS as readonly string[]).includes(text);
}

function unique(all: readonly string[]): string[] {
  return [...new Set(all)];
}
