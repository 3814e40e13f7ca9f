import type { SimpleKind } from './change.js';

/** Something that a user is about to do with images, in a dialog. */
export type Task =
  | { kind: 'edit'; id: string; name: string }
  | { kind: 'deleteOne'; id: string; name: string }
  | { kind: 'withholdOne'; id: string; name: string }
  | { kind: 'bulk'; change: SimpleKind | 'visibility' | 'tags'; ids: readonly string[] };

/** How a task ended: the images that it deleted. */
export interface TaskEnd {
  deleted: readonly string[];
}

export const NOTHING_DELETED: TaskEnd = { deleted: [] };
