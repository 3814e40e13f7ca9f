/** A source map, as far as it is read here (specification of source maps, version 3). */
export interface SourceMap {
  sources: string[];
  /** The letters as bytes. */
  mappings: Uint8Array;
}

/** A place in a text. Lines and columns count from 0. */
export interface Place {
  line: number;
  column: number;
}

export interface SourcePlace extends Place {
  source: string;
}

/**
 * Reads a source map as esbuild writes it. The mappings, nearly all of the file, stay where they are: as texts they would
 * make the heap grow by three times the size of the file.
 *
 * @throws SyntaxError for another file
 */
export function readSourceMap(file: Buffer): SourceMap {
  const start = file.indexOf(MAPPINGS) + MAPPINGS.length;
  const end = file.indexOf('"', start);
  const rest = file.toString('utf8', 0, start) + file.toString('utf8', end);
  const { sources } = JSON.parse(rest) as { sources: string[] };
  return { sources, mappings: file.subarray(start, end) };
}

const MAPPINGS = '"mappings": "';

/**
 * Finds the sources of places. Reads the map once, and keeps nothing of it. Node's own class would keep every mapping:
 * for the program 100 MB, after half a second in which the gateway answers nobody.
 *
 * @returns for each place its source, or undefined when the map has none
 */
export function findSources(map: SourceMap, places: Place[]): (SourcePlace | undefined)[] {
  const lines = new Set(places.map(({ line }) => line));
  const found = places.map((): SourcePlace | undefined => undefined);
  readMappings(map.mappings, (line, [column, source, sourceLine, sourceColumn], hasSource) => {
    if (!lines.has(line)) return;
    for (const [index, place] of places.entries()) {
      if (place.line !== line || place.column < column) continue;
      found[index] = hasSource
        ? { source: map.sources[source], line: sourceLine, column: sourceColumn }
        : undefined;
    }
  });
  return found;
}

/** Column, number of the source, line there, column there, number of the name. */
type Fields = [number, number, number, number, number];

/** Calls back for each mapping, in the order of their places. The fields are valid until the callback returns. */
function readMappings(
  mappings: Uint8Array,
  mapping: (line: number, fields: Fields, hasSource: boolean) => void,
): void {
  const fields: Fields = [0, 0, 0, 0, 0];
  let line = 0;
  let count = 0;
  let value = 0;
  let shift = 0;
  for (let at = 0; at <= mappings.length; at += 1) {
    const letter = at < mappings.length ? mappings[at] : SEMICOLON;
    if (letter === COMMA || letter === SEMICOLON) {
      if (count > 0) mapping(line, fields, count > 1);
      count = 0;
      if (letter === COMMA) continue;
      line += 1;
      fields[0] = 0;
      continue;
    }
    const digit = DIGITS[letter];
    value |= (digit & 31) << shift;
    shift += 5;
    if (digit & CONTINUES) continue;
    fields[count] += value & 1 ? -(value >> 1) : value >> 1;
    count += 1;
    value = 0;
    shift = 0;
  }
}

const COMMA = ','.charCodeAt(0);
const SEMICOLON = ';'.charCodeAt(0);

/** The bit of a digit that says that more digits of the same number follow. */
const CONTINUES = 32;

/** The values of the digits of Base64, by the codes of the letters. */
const DIGITS = new Uint8Array(128);
for (const [value, letter] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries())
  DIGITS[letter.charCodeAt(0)] = value;
