import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../../identity/caller.js';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import type { Image } from '../../image/records/image.js';
import { imageSelection } from './image-selection.js';

/**
 * Returns a row as the schema's type Image. A size above 2^53, which other programs can write, does not fit into a JSON
 * number. It becomes null, so that the rest of the page is still shown.
 */
export function imageOutput(row: ImageRow): Image {
  if (typeof row.size === 'string') row.size = null;
  if (typeof row.virtualSize === 'string') row.virtualSize = null;
  const { hashAlgorithm, hashValue } = row;
  const hash = hashAlgorithm && hashValue ? { algorithm: hashAlgorithm, value: hashValue } : null;
  return Object.assign(row, { hash }) as unknown as Image;
}

/** Reads the further fields of a changed image that the operation selects, and returns the image. */
export async function changedImage(
  catalog: ImageCatalog,
  caller: Caller,
  row: ImageRow,
  info: GraphQLResolveInfo,
): Promise<Image> {
  await catalog.complete(caller, [row], imageSelection(info));
  return imageOutput(row);
}
