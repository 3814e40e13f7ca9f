import type { ImageRow } from '../../image/records/image-columns.js';
import { oneLine, type SentMetadata } from './image-headers.js';
import type { Json } from '../shared/python-json.js';

/**
 * The fields that clients of the first Glance (2010) expect in addition to version 1's. These clients use paths without a
 * version, a slash after the collection, `type` in place of the two formats, and ids that are not UUIDs. They read `uri`,
 * `type` and the store of each image (contract C27). This module holds all of it, and LEGACY_PATHS turns it on.
 */
export interface LegacyFields {
  /** The URL of the collection as the client sent it. */
  collection: string;
  /** True for a path without a version: such a client knows only 200 as success, and requests no further pages. */
  isUnversioned: boolean;
  /** The relations of an image that these fields need. */
  relations: readonly ('properties' | 'store')[];
  /** Returns an image in JSON with its URI, its type if it has one, and its store if that was read. */
  entry(image: ImageRow, json: Json): Json;
  headers(image: ImageRow): [name: string, value: string][];
}

/** Returns the path within version 1 for an image path without a version; undefined for other paths. */
export function unversionedPath(path: string): string | undefined {
  return path === '/images' || path.startsWith('/images/') ? path : undefined;
}

/** Removes the slash that may follow the collection. */
export function withoutSlash(path: string): string {
  return path === '/images/' ? '/images' : path;
}

/** The core names in headers that version 1 does not have. */
export const LEGACY_NAMES = ['type', 'properties'];

/**
 * Keeps `type` as a property, like Glance's own migration, and chooses the formats for it. Drops `properties`: it repeats
 * in Python's notation the properties that the client also sends in one header each.
 */
export function withoutLegacyNames({ core, properties }: SentMetadata): SentMetadata {
  const type = core.get('type');
  const rest = new Map([...core].filter(([name]) => !LEGACY_NAMES.includes(name)));
  if (!type) return { core: rest, properties };
  const formats = FORMATS.get(type);
  if (formats && !rest.has('disk_format') && !rest.has('container_format')) {
    rest.set('disk_format', formats.disk).set('container_format', formats.container);
  }
  return { core: rest, properties: new Map(properties).set('type', type) };
}

export function legacyFields(collection: string, isUnversioned: boolean): LegacyFields {
  const uriOf = ({ id }: ImageRow) => `${collection}/${encodeURIComponent(id)}`;
  return {
    collection,
    isUnversioned,
    relations: ['properties', 'store'],
    entry: (image, json) => {
      const type = typeOf(image);
      const { store } = image;
      return {
        ...(json as object),
        uri: uriOf(image),
        ...(type ? { type } : {}),
        ...(store ? { store } : {}),
      };
    },
    headers: (image) => {
      const type = typeOf(image);
      const { store } = image;
      return [
        ['X-Image-Meta-Uri', uriOf(image)],
        ...(type ? [['X-Image-Meta-Type', oneLine(type)] as [string, string]] : []),
        ...(store ? [['X-Image-Meta-Store', oneLine(store)] as [string, string]] : []),
      ];
    },
  };
}

/** Returns the type that a client gave the image, or the type for its formats. */
function typeOf({ properties = [], diskFormat, containerFormat }: ImageRow): string | undefined {
  const given = properties.find(({ name }) => name === 'type')?.value;
  if (given) return given;
  const [implied] = [...FORMATS].find(
    ([, { disk, container }]) => disk === diskFormat && container === containerFormat,
  ) ?? [undefined];
  return implied;
}

const FORMATS = new Map([
  ['kernel', { disk: 'aki', container: 'aki' }],
  ['ramdisk', { disk: 'ari', container: 'ari' }],
  ['machine', { disk: 'ami', container: 'ami' }],
  ['raw', { disk: 'raw', container: 'bare' }],
]);
