import type { Database } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import { badInput, ImageError } from '../errors.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { imageRecords } from '../records/image-records.js';
import { CHARACTERS } from '../column-sizes.js';
import { lockChangeable, refuseDeleted } from '../records/find-and-lock.js';
import { refuseReadOnly, type Policy } from '../access/policy.js';
import type { PropertyProtection } from '../access/property-protection.js';
import type { TagChanges } from './image-request.js';
import { tagRecords, type TagRecords } from '../records/tag-records.js';
import { fits } from '../text.js';

/** Glance v2's rules for the tags of an image. Every operation returns the image as it is stored. */
export interface TagService {
  /**
   * Adds a tag. Does nothing to an image that has it already.
   *
   * @throws ImageError TAG_QUOTA_EXCEEDED, BAD_USER_INPUT, FORBIDDEN, NOT_OWNER, IMAGE_NOT_FOUND, IMAGE_DELETED
   */
  add(caller: Caller, imageId: string, tag: string): Promise<ImageRow>;
  /** @throws ImageError TAG_NOT_FOUND, FORBIDDEN, NOT_OWNER, IMAGE_NOT_FOUND, IMAGE_DELETED */
  remove(caller: Caller, imageId: string, tag: string): Promise<ImageRow>;
}

/** @param imageTagQuota the greatest number of tags of one image; negative for no limit */
export function tagService(
  database: Database,
  policy: Policy,
  protection: PropertyProtection,
  imageTagQuota: number,
): TagService {
  const columns = imageColumns(database);

  return {
    add: (caller, imageId, tag) =>
      changing(caller, imageId, async (tags, id) => {
        requireTags([tag], 'tag');
        const present = await tags.of(id);
        if (present.includes(tag)) return false;
        requireTagRoom(present.length + 1, imageTagQuota);
        await tags.add(id, [tag]);
        return true;
      }),

    remove: (caller, imageId, tag) =>
      changing(caller, imageId, async (tags, id) => {
        if (fits(tag, CHARACTERS.tag) && (await tags.remove(id, [tag]))) return true;
        throw new ImageError('TAG_NOT_FOUND', { tag });
      }),
  };

  /** @param change returns false when there was nothing to change */
  async function changing(
    caller: Caller,
    imageId: string,
    change: (tags: TagRecords, id: string) => Promise<boolean>,
  ): Promise<ImageRow> {
    refuseReadOnly(caller);
    policy.require(caller, 'modify_image');
    return database.transaction(async (transaction) => {
      const records = imageRecords(transaction, columns);
      const image = await lockChangeable(transaction, records, caller, imageId);
      refuseDeleted(image);
      policy.requireOn(caller, image, 'modify_image');
      if (await change(tagRecords(transaction), image.id)) await records.change(image.id, {});
      const changed = await records.read(image.id);
      protection.hide(caller, [changed]);
      return changed;
    });
  }
}

/**
 * Changes the tags of an image in the transaction that has locked it.
 *
 * @param maximum the greatest number of tags of one image; negative for no limit
 * @throws ImageError TAG_QUOTA_EXCEEDED, BAD_USER_INPUT
 */
export async function changeTags(
  tags: TagRecords,
  imageId: string,
  { add, remove }: TagChanges,
  maximum: number,
): Promise<void> {
  requireTags(add, 'addTags');
  const present = await tags.of(imageId);
  const going = remove.filter((tag) => present.includes(tag));
  const coming = add.filter((tag) => !present.includes(tag));
  if (coming.length > 0) requireTagRoom(present.length - going.length + coming.length, maximum);
  await tags.remove(imageId, going);
  await tags.add(imageId, coming);
}

/**
 * Refuses tags that the column cannot hold, and the empty tag.
 *
 * @param field the name of the field in the request
 * @throws ImageError BAD_USER_INPUT
 */
export function requireTags(tags: readonly string[], field: string): void {
  if (tags.every((tag) => tag !== '' && fits(tag, CHARACTERS.tag))) return;
  throw badInput(field, `must have from 1 to ${CHARACTERS.tag} characters, none of four bytes`);
}

/** @throws ImageError TAG_QUOTA_EXCEEDED */
export function requireTagRoom(attempted: number, maximum: number): void {
  if (maximum < 0 || attempted <= maximum) return;
  throw new ImageError('TAG_QUOTA_EXCEEDED', { attempted, maximum });
}
