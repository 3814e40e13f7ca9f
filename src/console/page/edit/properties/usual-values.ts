import type { Definition } from '../../gateway/use-definitions.js';
import { texts } from '../../texts/texts.js';

type Rules = Pick<Definition, 'type' | 'values' | 'minimum' | 'maximum'>;

/** Returns the values to choose from; none where any text may be usual. */
export function usualValues(definitions: readonly Rules[]): readonly string[] {
  const lists = definitions.map(valuesIn);
  return lists.every(({ length }) => length > 0) ? [...new Set(lists.flat())] : [];
}

/** Returns the sentence that marks a value which no definition expects; undefined for others. The gateway takes both. */
export function unusual(definitions: readonly Rules[], value: string): string | undefined {
  const marks = definitions.map((each) => unusualIn(each, value));
  return marks.includes(undefined) ? undefined : marks[0];
}

function valuesIn({ type, values }: Rules): readonly string[] {
  if (type === 'BOOLEAN') return FLAGS;
  return type === 'LIST' ? [] : values;
}

function unusualIn({ type, values, minimum, maximum }: Rules, value: string): string | undefined {
  const { properties: labels } = texts;
  if (type === 'LIST') return undefined;
  if (type === 'BOOLEAN') return FLAGS.includes(value.toLowerCase()) ? undefined : labels.notUsual;
  if (values.length > 0) return values.includes(value) ? undefined : labels.notUsual;
  if (type === 'STRING') return undefined;
  if (!NUMBERS[type].test(value)) return type === 'INTEGER' ? labels.notWhole : labels.notNumber;
  const isWithin = Number(value) >= (minimum ?? -Infinity) && Number(value) <= (maximum ?? Infinity);
  return isWithin ? undefined : labels.notWithin(minimum ?? null, maximum ?? null);
}

const FLAGS = ['true', 'false'];
const NUMBERS = { INTEGER: /^[+-]?\d+$/, NUMBER: /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i };
