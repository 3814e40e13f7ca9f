import { badInput, type ImageError } from '../../image/errors.js';
import { quoted } from './form-errors.js';

/** The highest number of places of the file in one operation. */
const MOST_PLACES = 8;
const NO_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const INDEX = /^(0|[1-9]\d*)$/;

/** The file that `map` names, and its places in the variables. */
export interface MappedFile {
  /** The name of the form's part with the file. */
  readonly name: string;
  /** Puts a value into each place. */
  put(value: unknown): void;
}

/** A place in the variables: a list or object, and an index or key in it. */
interface Place {
  holder: Record<string, unknown>;
  key: string;
}

/**
 * Finds the places that `map` names. A place must exist in `variables` and be null. So a path never adds a key, never makes
 * a list longer and never leads to a prototype.
 *
 * @param operations the operation; only `put` changes it
 * @returns undefined for a map without files
 * @throws ImageError BAD_USER_INPUT
 */
export function mappedFile(map: unknown, operations: object): MappedFile | undefined {
  if (!isObject(map)) throw badMap('must be an object of lists of paths');
  const [file, ...others] = Object.entries(map);
  if (file === undefined) return undefined;
  if (others.length > 0) throw badMap('names more files than the one that a request may carry');
  const [name, paths] = file;
  if (!Array.isArray(paths) || paths.length === 0)
    throw badMap(`must give ${quoted(name)} a list of paths that begin with \`variables\``);
  if (paths.length > MOST_PLACES)
    throw badMap(`names ${paths.length} places; at most ${MOST_PLACES} are allowed`);
  if (new Set(paths).size < paths.length) throw badMap('names a place twice');
  const places = paths.map((path: unknown) => placeAt(path, operations));
  return {
    name,
    put(value) {
      for (const { holder, key } of places) holder[key] = value;
    },
  };
}

function placeAt(path: unknown, operations: object): Place {
  if (typeof path !== 'string') throw badMap('must be an object of lists of paths');
  const steps = path.split('.');
  const key = steps.pop()!;
  if (steps[0] !== 'variables')
    throw badMap(`names the place ${quoted(path)}; a place must be below \`variables\``);
  let holder: unknown = operations;
  for (const step of steps) holder = isIn(holder, step) ? holder[step] : undefined;
  if (!isIn(holder, key) || holder[key] !== null)
    throw badMap(`names the place ${quoted(path)}; a place must exist in \`variables\` and be null`);
  return { holder, key };
}

/** Returns true for an own key of an object, and for an index below the length of a list. */
function isIn(holder: unknown, key: string): holder is Record<string, unknown> {
  if (Array.isArray(holder)) return INDEX.test(key) && Number(key) < holder.length;
  return isObject(holder) && !NO_KEYS.has(key) && Object.hasOwn(holder, key);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badMap(problem: string): ImageError {
  return badInput('map', problem);
}
