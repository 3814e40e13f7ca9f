import type { Reader, Row } from '../../database/database.js';
import { QueryTimeout } from '../../database/database-errors.js';
import type { Condition } from '../../database/dialect.js';
import { ImageError } from '../errors.js';

/**
 * Reads rows with a statement that many images make slow.
 *
 * @throws ImageError SEARCH_TOO_SLOW
 */
export async function readBriefly(reader: Reader, { sql, values }: Condition): Promise<Row[]> {
  try {
    return await reader.read(reader.dialect.briefly(sql), values);
  } catch (error) {
    if (error instanceof QueryTimeout) throw new ImageError('SEARCH_TOO_SLOW', {}, { cause: error });
    throw error;
  }
}
