import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findSources, readSourceMap, type Place, type SourcePlace } from './source-map.js';

/** The folder of the built program, with a slash at its end. There is none while the program runs from `src/`. */
const PROGRAM = fileURLToPath(new URL('../program/', import.meta.url));

/** Place in a bundle, `name.js:line:column` → the place that it was compiled from. */
const known = new Map<string, string>();

/**
 * Names the source files in a stack trace of the built program, as in `src/image/ids.ts:12:3`. Node can do this for every
 * trace, but would read all source maps at the start, and keep them.
 *
 * @param program the folder of the built program, with a slash at its end
 */
export function withSourcePlaces(stack: string, program = PROGRAM): string {
  if (!stack.includes(program)) return stack;
  const inBundle = new RegExp(`${program.replace(/[^\w/]/g, '\\$&')}([\\w-]+\\.js:\\d+:\\d+)`, 'g');
  const places = [...stack.matchAll(inBundle)].map(([, place]) => place);
  const unknown = places.filter((place) => !known.has(place)).map(readPlace);
  for (const bundle of new Set(unknown.map(({ bundle }) => bundle)))
    learn(
      join(program, `${bundle}.map`),
      unknown.filter((place) => place.bundle === bundle),
    );
  return stack.replace(inBundle, (whole, place: string) => known.get(place) ?? whole);
}

interface BundlePlace extends Place {
  /** `name.js:line:column`. */
  text: string;
  bundle: string;
}

function readPlace(text: string): BundlePlace {
  const [bundle, line, column] = text.split(':');
  return { text, bundle, line: Number(line) - 1, column: Number(column) - 1 };
}

/** Finds the sources of places in one bundle. Without its source map, the places stay unknown. */
function learn(file: string, places: BundlePlace[]): void {
  try {
    const map = readSourceMap(readFileSync(file));
    for (const [index, place] of findSources(map, places).entries())
      if (place) known.set(places[index].text, written(place));
  } catch {
    // A trace without the names of sources is better than none.
  }
}

function written({ source, line, column }: SourcePlace): string {
  return `${source.replace(/^(\.\.\/)+/, '')}:${line + 1}:${column + 1}`;
}
