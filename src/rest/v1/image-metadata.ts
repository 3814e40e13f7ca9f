import { storedTime } from '../../image/date-time.js';
import { chosenFormats, type Formats } from '../../image/formats.js';
import { ImageError } from '../../image/errors.js';
import { RestError } from '../shared/rest-error.js';
import { v1Error } from './v1-errors.js';
import { sentHeader, sentMetadata } from './image-headers.js';
import { LEGACY_NAMES, withoutLegacyNames } from './legacy-paths.js';

/** The checked metadata of a request that creates or changes an image. An absent field is undefined, an empty one null. */
export interface ImageMetadata {
  id?: string | null;
  name?: string | null;
  status?: string | null;
  diskFormat?: string | null;
  containerFormat?: string | null;
  size?: number;
  virtualSize?: number | null;
  checksum?: string | null;
  minDisk?: number;
  minRam?: number;
  owner?: string | null;
  isPublic?: boolean;
  protected?: boolean;
  deleted?: boolean;
  createdAt?: string;
  updatedAt?: string;
  deletedAt?: string;
  store?: string | null;
  properties: ReadonlyMap<string, string | null>;
  /** The URL of data at a source, to attach; empty if the header is empty. */
  location?: string;
  /** The URL of data at a source, to import; empty if the header is empty. */
  copyFrom?: string;
  /** The request carries data. */
  hasBody: boolean;
  /** The change removes all properties that the request does not name (contract C12.7). */
  purges: boolean;
}

export interface MetadataRules {
  formats: Formats;
  imageSizeCap: number;
  legacyPaths: boolean;
}

/** The part of Node's request that metadata is read from. */
export interface MetadataRequest {
  headers: { 'content-length'?: string; 'transfer-encoding'?: string };
  rawHeaders: readonly string[];
}

/**
 * Reads and checks the headers of POST and PUT, in the order of contract C8.
 *
 * @throws RestError 400 for the first wrong header
 */
export function imageMetadata(request: MetadataRequest, rules: MetadataRules): ImageMetadata {
  const { core, properties } = rules.legacyPaths
    ? withoutLegacyNames(sentMetadata(request.rawHeaders, LEGACY_NAMES))
    : sentMetadata(request.rawHeaders);
  const text = (key: string) => core.get(key);
  const size = integer('size', core);
  const minDisk = integer('min_disk', core);
  const minRam = integer('min_ram', core);
  const virtualSize = text('virtual_size') === 'None' ? null : integer('virtual_size', core);
  const formats = formatsOf(core, rules.formats);
  const [createdAt, updatedAt, deletedAt] = ['created_at', 'updated_at', 'deleted_at'].map((key) =>
    time(key, core),
  );
  refuseLong(text('name'), text('checksum'));
  const hasBody = hasData(request.headers);
  refuseLarge(Number(request.headers['content-length'] ?? 0) || size, rules.imageSizeCap);
  const purge = sentHeader(request.rawHeaders, 'x_glance_registry_purge_props');
  return {
    id: text('id'),
    name: text('name'),
    status: text('status'),
    ...formats,
    size,
    virtualSize,
    checksum: text('checksum'),
    minDisk,
    minRam,
    owner: text('owner'),
    isPublic: flag(text('is_public')),
    protected: flag(text('protected')),
    deleted: flag(text('deleted')),
    createdAt,
    updatedAt,
    deletedAt,
    store: text('store'),
    properties,
    location: core.has('location') ? (text('location') ?? '') : undefined,
    copyFrom: sentHeader(request.rawHeaders, 'x_glance_api_copy_from'),
    hasBody,
    purges: !hasBody && (purge === undefined || flag(purge) === true),
  };
}

/** Returns true if data follows the headers of POST or PUT (contract C1.7). */
function hasData(headers: MetadataRequest['headers']): boolean {
  const encoding = headers['transfer-encoding']?.toLowerCase();
  if (['chunked', 'compress', 'deflate', 'gzip', 'identity'].includes(encoding ?? '')) return true;
  return Number(headers['content-length'] ?? 0) > 0;
}

type Core = ReadonlyMap<string, string | null>;

function integer(key: string, core: Core): number | undefined {
  const sent = core.get(key);
  if (sent === undefined) return undefined;
  const wrong = (problem: string) =>
    new RestError(400, {
      explanation: `Invalid value '${sent ?? 'None'}' for parameter '${key}': ${problem}`,
    });
  if (sent === null || !/^\s*[+-]?\d+\s*$/.test(sent)) {
    throw wrong(`Cannot convert image ${key} '${sent ?? 'None'}' to an integer.`);
  }
  const value = Number(sent);
  if (value < 0) throw wrong('Cannot be a negative value.');
  return value + 0;
}

/** Returns true for a word that means true; every other text is false and not an error (contract C7.7). */
function flag(sent: string | null | undefined): boolean | undefined {
  if (sent === undefined) return undefined;
  return ['1', 't', 'true', 'on', 'y', 'yes'].includes((sent ?? '').trim().toLowerCase());
}

function formatsOf(core: Core, allowed: Formats): Pick<ImageMetadata, 'diskFormat' | 'containerFormat'> {
  const known = (key: string, words: string, formats: readonly string[]) => {
    const sent = core.get(key);
    if (sent === undefined || (sent !== null && formats.includes(sent))) return sent ?? undefined;
    throw new RestError(400, { explanation: `Invalid ${words} format '${sent ?? 'None'}' for image.` });
  };
  const diskFormat = known('disk_format', 'disk', allowed.disk);
  const containerFormat = known('container_format', 'container', allowed.container);
  try {
    return chosenFormats({ diskFormat, containerFormat }, allowed);
  } catch (error) {
    throw error instanceof ImageError ? v1Error(error, 'reserve') : error;
  }
}

/** Reads a time. Its zone is ignored (contract C8.6). */
function time(key: string, core: Core): string | undefined {
  const sent = core.get(key);
  if (sent === undefined || sent === null) return undefined;
  const stored = storedTime(sent, 'ignored');
  if (stored && Number(stored.slice(0, 4)) >= 1900) return stored;
  throw new RestError(400, { explanation: `Invalid time format for ${key}.` });
}

function refuseLong(name: string | null | undefined, checksum: string | null | undefined): void {
  const length = Array.from(name ?? '').length;
  if (length > 255) throw new RestError(400, { explanation: `Image name too long: ${length}` });
  if ((checksum ?? '').length <= 32) return;
  throw new RestError(400, { explanation: `Invalid checksum '${checksum}': can't exceed 32 characters` });
}

function refuseLarge(size: number | undefined, cap: number): void {
  if ((size ?? 0) <= cap) return;
  throw new RestError(400, { explanation: `Denying attempt to upload image larger than ${cap} bytes.` });
}
