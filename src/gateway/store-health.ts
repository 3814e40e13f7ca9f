import type { Store } from '../store/store.js';
import type { Stores } from '../store/configured-stores.js';
import type { HealthPart } from '../telemetry/health.js';
import type { Log } from '../telemetry/log.js';
import { readOnlyError } from './stores.js';

/**
 * Returns the stores as parts of the gateway's health. A store that is read-only counts as usable, since its data can be
 * read; the log tells when it becomes so. Remote stores are not needed: when one is away, every gateway alike lacks it, and
 * to refuse lists as well would help no client.
 */
export function storeParts({ all }: Stores, log: Log): HealthPart[] {
  const readOnly = new Set<Store>();
  return all.map((store) => ({
    name: `store ${store.name}`,
    isNeeded: !store.isRemote,
    check: () => check(store),
  }));

  async function check(store: Store): Promise<'ok' | 'readOnly'> {
    const error = await store.prepare().catch(readOnlyError);
    if (error && !readOnly.has(store))
      log.warn(
        { err: error },
        `the store ${store.name} is read-only: its data can be read, and uploads are refused`,
      );
    if (!error && readOnly.has(store)) log.info(`the store ${store.name} can be written to again`);
    if (error) readOnly.add(store);
    else readOnly.delete(store);
    return error ? 'readOnly' : 'ok';
  }
}
