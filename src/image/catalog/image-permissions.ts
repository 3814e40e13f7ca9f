import type { Reader } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import { isChangeable } from '../access/access.js';
import type { ImagePermissions, ImageRow } from '../records/image-columns.js';
import { readProperties } from '../records/image-relations.js';
import type { Policy } from '../access/policy.js';
import { isGone } from '../status.js';

/** Sets the permissions of every image, with one statement at most. */
export async function readPermissions(
  reader: Reader,
  images: readonly ImageRow[],
  caller: Caller,
  policy: Policy,
): Promise<void> {
  const shareable = await shareableAsMember(reader, images, caller);
  const targets = images.map((image) => ({ ...image }));
  if (policy.asksImage(caller, 'get_image') || policy.asksImage(caller, 'download_image'))
    await readProperties(reader, targets);
  images.forEach((image, index) => {
    image.permissions = permissionsOf(caller, targets[index], policy, shareable.has(image.id));
  });
}

/**
 * Returns what a caller may do with an image.
 *
 * @param image all that decides the permissions, with its properties where a rule of the policy asks for them
 * @param sharesAsMember true when the caller is a member that may share the image
 */
export function permissionsOf(
  caller: Caller,
  image: ImageRow,
  policy: Policy,
  sharesAsMember: boolean,
): ImagePermissions {
  const mayWrite = !caller.readOnly && !isGone(image);
  const isLive = mayWrite && !image.deleted && image.status !== 'pending_delete';
  const isOwn = isChangeable(caller, { owner: image.owner ?? null });
  const isSomebody = caller.isAdmin || caller.owner !== null;
  return {
    canUpdate: mayWrite && isOwn && policy.allows(caller, image, 'modify_image'),
    canDelete: isLive && isOwn && !image.protected && policy.allows(caller, image, 'delete_image'),
    canShare:
      isLive && isSomebody && (isOwn || sharesAsMember) && policy.allows(caller, image, 'modify_member'),
    canDownload:
      image.status === 'active' &&
      policy.allows(caller, image, 'get_image') &&
      policy.allows(caller, image, 'download_image'),
    canDeactivate:
      mayWrite && isOwn && image.status === 'active' && policy.allows(caller, image, 'deactivate'),
    canReactivate:
      mayWrite && isOwn && image.status === 'deactivated' && policy.allows(caller, image, 'reactivate'),
  };
}

/** Returns the ids of the images that the caller may share as a member. */
async function shareableAsMember(
  reader: Reader,
  images: readonly ImageRow[],
  caller: Caller,
): Promise<Set<string>> {
  const others = images.filter((image) => !isChangeable(caller, { owner: image.owner ?? null }));
  if (others.length === 0 || caller.owner === null) return new Set();
  const member = reader.dialect.equalsExactly('m.member', caller.owner);
  const rows = await reader.read(
    `SELECT m.image_id AS imageId FROM image_members m WHERE m.image_id IN (${others.map(() => '?').join(', ')}) ` +
      `AND m.deleted = 0 AND m.can_share = 1 AND ${member.sql}`,
    [...others.map(({ id }) => id), ...member.values],
  );
  return new Set(rows.map((row) => String(row.imageId)));
}
