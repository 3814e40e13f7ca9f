import { ImageError } from '../errors.js';
import type { ImageValues } from './image-records.js';
import { CHARACTERS, MAX_INTEGER, TEXT_BYTES } from '../column-sizes.js';
import { fits } from '../text.js';

/** Why a value is refused: the parameter `fault` of a BAD_USER_INPUT error. */
export type ValueFault =
  | 'id'
  | 'status'
  | 'statusMissing'
  | 'format'
  | 'formatMissing'
  | 'formatsDiffer'
  | 'fourBytes'
  | 'fourBytesInName'
  | 'tooLong'
  | 'range';

/**
 * Refuses values that the columns cannot hold: characters of four bytes in UTF-8 (contract C8.11), texts that are too
 * long, numbers that are too large (contract C8.10).
 *
 * @throws ImageError BAD_USER_INPUT with the parameter `fault`
 */
export function requireValuesFit(
  values: ImageValues,
  properties: ReadonlyMap<string, string | null> = new Map(),
): void {
  const texts = TEXTS.map((field) => [field, values[field]] as const);
  for (const [field, text] of texts) {
    if (text && !fits(text)) throw invalidValue('fourBytes', field, 'must not hold characters of four bytes');
  }
  for (const [name, value] of properties) {
    if (!fits(name))
      throw invalidValue('fourBytesInName', 'properties', 'must not hold characters of four bytes');
    if (value && !fits(value))
      throw invalidValue('fourBytes', name, 'must not hold characters of four bytes');
  }
  for (const [field, text] of texts) {
    if (text && text.length > CHARACTERS[field]) throw tooLong(field, CHARACTERS[field]);
  }
  for (const [name, value] of properties) {
    if (name.length > CHARACTERS.propertyName) throw tooLong('properties', CHARACTERS.propertyName);
    if (value && Buffer.byteLength(value) > TEXT_BYTES) throw tooLong(name, TEXT_BYTES);
  }
  for (const field of ['minDisk', 'minRam'] as const) {
    const value = values[field] ?? 0;
    if (value > MAX_INTEGER || value < -MAX_INTEGER - 1) {
      throw invalidValue('range', field, `must be at most ${MAX_INTEGER}`, MAX_INTEGER);
    }
  }
  for (const field of ['size', 'virtualSize'] as const) {
    if (Math.abs(values[field] ?? 0) > Number.MAX_SAFE_INTEGER) {
      const most = Number.MAX_SAFE_INTEGER;
      throw invalidValue('range', field, `must be at most ${most}`, most);
    }
  }
}

/** Returns a BAD_USER_INPUT error whose parameters name the fault, so that each face has its own text for it. */
export function invalidValue(fault: ValueFault, field: string, problem: string, most?: number): ImageError {
  return new ImageError('BAD_USER_INPUT', { field, problem, constraints: [problem], fault, most });
}

const TEXTS = ['name', 'diskFormat', 'containerFormat', 'checksum', 'owner'] as const;

function tooLong(field: string, most: number): ImageError {
  return invalidValue('tooLong', field, `must have at most ${most} characters`);
}
