/** A status of an image (contract C14). */
export type Status = 'queued' | 'saving' | 'active' | 'killed' | 'deactivated' | 'pending_delete' | 'deleted';

/**
 * The next statuses of each status. `ImageRecords.changeStatus` is the only way to change the status of an image, and
 * takes no step that is not here.
 *
 * Two things lie outside. The registry face serves a trusted peer that runs Glance's rules itself: the peer writes the
 * status as part of a record. And an image is deleted from every status, also from those that only a newer Glance
 * writes, such as `importing`.
 */
const NEXT = {
  queued: ['saving', 'active', 'killed', 'pending_delete', 'deleted'],
  saving: ['active', 'killed', 'queued', 'pending_delete', 'deleted'],
  active: ['deactivated', 'pending_delete', 'deleted'],
  deactivated: ['active', 'pending_delete', 'deleted'],
  killed: ['pending_delete', 'deleted'],
  pending_delete: ['deleted'],
  deleted: [],
} as const satisfies Record<Status, readonly Status[]>;

/** A status from which an image may come to another. */
export type StatusBefore<To extends Status> = {
  [From in Status]: To extends (typeof NEXT)[From][number] ? From : never;
}[Status];

/** Returns the statuses from which an image may come to this one. */
export function statusesBefore<To extends Status>(to: To): StatusBefore<To>[] {
  const statuses = Object.keys(NEXT) as Status[];
  return statuses.filter((from) => (NEXT[from] as readonly Status[]).includes(to)) as StatusBefore<To>[];
}

/**
 * Returns true for a deleted image. The status decides, not the flag of the row: an image whose data still waits for
 * the scrub is flagged too, and can be changed (contract C12.3).
 */
export function isGone(image: { status?: string }): boolean {
  return image.status === 'deleted';
}
