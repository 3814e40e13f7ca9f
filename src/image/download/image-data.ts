import { Readable } from 'node:stream';
import type { Database } from '../../database/database.js';
import type { Caller } from '../../identity/caller.js';
import { SourceError } from '../../store/http-source.js';
import { StoreError, type Store, type StoredData } from '../../store/store.js';
import type { Stores } from '../../store/configured-stores.js';
import type { Log } from '../../telemetry/log.js';
import { ImageError } from '../errors.js';
import { imageColumns, type ImageRow } from '../records/image-columns.js';
import { readProperties } from '../records/image-relations.js';
import type { ImageSources } from '../sources/image-source.js';
import { findImage } from '../records/find-and-lock.js';
import { activeLocations } from '../records/location-records.js';
import type { LocationCipher } from '../records/location-cipher.js';
import type { Policy } from '../access/policy.js';
import { asImageError } from '../store-failure.js';
import { verification } from './verified-data.js';

/** Downloads of images. */
export interface ImageData {
  /**
   * Returns the record of an image whose data the caller may read. Does not open the data.
   *
   * @throws ImageError IMAGE_NOT_FOUND, IMAGE_NOT_ACTIVE, IMAGE_DEACTIVATED, FORBIDDEN (contract C10.2)
   */
  find(caller: Caller, id: string): Promise<ImageRow>;
  /**
   * Opens the data of an image, at the first of its locations that holds all of it.
   *
   * @throws ImageError DATA_MISSING, DATA_DAMAGED, STORE_UNAVAILABLE (contract C10.5); the signal's reason
   */
  open(image: ImageRow, options?: OpenOptions): Promise<StoredData>;
}

export interface OpenOptions {
  /** `any` accepts data of another size than the recorded one, which an administrator may have set. */
  asked?: 'recorded' | 'any';
  /** Ends the opening, and the reading of the data. */
  signal?: AbortSignal;
}

export interface DataParts {
  database: Database;
  stores: Stores;
  sources: ImageSources;
  cipher: LocationCipher;
  policy: Policy;
  log: Log;
}

export function imageData({ database, stores, sources, cipher, policy, log }: DataParts): ImageData {
  const columns = imageColumns(database);
  const verified = verification();

  return {
    async find(caller, id) {
      policy.require(caller, 'get_image', 'download_image');
      const image = await findImage(database, columns, caller, id);
      if (!image) throw new ImageError('IMAGE_NOT_FOUND', { id });
      await requireOn(caller, image);
      if (image.status === 'deactivated') throw new ImageError('IMAGE_DEACTIVATED', { id });
      if (image.status !== 'active')
        throw new ImageError('IMAGE_NOT_ACTIVE', { id, imageStatus: String(image.status) });
      return image;
    },

    async open(image, options = {}) {
      const { id } = image;
      const values = await activeLocations(database, id);
      if (values.length === 0 && image.size === 0) return NOTHING;
      let failure: unknown;
      const places = values.flatMap((value): Place[] => {
        try {
          const location = cipher.decrypt(value);
          if (stores.ofAnother(location, id))
            throw new StoreError('missing', { detail: 'the location names the data of another image' });
          return [{ location, store: stores.of(location, id) }];
        } catch (error) {
          failure ??= error;
          return [];
        }
      });
      // Our own stores come before sources: they are nearer.
      const readable = [
        ...places.filter(({ store }) => store !== undefined),
        ...places.filter(({ store, location }) => store === undefined && sources.holds(location)),
      ];
      if (readable.length === 0 && !failure)
        throw new ImageError(values.length > 0 ? 'STORE_UNAVAILABLE' : 'DATA_MISSING', { id });
      for (const place of readable) {
        try {
          return await openAt(place, image, options);
        } catch (error) {
          options.signal?.throwIfAborted();
          failure ??= error;
        }
      }
      log.warn({ err: failure, imageId: id }, 'the data of an image cannot be given out');
      throw asDataError(failure, id);
    },
  };

  async function requireOn(caller: Caller, image: ImageRow): Promise<void> {
    const rules = ['get_image', 'download_image'] as const;
    if (!rules.some((rule) => policy.asksImage(caller, rule))) return;
    await readProperties(database, [image]);
    policy.requireOn(caller, image, ...rules);
    delete image.properties;
  }

  async function openAt(place: Place, image: ImageRow, { asked, signal }: OpenOptions): Promise<StoredData> {
    const { id } = image;
    const size = image.size === null ? undefined : Number(image.size);
    const data = await openAnywhere(place, id, size, signal);
    if (asked === 'any' || size === undefined || data.size === size) return verified(data, image);
    await data.close();
    throw new ImageError('DATA_DAMAGED', { id, actual: data.size, expected: size });
  }

  async function openAnywhere(
    { location, store }: Place,
    id: string,
    size: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<StoredData> {
    // Glance records size 0 for a source that says no size, and downloads nothing from it.
    if (!store) return size === 0 ? NOTHING : sources.open(location, size, signal);
    // Version 1 names the missing file (contract C10.5); other faces do not.
    const about = store.kind === 'file' ? { why: 'file', path: location.replace(/^file:\/\//, '') } : {};
    return store.open(location, signal).catch((error: unknown) => {
      throw asImageError(error, id, about);
    });
  }
}

/** A place of data. Without a store of ours, the location is at a source. */
interface Place {
  location: string;
  store: Store | undefined;
}

/** Returns the error for a download: a source that fails is reported as a store that fails. */
function asDataError(error: unknown, id: string): Error {
  if (!(error instanceof SourceError)) return asImageError(error, id);
  const code = error.fault === 'missing' ? 'DATA_MISSING' : 'STORE_UNAVAILABLE';
  return new ImageError(code, { id, imageId: id }, { cause: error });
}

const NOTHING: StoredData = { size: 0, read: () => Readable.from([]), close: () => Promise.resolve() };
