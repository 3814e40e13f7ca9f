import type { ImageChangesSubscription } from '../operations.js';

export type ChangeResult = ImageChangesSubscription;

/** What one tab of a browser tells the others about the changes of images. */
export type News =
  | { kind: 'change'; data: ChangeResult }
  /** The stream is open, and the gateway is there. */
  | { kind: 'alive' }
  | { kind: 'broken' }
  /** The changes since the last one are not all known: whatever is shown has to be read anew. */
  | { kind: 'expired' };

/** Returns the code of the first error of a result. */
export function errorCodeIn({
  errors,
}: {
  errors?: readonly { extensions?: { code?: unknown } }[];
}): unknown {
  return errors?.[0]?.extensions?.code;
}
