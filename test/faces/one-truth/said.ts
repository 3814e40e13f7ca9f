import { meta } from '../../support/v1-client.js';
import type { GraphqlInput, Operation, PropertyChanges } from './operations.js';
import type { Image } from './model.js';

/** The fields of an image that a request sets. An undefined field stays as it is. */
export type Change = Partial<
  Pick<
    Image,
    | 'name'
    | 'diskFormat'
    | 'containerFormat'
    | 'size'
    | 'checksum'
    | 'minDisk'
    | 'minRam'
    | 'owner'
    | 'visibility'
    | 'protected'
    | 'hidden'
  >
> & {
  properties: { name: string; value: string | null }[];
  removes: readonly string[] | 'others';
};

const DISK = ['ami', 'ari', 'aki', 'raw', 'qcow2'];
const CONTAINER = ['ami', 'ari', 'aki', 'bare', 'ovf'];
const AMAZON = ['ami', 'ari', 'aki'];
const NUMBERS = { min_disk: 'minDisk', min_ram: 'minRam', size: 'size' } as const;
const MOST = 2147483647;

/** The headers of version 1, read as contract C7 and C8 say. */
export function v1Change(
  operation: Operation & { face: 'v1'; does: 'create' | 'update' },
): Change | 'refused' {
  const core = new Map<string, string | null>();
  const properties = new Map<string, string | null>();
  for (const [name, value] of folded(operation.fields)) {
    const property = /^property_(.*)$/.exec(name)?.[1];
    if (property === undefined) core.set(name, value === '' ? null : value);
    else properties.set(property, value === '' ? null : value);
  }
  const change: Change = {
    properties: [...properties].map(([name, value]) => ({ name, value })),
    removes: operation.does === 'update' && operation.purges && operation.body === undefined ? 'others' : [],
  };
  for (const [header, field] of Object.entries(NUMBERS)) {
    const sent = core.get(header);
    if (sent === undefined) continue;
    if (!/^[+]?\d+$/.test(sent ?? '') || Number(sent) > MOST) return 'refused';
    change[field] = Number(sent);
  }
  for (const header of ['disk_format', 'container_format']) {
    const [field, known] =
      header === 'disk_format' ? (['diskFormat', DISK] as const) : (['containerFormat', CONTAINER] as const);
    const sent = core.get(header);
    if (sent === undefined) continue;
    if (sent === null || !known.includes(sent)) return 'refused';
    change[field] = sent;
  }
  const checksum = core.get('checksum');
  if ((checksum ?? '').length > 32) return 'refused';
  if (core.has('checksum')) change.checksum = checksum;
  if (core.has('name')) change.name = core.get('name');
  if (core.has('owner')) change.owner = core.get('owner');
  const truth = (sent: string | null | undefined) =>
    ['true', 'yes', 'on'].includes((sent ?? '').toLowerCase());
  if (core.has('is_public')) change.visibility = truth(core.get('is_public')) ? 'public' : 'shared';
  if (core.has('protected')) change.protected = truth(core.get('protected'));
  return storable(change);
}

/** Names folded, values of one name joined (contract C1.3, C1.4); HTTP cuts blanks from both ends of a value. */
function folded(fields: Record<string, string>): Map<string, string> {
  const sent = new Map<string, [name: string, value: string]>();
  for (const [name, value] of Object.entries(meta(fields))) sent.set(name.toLowerCase(), [name, value]);
  const all = new Map<string, string>();
  for (const [name, [, value]] of sent) {
    const key = name.replaceAll('-', '_').slice('x_image_meta_'.length);
    const cut = value.replace(/^[ \t]+|[ \t]+$/g, '');
    all.set(key, all.has(key) ? `${all.get(key)},${cut}` : cut);
  }
  return all;
}

/** The input of GraphQL, which refuses what no face could show. */
export function graphqlChange(
  operation: Operation & { face: 'graphql'; does: 'create' | 'update' },
): Change | 'refused' {
  const { input } = operation;
  const asked: PropertyChanges =
    operation.does === 'create' ? { set: operation.properties } : operation.properties;
  const set = asked.replaceAll ?? asked.set ?? [];
  const removes = asked.replaceAll ? 'others' : (asked.remove ?? []);
  if (hasTwice(set.map(({ name }) => name))) return 'refused';
  if (removes !== 'others' && (hasTwice(removes) || set.some(({ name }) => removes.includes(name))))
    return 'refused';
  if (set.some(({ name, value }) => name === '' || hasControl(name) || hasControl(value, /[\t\n\r]/g))) {
    return 'refused';
  }
  if (hasControl(input.name ?? '') || (input.minDisk ?? 0) < 0) return 'refused';
  if (isUnknown(input.diskFormat, DISK) || isUnknown(input.containerFormat, CONTAINER)) return 'refused';
  const { visibility, ...rest } = withoutNull(input, operation.does === 'create');
  const change: Change = { ...rest, properties: set, removes };
  if (visibility) change.visibility = visibility.toLowerCase() as Image['visibility'];
  return storable(change);
}

/** On creation null says no more than nothing. */
function withoutNull<T extends GraphqlInput>(input: T, drops: boolean): T {
  return drops
    ? (Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null)) as T)
    : input;
}

/** The checks that both faces share: lengths, characters of four bytes, and the rule for Amazon's formats (contract C8). */
function storable(change: Change): Change | 'refused' {
  const texts = [change.name, ...change.properties.flatMap(({ name, value }) => [name, value])];
  if (texts.some((text) => /[\u{10000}-\u{10ffff}]/u.test(text ?? ''))) return 'refused';
  if ((change.name ?? '').length > 255 || change.properties.some(({ name }) => name.length > 255))
    return 'refused';
  const chosen = [change.diskFormat, change.containerFormat];
  const amazon = chosen.find((format) => AMAZON.includes(format ?? ''));
  if (!amazon) return change;
  if (chosen.some((format) => format !== undefined && format !== amazon)) return 'refused';
  return { ...change, diskFormat: amazon, containerFormat: amazon };
}

const hasTwice = (names: readonly string[]) => new Set(names).size < names.length;
const isUnknown = (format: string | null | undefined, known: readonly string[]) =>
  typeof format === 'string' && !known.includes(format);

function hasControl(text: string, allowed = /(?!)/g): boolean {
  // eslint-disable-next-line no-control-regex
  return /[\u0000-\u001f\u007f]/.test(text.replace(allowed, ''));
}
