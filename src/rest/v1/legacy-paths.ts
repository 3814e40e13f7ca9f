import type { ImageRow } from '../../image/image-columns.js';
import { oneLine, type SentMetadata } from './image-headers.js';
import type { Json } from '../wire/json.js';

/**
 * What clients of the first Glance (2010) need beside version 1: paths without a version, a slash behind the
 * collection, `type` in place of the two formats, `uri` and `type` in lists, the store of the data, ids that are
 * no UUIDs (contract C27). All of it is here, and none of it happens unless LEGACY_PATHS is on.
 */
export interface LegacyWords {
  /** What must be read of an image for them. */
  relations: readonly ('properties' | 'store')[];
  /** An entry of a list, with where the image is, its type if it has one, and the store if that was read. */
  entry(image: ImageRow, entry: Json): Json;
  headers(image: ImageRow): [name: string, value: string][];
}

/** A path without a version as the path within version 1; undefined for one that is no image path. */
export function unversionedPath(path: string): string | undefined {
  return path === '/images' || path.startsWith('/images/') ? path : undefined;
}

/** The collection may be asked for with a slash behind it. */
export function withoutSlash(path: string): string {
  return path === '/images/' ? '/images' : path;
}

/** Keeps a `type` as a property, as Glance's own migration did, and chooses the formats that it meant. */
export function withoutType({ core, properties }: SentMetadata): SentMetadata {
  const type = core.get('type');
  const rest = new Map([...core].filter(([name]) => name !== 'type'));
  if (!type) return { core: rest, properties };
  const formats = FORMATS.get(type);
  if (formats && !rest.has('disk_format') && !rest.has('container_format')) {
    rest.set('disk_format', formats.disk).set('container_format', formats.container);
  }
  return { core: rest, properties: new Map(properties).set('type', type) };
}

/** @param collection URL of the collection as it was asked for */
export function legacyWords(collection: string): LegacyWords {
  return {
    relations: ['properties', 'store'],
    entry: (image, entry) => {
      const type = image.properties?.find(({ name }) => name === 'type')?.value;
      const uri = `${collection}/${encodeURIComponent(image.id)}`;
      const { store } = image;
      return { ...(entry as object), uri, ...(type ? { type } : {}), ...(store ? { store } : {}) };
    },
    headers: ({ store }) => (store ? [['X-Image-Meta-Store', oneLine(store)]] : []),
  };
}

const FORMATS = new Map([
  ['kernel', { disk: 'aki', container: 'aki' }],
  ['ramdisk', { disk: 'ari', container: 'ari' }],
  ['machine', { disk: 'ami', container: 'ami' }],
  ['raw', { disk: 'raw', container: 'bare' }],
]);
