import type { Reader } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import type { PropertyProtection } from '../access/property-protection.js';
import { ImageError } from '../errors.js';
import type { LockedImage } from '../records/find-and-lock.js';
import { readRelation } from '../records/image-relations.js';
import { revisionOf } from '../records/revision.js';

/**
 * Refuses a change that was meant for another state of the image.
 *
 * @param expected the revision that the catalog showed this caller
 * @throws ImageError IMAGE_CHANGED
 */
export async function requireRevision(
  reader: Reader,
  protection: PropertyProtection,
  caller: Caller,
  image: LockedImage,
  expected: string,
): Promise<void> {
  const present = { ...image };
  await readRelation.properties(reader, [present], caller);
  await readRelation.tags(reader, [present], caller);
  protection.hide(caller, [present]);
  if (revisionOf(present) !== expected) throw new ImageError('IMAGE_CHANGED', { id: image.id });
}
