import type { PropertyChangesInput } from '../../gateway/operations.js';
import { texts } from '../../texts/texts.js';

/** Name → value; undefined for a property that is removed. */
export type Properties = Readonly<Record<string, string | undefined>>;

export type RowState = 'same' | 'new' | 'changed' | 'removed';

/** A line of the table of properties. */
export interface PropertyRow {
  name: string;
  value: string;
  state: RowState;
}

const LONGEST_NAME = 255;
const MOST_BYTES = 65_535;
// eslint-disable-next-line no-control-regex -- the gateway takes no control characters in names
const CONTROL = /[\u0000-\u001f\u007f]/;
// eslint-disable-next-line no-control-regex -- in values it takes tabs and line breaks only
const CONTROL_IN_VALUE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** Returns the properties of an image by their names. No name is one of an object's own. */
export function propertiesOf(
  properties: readonly { name: string; value?: string | null }[],
): Record<string, string> {
  const all = Object.create(null) as Record<string, string>;
  for (const { name, value } of properties) all[name] = value ?? '';
  return all;
}

/** Returns the lines of the table by name. A removed property stays in its place, so that it can come back. */
export function rowsOf(base: Properties, mine: Properties): readonly PropertyRow[] {
  const names = [...new Set([...Object.keys(base), ...Object.keys(mine)])].sort();
  return names
    .filter((name) => base[name] !== undefined || mine[name] !== undefined)
    .map((name) => ({ name, value: mine[name] ?? base[name] ?? '', state: stateOf(base[name], mine[name]) }));
}

/** Returns only what differs; undefined where nothing does. */
export function changesOf(rows: readonly PropertyRow[]): PropertyChangesInput | undefined {
  const set = rows.filter(({ state }) => state === 'new' || state === 'changed');
  const remove = rows.filter(({ state }) => state === 'removed');
  if (set.length + remove.length === 0) return undefined;
  return {
    set: set.map(({ name, value }) => ({ name, value })),
    remove: remove.map(({ name }) => name),
  };
}

/** Returns what the gateway would refuse of a property; undefined for nothing. */
export function faultOf(name: string, value: string): string | undefined {
  if (name === '') return texts.properties.noName;
  if ([...name].length > LONGEST_NAME) return texts.properties.longName;
  if (CONTROL.test(name)) return texts.properties.controlInName;
  if (CONTROL_IN_VALUE.test(value)) return texts.properties.controlInValue;
  if (new TextEncoder().encode(value).length > MOST_BYTES) return texts.properties.longValue;
  return undefined;
}

/** Returns the number of properties that the image would have. */
export function countOf(rows: readonly PropertyRow[]): number {
  return rows.filter(({ state }) => state !== 'removed').length;
}

function stateOf(base: string | undefined, mine: string | undefined): RowState {
  if (mine === undefined) return 'removed';
  if (base === undefined) return 'new';
  return base === mine ? 'same' : 'changed';
}
