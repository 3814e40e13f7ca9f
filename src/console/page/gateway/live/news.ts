import type { ImageChangesSubscription } from '../operations.js';

export type ChangeResult = ImageChangesSubscription;

/** The news of images that one tab of a browser tells the others. */
export type News =
  | { kind: 'change'; data: ChangeResult }
  /** The stream is open, and the gateway is there. */
  | { kind: 'alive' }
  | { kind: 'broken' }
  /** The changes since the last one are not all known: whatever is shown has to be read anew. */
  | { kind: 'expired' };
