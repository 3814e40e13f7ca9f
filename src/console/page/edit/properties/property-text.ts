import { texts } from '../../texts/texts.js';

/** The properties in a pasted text, and a sentence for each line that has none. */
export interface Pasted {
  properties: ReadonlyMap<string, string>;
  faults: readonly string[];
}

/** Reads lines `name=value`, or JSON: an object, or a list of objects with `name` and `value`. */
export function readProperties(text: string): Pasted {
  const trimmed = text.trim();
  return /^[{[]/.test(trimmed) ? readJson(trimmed) : readLines(text);
}

/** Writes lines `name=value`; JSON where lines would not hold the same. */
export function writeProperties(properties: readonly (readonly [name: string, value: string])[]): string {
  const lines = properties.map(([name, value]) => `${name}=${value}`).join('\n');
  const { properties: found, faults } = readProperties(lines);
  const isSame =
    faults.length === 0 &&
    found.size === properties.length &&
    properties.every(([name, value]) => found.get(name) === value);
  return isSame ? lines : JSON.stringify(Object.fromEntries(properties), null, 2);
}

function readLines(text: string): Pasted {
  const properties = new Map<string, string>();
  const faults: string[] = [];
  text.split(/\r?\n/).forEach((line, nth) => {
    const at = line.indexOf('=');
    if (line.trim() === '') return;
    if (at < 1) faults.push(texts.properties.noPair(nth + 1));
    else properties.set(line.slice(0, at).trim(), line.slice(at + 1));
  });
  return { properties, faults };
}

function readJson(text: string): Pasted {
  try {
    const found: unknown = JSON.parse(text);
    const pairs = Array.isArray(found) ? found.map(pairIn) : Object.entries(found as object);
    const isFit = pairs.every(([name, value]) => typeof name === 'string' && isPlain(value));
    if (isFit)
      return { properties: new Map(pairs.map(([name, value]) => [name, String(value)])), faults: [] };
  } catch {
    // Said below.
  }
  return { properties: new Map(), faults: [texts.properties.noJson] };
}

function pairIn(each: unknown): [name: string, value: unknown] {
  const { name, value } = (each ?? {}) as { name: string; value: unknown };
  return [name, value];
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}
