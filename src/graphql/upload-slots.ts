import type { Caller } from '../identity/caller.js';
import { ImageError } from '../image/errors.js';

/** Room for files that arrive at once, shared among the tenants. */
export interface UploadSlots {
  /**
   * Takes a slot.
   *
   * @returns gives the slot back; further calls do nothing
   * @throws ImageError TOO_MANY_UPLOADS, TOO_MANY_OWN_UPLOADS
   */
  take(caller: Caller): () => void;
}

/**
 * A tenant gets another slot only while more are free than it holds: one tenant gets half of them, and whoever
 * comes next finds some. A caller without a tenant is counted by user; the administrator of AUTH=none, who is
 * everybody, shares with nobody.
 */
export function uploadSlots(total: number): UploadSlots {
  const held = new Map<string, number>();
  let taken = 0;

  return {
    take(caller) {
      const free = total - taken;
      if (free <= 0) throw new ImageError('TOO_MANY_UPLOADS', { maximum: total });
      const sharer = sharerOf(caller);
      if (sharer === undefined) return slotOf();
      const own = held.get(sharer) ?? 0;
      if (own >= free) throw new ImageError('TOO_MANY_OWN_UPLOADS', { own });
      held.set(sharer, own + 1);
      return slotOf(sharer);
    },
  };

  function slotOf(sharer?: string): () => void {
    let isHeld = true;
    taken += 1;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      taken -= 1;
      if (sharer === undefined) return;
      const left = held.get(sharer)! - 1;
      if (left > 0) held.set(sharer, left);
      else held.delete(sharer);
    };
  }
}

function sharerOf({ tenant, user }: Caller): string | undefined {
  if (tenant !== null) return `tenant ${tenant}`;
  return user === null ? undefined : `user ${user}`;
}
