import type { GraphQLResolveInfo } from 'graphql';
import type { Caller } from '../../identity/caller.js';
import type { ImageCatalog } from '../../image/catalog/image-catalog.js';
import type { ImageRow } from '../../image/records/image-columns.js';
import type { Image } from '../../image/records/image.js';
import { imageSelection } from './image-selection.js';

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

/** A row that a change answered with, and what the operation wants of it beside. */
export async function changedImage(
  catalog: ImageCatalog,
  caller: Caller,
  row: ImageRow,
  info: GraphQLResolveInfo,
): Promise<Image> {
  await catalog.complete(caller, [row], imageSelection(info));
  return shownImage(row);
}
