/** The statuses of an image and the steps between them (contract C14). */
export type Status = 'queued' | 'saving' | 'active' | 'killed' | 'deactivated' | 'pending_delete' | 'deleted';

const NEXT: Record<Status, readonly Status[]> = {
  queued: ['saving', 'active', 'killed', 'pending_delete', 'deleted'],
  saving: ['active', 'killed', 'pending_delete', 'deleted'],
  active: ['deactivated', 'pending_delete', 'deleted'],
  deactivated: ['active', 'pending_delete', 'deleted'],
  killed: ['pending_delete', 'deleted'],
  pending_delete: ['deleted'],
  deleted: [],
};

/** The statuses from which an image may come to this one: what a compare-and-set compares with. */
export function statusesBefore(status: Status): Status[] {
  return (Object.keys(NEXT) as Status[]).filter((from) => NEXT[from].includes(status));
}

/**
 * True for a deleted image. By its status, not by the flag of its row: one whose data is still waiting to be
 * scrubbed is flagged too, and can be changed (contract C12.3).
 */
export function isGone(image: { status?: string }): boolean {
  return image.status === 'deleted';
}
