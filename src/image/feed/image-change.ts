import type { ImageRow } from '../records/image-columns.js';

export type ChangeKind = 'created' | 'updated' | 'removed';

/** A change of the list of one caller. */
export interface ImageChange {
  readonly kind: ChangeKind;
  readonly imageId: string;
  /** The image as the caller may see it now; null when it is no longer in the caller's list. */
  readonly image: ImageRow | null;
  /** The place behind this change, for a subscription that goes on from here. */
  readonly cursor: string;
}
