import type { Database } from '../database/database.js';
import type { Finding } from '../database/inspection.js';
import type { Stores } from '../store/configured-stores.js';
import type { Store } from '../store/store.js';
import type { Log } from '../telemetry/log.js';

/** Reads one image, deleted or not. */
export const ANY_IMAGE = 'SELECT id FROM images LIMIT 1';

/**
 * Warns when a store holds data of images, and the database has no image: it may be the wrong one, or lost. Takes a few
 * seconds at most, and never fails.
 */
export async function warnOfUnrecordedData(database: Database, { all }: Stores, log: Log): Promise<void> {
  try {
    if ((await database.read(ANY_IMAGE)).length > 0) return;
    for (const { what, todo } of await unrecordedData(all)) log.warn(`${what} ${todo}`);
  } catch (error) {
    log.debug({ err: error }, 'the stores could not be compared with the database');
  }
}

/** Returns a finding for each store that holds data of images, beside a database without an image. */
export async function unrecordedData(stores: readonly Store[]): Promise<Finding[]> {
  const samples = await Promise.all(stores.map(sampleOf));
  return stores.flatMap(({ name, place }, index): Finding[] => {
    const example = samples[index];
    if (example === undefined) return [];
    const what =
      `The database has no image, but the store ${name} (${place}) holds data, such as ${example}: ` +
      'the database is the wrong one, or lost.';
    return [{ severity: 'limited', what, todo: TODO }];
  });
}

const TODO =
  'Look at DATABASE_URL and DATA_DIR, or restore the database as docs/guide/backup.md shows. ' +
  'The gateway neither serves nor removes data without a record.';

/** The seconds that a store may take. */
const PATIENCE_SECONDS = 5;

/** Returns undefined for a store that fails: other messages tell about it. */
async function sampleOf(store: Store): Promise<string | undefined> {
  return store.sample(AbortSignal.timeout(PATIENCE_SECONDS * 1000)).catch(() => undefined);
}
