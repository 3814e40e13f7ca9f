import type { Value } from '../../database/database.js';
import { ImageError } from '../errors.js';

const VERSION = 1;
const LONGEST_CURSOR = 4096;

/**
 * Writes a cursor: the place of a row in a list, as a text that clients do not read.
 *
 * @param list the name of the list and of its order
 */
export function writeCursor(list: string, values: readonly Value[]): string {
  return Buffer.from(JSON.stringify([VERSION, list, ...values])).toString('base64url');
}

/**
 * Reads a cursor that `writeCursor` wrote. Refuses another text of the same content too.
 *
 * @param field the argument that holds the cursor, for the error
 * @throws ImageError INVALID_CURSOR for a cursor of another list, of a wrong form or with wrong values
 */
export function readCursor(
  list: string,
  cursor: string,
  field: string,
  areValues: (values: readonly unknown[]) => boolean,
): Value[] {
  const [version, name, ...values] = parsed(cursor);
  if (version === VERSION && name === list && areValues(values)) return values as Value[];
  throw new ImageError('INVALID_CURSOR', { field });
}

function parsed(cursor: string): unknown[] {
  if (cursor.length > LONGEST_CURSOR) return [];
  const text = Buffer.from(cursor, 'base64url').toString('utf8');
  try {
    const content: unknown = JSON.parse(text);
    const isOurs =
      Array.isArray(content) && Buffer.from(JSON.stringify(content)).toString('base64url') === cursor;
    return isOurs ? (content as unknown[]) : [];
  } catch {
    return [];
  }
}
