import type { ImageRowFragment, Visibility } from '../gateway/operations.js';

/** A change that can be made to one image or to many at once. */
export type Change =
  | { kind: SimpleKind }
  | { kind: 'visibility'; visibility: Visibility }
  | { kind: 'tags'; add: readonly string[]; remove: readonly string[] };

/** The changes that need no more than a word. */
export type SimpleKind = 'delete' | 'hide' | 'show' | 'protect' | 'unprotect' | 'withhold' | 'release';

/** The effect of a change on an image, as far as the record says. The gateway has the last word. */
export type Verdict = 'will' | 'same' | 'protected' | 'notYours' | 'wrongStatus' | 'gone';

/** @param image null for one that is not there, or not to be seen */
export function judged(image: ImageRowFragment | null, change: Change): Verdict {
  if (image === null || isLeaving(image)) return 'gone';
  const { status, permissions } = image;
  switch (change.kind) {
    case 'delete':
      if (permissions.canDelete) return 'will';
      return image.protected && permissions.canUpdate ? 'protected' : 'notYours';
    case 'withhold':
      if (permissions.canDeactivate) return 'will';
      return judgedByStatus(status, { wanted: 'active', same: 'deactivated' });
    case 'release':
      if (permissions.canReactivate) return 'will';
      return judgedByStatus(status, { wanted: 'deactivated', same: 'active' });
    default:
      if (!permissions.canUpdate) return 'notYours';
      return isAlready(image, change) ? 'same' : 'will';
  }
}

/** Returns true for the code of a refusal because the image is there no longer. */
export function meansGone(code: string | undefined): boolean {
  return ['IMAGE_NOT_FOUND', 'IMAGE_DELETED', 'IMAGE_PENDING_DELETE'].includes(code ?? '');
}

/** Returns true for an image that is deleted, or soon will be. */
export function isLeaving({ status }: { status: string }): boolean {
  return ['deleted', 'pending_delete', 'gone'].includes(status);
}

function judgedByStatus(status: string, { wanted, same }: { wanted: string; same: string }): Verdict {
  if (status === same) return 'same';
  return status === wanted ? 'notYours' : 'wrongStatus';
}

function isAlready(image: ImageRowFragment, change: Change): boolean {
  switch (change.kind) {
    case 'hide':
      return image.hidden;
    case 'show':
      return !image.hidden;
    case 'protect':
      return image.protected;
    case 'unprotect':
      return !image.protected;
    case 'visibility':
      return image.visibility === change.visibility;
    case 'tags':
      return (
        change.add.every((tag) => image.tags.includes(tag)) &&
        !change.remove.some((tag) => image.tags.includes(tag))
      );
    default:
      return false;
  }
}
