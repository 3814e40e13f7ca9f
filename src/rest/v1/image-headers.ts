import { isUtf8 } from 'node:buffer';
import { isoTime } from '../../image/date-time.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import { Fault } from '../shared/rest-error.js';
import { IMAGE_KEYS } from '../shared/image-json.js';

/** What the headers of a request say of an image, as text: null for an empty value (contract C7.5). */
export interface SentMetadata {
  core: ReadonlyMap<string, string | null>;
  properties: ReadonlyMap<string, string | null>;
}

/**
 * Collects the metadata of an image from the headers of a request. Names are folded: case does not count, and
 * dash and underscore are one (contract C1.3, C7.1 to C7.4); values sent twice are joined (C1.4).
 *
 * @param alsoKnown further core names
 * @throws Fault 400 for a core name that is not known
 */
export function sentMetadata(rawHeaders: readonly string[], alsoKnown: readonly string[] = []): SentMetadata {
  const core = new Map<string, string | null>();
  const properties = new Map<string, string | null>();
  for (const [name, value] of foldedHeaders(rawHeaders)) {
    if (!name.startsWith(PREFIX)) continue;
    const isProperty = name.startsWith(PROPERTY_PREFIX);
    const key = name.slice(isProperty ? PROPERTY_PREFIX.length : PREFIX.length);
    if (!isProperty && !CORE_NAMES.has(key) && !alsoKnown.includes(key))
      throw new Fault(400, { detail: `Bad header: ${name.replaceAll('_', '-')}` });
    (isProperty ? properties : core).set(key, value === '' ? null : value);
  }
  return { core, properties };
}

/** A header of a request, by its name with underscores for dashes; undefined when it was not sent. */
export function sentHeader(rawHeaders: readonly string[], name: string): string | undefined {
  return foldedHeaders(rawHeaders).get(name);
}

/**
 * An image as headers (contract C6.7): nulls are left out, booleans are `True` and `False`. What is in no shape
 * for a header is brought into one, since other programs write rows too: a control character becomes a blank,
 * a property whose name is no token is left out, and of names that fold to one the last row counts.
 */
export function imageHeaders(image: ImageRow): [name: string, value: string][] {
  const headers = new Map<string, [string, string]>();
  for (const [key, field] of Object.entries(IMAGE_KEYS)) {
    const value = headerValue(key, image[field as keyof ImageRow] as string | number | null);
    if (value !== null) headers.set(key, [`X-Image-Meta-${capitalized(key)}`, value]);
  }
  const properties = [...(image.properties ?? [])].sort((one, other) => one.id - other.id);
  for (const { name, value } of properties) {
    const key = name.toLowerCase();
    if (value === null || !/^[!#$%&'*+.^_`|~0-9a-z-]*$/.test(key)) continue;
    const header = `X-Image-Meta-Property-${key.split('-').map(capitalized).join('-')}`;
    headers.set(`property ${key.replaceAll('-', '_')}`, [header, oneLine(value)]);
  }
  return [...headers.values(), ...entityTag(image)];
}

/** The bare checksum, without the quotes that HTTP wants (contract C6.9). */
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

/** Node reads header bytes as Latin-1; clients write UTF-8 (contract C1.8). Bytes that are none stay Latin-1. */
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

/** Text as it may stand in a header. */
export function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f]/g, ' ');
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
