import type { Database, Reader } from '../../database/database.js';
import type { Stores } from '../../store/configured-stores.js';
import type { Log } from '../../telemetry/log.js';
import { checkData, type DataCheck } from './data-check.js';
import { imageColumns } from '../records/image-columns.js';
import { imageRecords } from '../records/image-records.js';
import { placeOfData } from './located-data.js';
import { imagesWithData, type ImageWithData } from './images-with-data.js';
import type { LocationCipher } from '../records/location-cipher.js';
import type { RunOptions } from './run-options.js';
import { retryWhileAway } from '../../database/retry-while-away.js';

/** The progress of a verification. Each image counts once, by the worst of its locations. */
export interface VerificationCount {
  /** The number of images to verify, and the bytes in their records. */
  total: number;
  totalBytes: number;
  /** The number of images verified, and of bytes read. */
  images: number;
  bytes: number;
  intact: number;
  /** Data has the recorded size, and there is no digest to compare with. */
  undigested: number;
  damaged: number;
  /** Data is not in the store of its location, or the image has no location. */
  missing: number;
  /** Data could not be read: the store failed, or a location cannot be decrypted. The log says why. */
  unreadable: number;
  /** All of the data lies in stores that are not ours, or at sources. */
  foreign: number;
  /** The image was deleted or changed during its verification, so that the result means nothing. */
  changed: number;
  /** Images that were deactivated because they are damaged. */
  deactivated: number;
}

/** One location whose data is not what the image's record says. */
export type Finding = (Exclude<DataCheck, { outcome: Fine }> | { outcome: 'unreadable' }) & {
  imageId: string;
  /** The name of the store; null without a location, or for a location that cannot be decrypted. */
  store: string | null;
};

export interface VerificationParts {
  database: Database;
  stores: Stores;
  cipher: LocationCipher;
  log: Log;
}

export interface VerificationOrder {
  /** The ids of the images to verify; undefined for all that have data. */
  ids?: readonly string[];
  /** True to deactivate the active images that are damaged. */
  deactivates: boolean;
  onFinding: (finding: Finding) => void;
}

type Fine = 'intact' | 'undigested';

/**
 * Reads the data of images again and compares it with their records. Changes nothing, unless `deactivates` is set, so that
 * several verifications may run at once, beside any server.
 *
 * @throws ImageError IMAGE_NOT_FOUND, IMAGE_NOT_ACTIVE for a requested id without data
 */
export async function verifyImages(
  { database, stores, cipher, log }: VerificationParts,
  { ids, deactivates, onFinding }: VerificationOrder,
  { onProgress, signal }: RunOptions<VerificationCount> = {},
): Promise<VerificationCount> {
  const images = imagesWithData(database, ids);
  const total = await images.total();
  const count = { ...NOTHING, total: total.images, totalBytes: total.bytes };
  for await (const image of images.each()) {
    const outcome = await outcomeOf(image).catch((error: unknown) => {
      if (!signal?.aborted) throw error;
      return undefined;
    });
    if (outcome === undefined || signal?.aborted) break;
    count[outcome] += 1;
    count.images += 1;
    onProgress?.(count);
  }
  return count;

  async function outcomeOf(image: ImageWithData): Promise<Fine | 'foreign' | 'changed' | Finding['outcome']> {
    const seen: (Finding | Fine | 'foreign')[] = [];
    for (const value of image.locations) seen.push(await lookAt(image, value));
    if (seen.length === 0)
      seen.push(image.size === 0 ? 'intact' : { imageId: image.id, store: null, outcome: 'missing' });
    const findings = seen.filter((each) => typeof each !== 'string');
    if (findings.length > 0) return reported(image, findings);
    // Data in our own stores decides, whatever further locations the image has.
    return (['undigested', 'intact'] as const).find((each) => seen.includes(each)) ?? 'foreign';
  }

  async function lookAt(image: ImageWithData, value: string): Promise<Finding | Fine | 'foreign'> {
    const about: Pick<Finding, 'imageId' | 'store'> = { imageId: image.id, store: null };
    try {
      const place = placeOfData({ stores, cipher }, image.id, value);
      if (place === 'foreign') return place;
      if ('missingIn' in place) return { ...about, store: place.missingIn, outcome: 'missing' };
      about.store = place.store.name;
      const seen = await checkData(place.store, place.location, image, { onBytes: counted, signal });
      return seen.outcome === 'intact' || seen.outcome === 'undigested'
        ? seen.outcome
        : { ...about, ...seen };
    } catch (error) {
      signal?.throwIfAborted();
      log.warn({ err: error, ...about }, 'the data of an image could not be read');
      return { ...about, outcome: 'unreadable' };
    }
  }

  function counted(bytes: number): void {
    count.bytes += bytes;
    onProgress?.(count);
  }

  /** Reports the findings, if the image has not changed since. */
  async function reported(
    image: ImageWithData,
    findings: Finding[],
  ): Promise<'changed' | Finding['outcome']> {
    const worst = WORST_FIRST.find((each) => findings.some(({ outcome }) => outcome === each))!;
    const withholds = deactivates && worst === 'damaged';
    const isStill = await retryWhileAway(() => (withholds ? deactivated(image) : isAsItWas(database, image)));
    if (!isStill) return 'changed';
    findings.forEach(onFinding);
    return worst;
  }

  /** Returns false for an image that has changed since it was read. */
  async function deactivated(image: ImageWithData): Promise<boolean> {
    const outcome = await database.transaction(async (transaction) => {
      const records = imageRecords(transaction, imageColumns(database));
      await records.lock(image.id);
      if (!(await isAsItWas(transaction, image))) return 'changed';
      return (await records.changeStatus(image.id, 'deactivated')) ? 'done' : 'already';
    });
    if (outcome === 'done') {
      count.deactivated += 1;
      log.info({ imageId: image.id }, 'deactivated an image whose data is damaged');
    }
    return outcome !== 'changed';
  }

  async function isAsItWas(reader: Reader, image: ImageWithData): Promise<boolean> {
    const now = await images.again(reader, image.id);
    return now !== undefined && factsOf(now) === factsOf(image);
  }
}

const WORST_FIRST = ['damaged', 'missing', 'unreadable'] as const;

const NOTHING = {
  total: 0,
  totalBytes: 0,
  images: 0,
  bytes: 0,
  intact: 0,
  undigested: 0,
  damaged: 0,
  missing: 0,
  unreadable: 0,
  foreign: 0,
  changed: 0,
  deactivated: 0,
} satisfies VerificationCount;

function factsOf({ size, checksum, hashAlgorithm, hashValue, locations }: ImageWithData): string {
  return JSON.stringify([size, checksum, hashAlgorithm, hashValue, locations]);
}
