import type { ImageRow } from '../image/image-columns.js';
import type { Image } from '../image/image.js';

/**
 * A row as the schema promises it. Sizes over 2^53, which others can write, do not fit into JSON's numbers
 * and are shown as unknown rather than failing the page.
 */
export function shownImage(row: ImageRow): Image {
  if (typeof row.size === 'string') row.size = null;
  if (typeof row.virtualSize === 'string') row.virtualSize = null;
  const { hashAlgorithm, hashValue } = row;
  const hash = hashAlgorithm && hashValue ? { algorithm: hashAlgorithm, value: hashValue } : null;
  return Object.assign(row, { hash }) as unknown as Image;
}
