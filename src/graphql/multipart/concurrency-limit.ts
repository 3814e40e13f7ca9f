import type { Caller } from '../../identity/caller.js';
import { ImageError } from '../../image/errors.js';

/** Places for files that arrive at once, shared among the tenants. */
export interface UploadSlots {
  /**
   * Takes a slot.
   *
   * @returns a function that frees the slot; further calls do nothing
   * @throws ImageError TOO_MANY_UPLOADS, TOO_MANY_OWN_UPLOADS
   */
  take(caller: Caller): () => void;
}

/**
 * A tenant gets another slot only while more are free than it holds. So one tenant gets half of them, and the next
 * tenant finds free ones. A caller without a tenant is counted by user. AUTH=none has one administrator for everybody,
 * who may take all slots.
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
