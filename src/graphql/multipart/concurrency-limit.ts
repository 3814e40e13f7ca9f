import type { Caller } from '../../identity/caller.js';
import { ImageError } from '../../image/errors.js';

/** The limit of files that arrive at one time. The tenants share its slots. */
export interface ConcurrencyLimit {
  /**
   * Takes a slot.
   *
   * @returns a function that frees the slot; further calls do nothing
   * @throws ImageError TOO_MANY_UPLOADS, TOO_MANY_OWN_UPLOADS
   */
  take(caller: Caller): () => void;
}

/**
 * Returns a limit with `total` slots. A tenant gets another slot only while more slots are free than it holds. So one tenant
 * gets half of the slots, and the next tenant finds free ones. Callers without a tenant are counted by user. With AUTH=none
 * everybody is the same administrator, who may take all slots.
 */
export function concurrencyLimit(total: number): ConcurrencyLimit {
  const held = new Map<string, number>();
  let taken = 0;

  return {
    take(caller) {
      const free = total - taken;
      if (free <= 0) throw new ImageError('TOO_MANY_UPLOADS', { maximum: total });
      const holder = holderOf(caller);
      if (holder === undefined) return takeSlot();
      const own = held.get(holder) ?? 0;
      if (own >= free) throw new ImageError('TOO_MANY_OWN_UPLOADS', { own });
      held.set(holder, own + 1);
      return takeSlot(holder);
    },
  };

  function takeSlot(holder?: string): () => void {
    let isHeld = true;
    taken += 1;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      taken -= 1;
      if (holder === undefined) return;
      const left = held.get(holder)! - 1;
      if (left > 0) held.set(holder, left);
      else held.delete(holder);
    };
  }
}

function holderOf({ tenant, user }: Caller): string | undefined {
  if (tenant !== null) return `tenant ${tenant}`;
  return user === null ? undefined : `user ${user}`;
}
