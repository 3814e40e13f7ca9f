import type { Database } from '../../database/database.js';
import type { ImageTotal } from '../../image/catalog/image-totals.js';
import { freeSpace } from '../../store/file-access.js';
import type { Stores } from '../../store/configured-stores.js';
import type { Log } from '../log.js';
import type { MetricRegistry } from './registry.js';

/** The parts of a gateway whose state is read when somebody asks for the metrics. */
export interface StatefulParts {
  database: Pick<Database, 'load'>;
  stores: Stores;
  /** Counts all images. */
  totals: () => Promise<ImageTotal[]>;
  log: Pick<Log, 'warn'>;
}

/** Returns a function that sets the gauges of the present state. */
export function currentState(metrics: MetricRegistry, parts: StatefulParts): () => Promise<void> {
  const { series } = metrics;
  const countImages = imageCount(metrics, parts);
  const files = parts.stores.all.filter(({ kind }) => kind === 'file');

  return async () => {
    const { most, used, waiting } = parts.database.load();
    series('database_connections_max').set(most);
    series('database_connections_used').set(used);
    series('database_waiting', 'scan').set(waiting.scan);
    series('database_waiting', 'other').set(waiting.other);
    await Promise.all([countImages(), ...files.map(measureSpace)]);
  };

  async function measureSpace({ name, place }: { name: string; place: string }): Promise<void> {
    try {
      series('store_free_bytes', name).set(await freeSpace(place));
    } catch {
      // Prometheus's word for a value that nobody knows.
      series('store_free_bytes', name).set(Number.NaN);
    }
  }
}

const LEAST_MS = 60_000;
/** Of any time, the counting takes a twentieth at most. */
const PAUSES = 19;
/** Milliseconds for which the first answer waits for the first count. */
const PATIENCE_MS = 1000;

/** Returns a function that counts the images again when it is time, and waits for the first count only. */
function imageCount(
  { series, reset }: MetricRegistry,
  { totals, log }: StatefulParts,
): () => Promise<void> | void {
  let dueAt = 0;
  let isCounted = false;
  let counting: Promise<void> | undefined;

  return () => {
    if (!counting && Date.now() >= dueAt) counting = count().finally(() => (counting = undefined));
    if (counting && !isCounted)
      return Promise.race([
        counting,
        new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS).unref()),
      ]);
  };

  async function count(): Promise<void> {
    const begun = Date.now();
    try {
      const counted = await totals();
      reset('images');
      reset('image_bytes');
      for (const { status, visibility, store, images, bytes } of counted) {
        series('images', status, visibility, store).set(images);
        series('image_bytes', status, visibility, store).set(bytes);
      }
      series('images_counted_timestamp_seconds').set(begun / 1000);
      isCounted = true;
    } catch (error) {
      log.warn({ err: error }, 'the images could not be counted for the metrics');
    } finally {
      dueAt = Date.now() + Math.max(LEAST_MS, PAUSES * (Date.now() - begun));
    }
  }
}
