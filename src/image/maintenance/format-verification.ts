import { StoreError } from '../../store/store.js';
import { formatProblem } from '../inspector/format-check.js';
import { formatInspector, TAIL, type Inspection } from '../inspector/format-inspector.js';
import type { DetectedFormat } from '../inspector/look.js';
import type { VerificationParts } from './image-verification.js';
import { imagesWithData, type ImageWithData } from './images-with-data.js';
import { placeOfData, type OurPlace } from './located-data.js';
import type { RunOptions } from './run-options.js';

/** The progress of a verification of formats. Each image counts once, by the worst of its locations. */
export interface FormatCount {
  total: number;
  /** The number of images inspected. */
  images: number;
  /** The data is safe, and of the declared format. */
  fitting: number;
  /** The data has another format than declared, or one that is not in IMAGE_FORMAT_ALLOW. */
  mismatched: number;
  unsafe: number;
  missing: number;
  /** The store failed, or the location cannot be decrypted. The log says why. */
  unreadable: number;
  /** All of the data lies in stores that are not ours, or at sources. */
  foreign: number;
}

/** One location whose data is unsafe, has another format than declared, or could not be inspected. */
export type FormatFinding = {
  imageId: string;
  /** The name of the store; null for a location that cannot be decrypted. */
  store: string | null;
} & (
  | { outcome: 'unsafe' | 'mismatched'; detectedFormat: DetectedFormat; problem: string }
  | { outcome: 'missing' | 'unreadable' }
);

export interface FormatOrder {
  /** The ids of the images; undefined for all that have data. */
  ids?: readonly string[];
  /** The formats that data may have; empty for all. */
  allow: readonly DetectedFormat[];
  onFinding: (finding: FormatFinding) => void;
}

/**
 * Inspects stored data: reads its beginning, its end, and what a header points to. Changes nothing.
 *
 * @throws ImageError IMAGE_NOT_FOUND, IMAGE_NOT_ACTIVE for a requested id without data
 */
export async function verifyFormats(
  { database, stores, cipher, log }: VerificationParts,
  { ids, allow, onFinding }: FormatOrder,
  { onProgress, signal }: RunOptions<FormatCount> = {},
): Promise<FormatCount> {
  const images = imagesWithData(database, ids);
  const count = { ...NOTHING, total: (await images.total()).images };
  for await (const image of images.each()) {
    const seen: Seen[] = [];
    for (const value of image.locations) if (!signal?.aborted) seen.push(await lookAt(image, value));
    if (signal?.aborted) break;
    if (seen.length === 0 && image.size !== 0) seen.push(found(image, null, { outcome: 'missing' }));
    count[WORST_FIRST.find((each) => seen.some(({ outcome }) => outcome === each)) ?? 'fitting'] += 1;
    count.images += 1;
    onProgress?.(count);
  }
  return count;

  async function lookAt(image: ImageWithData, value: string): Promise<Seen> {
    let store: string | null = null;
    try {
      const place = placeOfData({ stores, cipher }, image.id, value);
      if (place === 'foreign') return { outcome: 'foreign' };
      store = 'store' in place ? place.store.name : place.missingIn;
      if ('missingIn' in place) return found(image, store, { outcome: 'missing' });
      const inspection = await inspectionOf(place, signal);
      const problem = formatProblem(inspection, image, allow);
      if (!problem) return { outcome: 'fitting' };
      const outcome = inspection.danger ? 'unsafe' : 'mismatched';
      return found(image, store, { outcome, detectedFormat: inspection.format!, problem: problem.message });
    } catch (error) {
      if (signal?.aborted) return { outcome: 'fitting' };
      if (error instanceof StoreError && error.fault === 'missing')
        return found(image, store, { outcome: 'missing' });
      log.warn({ err: error, imageId: image.id, store }, 'the data of an image could not be inspected');
      return found(image, store, { outcome: 'unreadable' });
    }
  }

  function found({ id }: ImageWithData, store: string | null, what: Outcome<FormatFinding>): Seen {
    onFinding({ imageId: id, store, ...what });
    return what;
  }
}

/** A finding without its image and its store. */
type Outcome<Finding> = Finding extends unknown ? Omit<Finding, 'imageId' | 'store'> : never;

type Seen = { outcome: Exclude<keyof FormatCount, 'total' | 'images'> };

const WORST_FIRST = ['unsafe', 'mismatched', 'missing', 'unreadable', 'fitting', 'foreign'] as const;

const NOTHING: FormatCount = {
  total: 0,
  images: 0,
  fitting: 0,
  mismatched: 0,
  unsafe: 0,
  missing: 0,
  unreadable: 0,
  foreign: 0,
};

/** Bytes that are read at a time. */
const STEP = 64 * 1024;

async function inspectionOf({ store, location }: OurPlace, signal?: AbortSignal): Promise<Inspection> {
  const inspector = formatInspector();
  for (let at = 0, end = 1; at < end;) {
    // Stored data can be read once each time that it is opened.
    const data = await store.open(location, signal);
    end = data.size;
    const next = Math.min(at + STEP, end);
    try {
      if (next > at) for await (const piece of data.read({ start: at, end: next - 1 })) inspector.see(piece);
    } finally {
      await data.close();
    }
    at = Math.max(next, Math.min(inspector.next(), end - TAIL));
    inspector.skip(at - next);
  }
  return inspector.end();
}
