import { isUtf8 } from 'node:buffer';
import { isoTime } from '../../image/date-time.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import { RestError } from '../shared/rest-error.js';
import { IMAGE_KEYS } from '../shared/image-json.js';

/** The metadata of an image in the headers of a request, as text; null for an empty value (contract C7.5). */
export interface SentMetadata {
  core: ReadonlyMap<string, string | null>;
  properties: ReadonlyMap<string, string | null>;
}

/**
 * Reads the metadata of an image from the headers of a request. In names, letter case does not count, and dash and
 * underscore are equal (contract C1.3, C7.1 to C7.4). The values of a repeated header are joined (C1.4).
 *
 * @param alsoKnown further core names
 * @throws RestError 400 for an unknown core name
 */
export function sentMetadata(rawHeaders: readonly string[], alsoKnown: readonly string[] = []): SentMetadata {
  const core = new Map<string, string | null>();
  const properties = new Map<string, string | null>();
  for (const [name, value] of foldedHeaders(rawHeaders)) {
    if (!name.startsWith(PREFIX)) continue;
    const isProperty = name.startsWith(PROPERTY_PREFIX);
    const key = name.slice(isProperty ? PROPERTY_PREFIX.length : PREFIX.length);
    if (!isProperty && !CORE_NAMES.has(key) && !alsoKnown.includes(key))
      throw new RestError(400, { detail: `Bad header: ${name.replaceAll('_', '-')}` });
    (isProperty ? properties : core).set(key, value === '' ? null : value);
  }
  return { core, properties };
}

/** Returns a header of a request by its name with underscores in place of dashes; undefined without this header. */
export function sentHeader(rawHeaders: readonly string[], name: string): string | undefined {
  return foldedHeaders(rawHeaders).get(name);
}

/**
 * Returns the headers that describe an image (contract C6.7), without null values; booleans are `True` and `False`. Other
 * programs write rows that do not fit into headers. So a control character becomes a space, a property is left out if its
 * name is not a token, and the last of several properties counts if their names make the same header.
 */
export function imageHeaders(image: ImageRow): [name: string, value: string][] {
  const headers = new Map<string, [string, string]>();
  for (const [key, field] of Object.entries(IMAGE_KEYS)) {
    const value = headerValue(key, image[field as keyof ImageRow] as string | number | null);
    if (value !== null) headers.set(key, [`X-Image-Meta-${capitalized(key)}`, value]);
  }
  const properties = [...(image.properties ?? [])].sort((one, other) => one.id! - other.id!);
  for (const { name, value } of properties) {
    const key = name.toLowerCase();
    if (value === null || !/^[!#$%&'*+.^_`|~0-9a-z-]*$/.test(key)) continue;
    const header = `X-Image-Meta-Property-${key.split('-').map(capitalized).join('-')}`;
    headers.set(`property ${key.replaceAll('-', '_')}`, [header, oneLine(value)]);
  }
  return [...headers.values(), ...entityTag(image)];
}

/** Returns the header with the checksum; HTTP requires quotes around it, but version 1 has none (contract C6.9). */
export function entityTag(image: ImageRow): [name: string, value: string][] {
  return image.checksum ? [['Etag', oneLine(image.checksum)]] : [];
}

const PREFIX = 'x_image_meta_';
const PROPERTY_PREFIX = 'x_image_meta_property_';

/** Names that may follow `x-image-meta-` (contract C7.2). */
const CORE_NAMES = new Set([
  'location',
  'size',
  'is_public',
  'disk_format',
  'container_format',
  'name',
  'status',
  'copy_from',
  'uri',
  'checksum',
  'created_at',
  'updated_at',
  'deleted_at',
  'min_ram',
  'min_disk',
  'owner',
  'store',
  'id',
  'protected',
  'deleted',
  'virtual_size',
]);

function foldedHeaders(rawHeaders: readonly string[]): Map<string, string> {
  const folded = new Map<string, string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at].toLowerCase().replaceAll('-', '_');
    const value = utf8(rawHeaders[at + 1]);
    const before = folded.get(name);
    folded.set(name, before === undefined ? value : `${before},${value}`);
  }
  return folded;
}

/** Decodes a header as UTF-8, since Node reads it as Latin-1 and clients write UTF-8 (contract C1.8). Other bytes stay Latin-1. */
function utf8(value: string): string {
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : value;
}

function headerValue(key: string, value: string | number | null | undefined): string | null {
  if (value === null || value === undefined) return null;
  if (BOOLEANS.has(key)) return Number(value) === 1 ? 'True' : 'False';
  return key.endsWith('_at') ? isoTime(String(value)).slice(0, -1) : oneLine(String(value));
}

const BOOLEANS = new Set(['is_public', 'protected', 'deleted']);

/** Replaces control characters with spaces, since a header must not have them. */
export function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f]/g, ' ');
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
