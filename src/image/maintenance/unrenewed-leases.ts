import { setTimeout as wait } from 'node:timers/promises';
import type { Lease, UploadLeases } from '../upload/upload-lease.js';

/** The leases, and how this process watches them. */
export interface LeaseWatch {
  leases: Pick<UploadLeases, 'suspect' | 'seconds' | 'heartbeat'>;
  /** Called with the number of leases that are still watched. */
  onWatching: (count: number) => void;
  /** Ends the watch at once. */
  signal?: AbortSignal;
}

/**
 * Watches the leases that are suspect now, for longer than a lease by this process's own clock. Returns those that nobody
 * renewed meanwhile. The clocks of a cluster's nodes may differ, so a deadline alone proves nothing.
 *
 * @returns no lease when the watch is ended early
 * @throws DatabaseUnavailable or QueryTimeout: a gateway may be unable to renew its leases while the database is away
 */
export async function unrenewedLeases({ leases, onWatching, signal }: LeaseWatch): Promise<Lease[]> {
  // Deadlines may be whole seconds: within one second a renewal changes nothing.
  const watchMs = (leases.seconds + leases.heartbeat) * 1000;
  let watched = await leases.suspect();
  let lastLook = performance.now();
  let begun = lastLook;
  while (watched.length > 0) {
    onWatching(watched.length);
    await wait(leases.heartbeat * 1000, undefined, { signal }).catch(() => undefined);
    if (signal?.aborted) return [];
    const seen = new Map((await leases.suspect()).map((lease) => [lease.id, lease]));
    watched = watched.filter((lease) => isSame(lease, seen.get(lease.id)));
    const now = performance.now();
    // In a long gap the database may have been away, and nobody could renew.
    if (now - lastLook > 2 * leases.heartbeat * 1000) begun = now;
    lastLook = now;
    if (now - begun >= watchMs) break;
  }
  onWatching(0);
  return watched;
}

function isSame(lease: Lease, later: Lease | undefined): boolean {
  return later?.node === lease.node && later.deadline === lease.deadline;
}
