import { isStorable, storedTime } from '../../image/date-time.js';
import { Visibility } from '../../image/records/image.js';
import type { ImageValues } from '../../image/records/image-records.js';
import type { WantedLocation } from '../../image/records/location-records.js';
import type { ChangedRecord, NewRecord } from '../../image/change/record-service.js';
import { isObject, isTrueInPython } from '../shared/json-body.js';
import { RestError } from '../shared/rest-error.js';

type Sent = Record<string, unknown>;

/** The options for reading a body (contract C27). */
export interface BodyRules {
  /** A new record must have a status. */
  strict: boolean;
  /** Accepts the status `available` and a list of properties, as the first clients send them. */
  legacy: boolean;
}

/**
 * Reads a new record from a body (contract C23.7). Ignores unknown names.
 *
 * @throws RestError 400 for values of a wrong shape (contract C29.8)
 */
export function newRecord(body: object | undefined, rules: BodyRules): NewRecord {
  const sent = imageIn(body);
  const preset = rules.strict ? undefined : 'active';
  const status = Object.hasOwn(sent, 'status') ? statusOf(sent, rules) : preset;
  const times = Object.fromEntries(TIMES.map(([key, field]) => [field, timeOf(key, sent[key])]));
  return {
    ...changesIn(sent, rules),
    id: textOf('id', sent.id) ?? undefined,
    values: {
      size: null,
      visibility: Visibility.SHARED,
      ...valuesOf(sent),
      ...times,
      deleted: isTrueInPython(sent.deleted),
      status,
    },
  };
}

/**
 * Reads the changes to a record from a body (contract C23.9). Ignores times and the flag of deletion.
 *
 * @throws RestError 400 for values of a wrong shape (contract C29.8)
 */
export function changedRecord(body: object | undefined, rules: BodyRules, purges: boolean): ChangedRecord {
  const sent = imageIn(body);
  const status = Object.hasOwn(sent, 'status') ? { status: statusOf(sent, rules) ?? 'None' } : {};
  return {
    ...changesIn(sent, rules),
    id: textOf('id', sent.id) ?? undefined,
    values: { ...valuesOf(sent), ...status },
    fromStatus: textOf('from_state', (body as Sent).from_state) || undefined,
    purges,
  };
}

const TEXTS = {
  name: 'name',
  disk_format: 'diskFormat',
  container_format: 'containerFormat',
  checksum: 'checksum',
  owner: 'owner',
} as const;

const NUMBERS = {
  size: 'size',
  virtual_size: 'virtualSize',
  min_disk: 'minDisk',
  min_ram: 'minRam',
} as const;

const TIMES = [
  ['created_at', 'createdAt'],
  ['updated_at', 'updatedAt'],
  ['deleted_at', 'deletedAt'],
] as const;

function imageIn(body: object | undefined): Sent {
  const image = isObject(body) ? body.image : undefined;
  if (isObject(image)) return image;
  throw bad("The body must be an object with an object 'image'.");
}

function changesIn(sent: Sent, { legacy }: BodyRules): Pick<NewRecord, 'properties' | 'locations'> {
  const { properties } = sent;
  const isList = legacy && Array.isArray(properties);
  return {
    properties: isList ? listedProperties(properties) : propertiesOf(properties),
    locations: locationsOf(sent),
  };
}

function statusOf({ status }: Sent, { legacy }: BodyRules): string | undefined {
  const sent = textOf('status', status) ?? undefined;
  return legacy && sent === 'available' ? 'active' : sent;
}

