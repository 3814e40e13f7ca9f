import type { Readable } from 'node:stream';
import { SourceError, type HttpSource } from '../store/http-source.js';
import type { ByteRange, StoredData } from '../store/store.js';
import type { Log } from '../telemetry/log.js';
import { ImageError } from './errors.js';
import { sourceFailure } from './store-failure.js';

/** Data that lies elsewhere, as far as a caller may name it or an image's record points to it (contract C15). */
export interface ImageSources {
  /**
   * Looks at an address as a caller wrote it; asks nobody.
   *
   * @throws ImageError SOURCE_EMPTY, SOURCE_NOT_SUPPORTED, SOURCE_INVALID, SOURCE_FAILED
   */
  check(url: string): void;
  /**
   * Bytes that the source says it has; 0 when it does not say, as Glance counts.
   *
   * @throws ImageError SOURCE_MISSING, SOURCE_FAILED, and those of `check`
   */
  size(url: string, log: Log): Promise<number>;
  /**
   * All the data, to be read once; undefined for a size the source does not say.
   *
   * @throws ImageError as `size`; the data's stream may end with SourceError
   */
  fetch(url: string, signal: AbortSignal, log: Log): Promise<{ size: number | undefined; data: Readable }>;
  /** True for a location that data is read from through here. */
  holds(location: string): boolean;
  /**
   * Data of an image, in ranges.
   *
   * @param size bytes that the record says, for a source that does not
   * @throws SourceError
   */
  open(location: string, size: number | undefined): Promise<StoredData>;
}

export function imageSources(http: HttpSource): ImageSources {
  return {
    check,

    async size(url, log) {
      check(url);
      return (await http.size(url).catch((error: unknown) => refuse(error, log))) ?? 0;
    },

    async fetch(url, signal, log) {
      check(url);
      const { size, data } = await http.fetch(url, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        return refuse(error, log);
      });
      return { size, data };
    },

    holds: (location) => http.hasScheme(location),

    async open(location, size) {
      return {
        size: (await http.size(location)) ?? size ?? 0,
        read: (range: ByteRange) => http.read(location, range),
        close: () => Promise.resolve(),
      };
    },
  };

  function check(url: string): void {
    if (url === '') throw new ImageError('SOURCE_EMPTY');
    if (!http.hasScheme(url)) throw new ImageError('SOURCE_NOT_SUPPORTED', { uri: url });
    if (!http.isWellFormed(url)) throw new ImageError('SOURCE_INVALID', { uri: url });
    if (!http.isAllowed(url)) throw new ImageError('SOURCE_FAILED');
  }
}

function refuse(error: unknown, log: Log): never {
  log.warn({ err: error }, 'a source was of no use');
  throw error instanceof SourceError ? sourceFailure(error) : error;
}