function valuesOf(sent: Sent): ImageValues {
  const values: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(TEXTS)) {
    if (Object.hasOwn(sent, key)) values[field] = textOf(key, sent[key]);
  }
  // An empty owner means no owner (contract C9.3).
  if (values.owner === '') values.owner = null;
  for (const [key, field] of Object.entries(NUMBERS)) {
    if (!Object.hasOwn(sent, key)) continue;
    // Python uses 0 in place of every falsy value.
    const isZero = key.startsWith('min_') && !isTrueInPython(sent[key]);
    values[field] = isZero ? 0 : numberOf(key, sent[key]);
  }
  if (Object.hasOwn(sent, 'protected')) values.protected = isTrueInPython(sent.protected);
  if (Object.hasOwn(sent, 'visibility')) values.visibility = visibilityOf(sent);
  else if (Object.hasOwn(sent, 'is_public')) {
    values.visibility = isTrueInPython(sent.is_public) ? Visibility.PUBLIC : Visibility.SHARED;
  }
  return values as ImageValues;
}

/** @returns null for null and for a missing value */
function textOf(key: string, value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  throw bad(`Invalid value for parameter '${key}': it must be a text.`);
}

function numberOf(key: string, value: unknown): number | null {
  if (value === null) return null;
  if (typeof value === 'number' || typeof value === 'boolean') return Math.trunc(Number(value));
  if (typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value)) return Number(value);
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  throw bad(
    `Invalid value '${shown}' for parameter '${key}': Cannot convert image ${key} '${shown}' to an integer.`,
  );
}

function visibilityOf(sent: Sent): Visibility {
  if (Object.hasOwn(sent, 'is_public')) throw bad("Say either 'is_public' or 'visibility'.");
  const word = Object.values(Visibility).find((each) => each === sent.visibility);
  if (word) return word;
  throw bad(`Invalid value for parameter 'visibility': it must be one of ${WORDS}.`);
}

const WORDS = Object.values(Visibility).join(', ');

/** Reads a time. Its zone is ignored (contract C8.6). */
function timeOf(key: string, value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const time = storedTime(value, 'ignored');
  if (time && isStorable(time)) return time;
  throw bad(`Invalid time format for ${key}.`);
}

function propertiesOf(sent: unknown): Map<string, string | null> {
  if (sent === undefined || sent === null) return new Map();
  if (!isObject(sent)) throw bad("The 'properties' must be an object.");
  return new Map(Object.entries(sent).map(([name, value]) => [name, textOf(name, value)]));
}

/** Reads properties as the API of 2011 has them: a list of objects with a name, or key, and a value. */
function listedProperties(sent: readonly unknown[]): Map<string, string | null> {
  return new Map(
    sent.map((entry) => {
      const name: unknown = isObject(entry) ? (entry.name ?? entry.key) : undefined;
      if (typeof name !== 'string') throw bad("An entry of 'properties' must have a 'name' and a 'value'.");
      return [name, textOf(name, (entry as Sent).value)];
    }),
  );
}

/**
 * Reads the locations from `location`, `locations` and `location_data` together. If several have one URL, the last of
 * these three counts, since it has more fields (contract C23.7). URLs may be encrypted and are not parsed.
 */
function locationsOf({ location, locations, location_data: data }: Sent): WantedLocation[] {
  const byUrl = new Map<string, WantedLocation>();
  const add = (url: string) => byUrl.set(url, { url, metadata: {}, status: 'active' });
  const first = textOf('location', location);
  if (first) add(first);
  for (const url of listOf('locations', locations)) {
    if (typeof url !== 'string') throw bad("The 'locations' must be texts.");
    add(url);
  }
  for (const entry of listOf('location_data', data)) {
    const location = sentLocation(entry);
    byUrl.set(location.url, location);
  }
  return [...byUrl.values()];
}

/** Reads a location as glance-api writes it. @throws RestError 400 for one without a `url` */
export function sentLocation(entry: unknown): WantedLocation {
  if (!isObject(entry) || typeof entry.url !== 'string')
    throw bad("An entry of 'location_data' must have a 'url'.");
  return {
    url: entry.url,
    metadata: isObject(entry.metadata) ? entry.metadata : {},
    status: typeof entry.status === 'string' ? entry.status : 'active',
    ...(Number.isSafeInteger(entry.id) ? { id: entry.id as number } : {}),
  };
}

function listOf(key: string, value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw bad(`The '${key}' must be a list.`);
}

function bad(explanation: string): RestError {
  return new RestError(400, { explanation });
}
