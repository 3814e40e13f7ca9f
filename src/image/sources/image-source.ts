import type { Readable } from 'node:stream';
import { SourceError, withoutCredentials, type HttpSource } from '../../store/http-source.js';
import type { ByteRange, StoredData } from '../../store/store.js';
import type { Log } from '../../telemetry/log.js';
import { ImageError } from '../errors.js';

/** Data at sources that callers or the records of images name (contract C15). */
export interface ImageSources {
  /**
   * Checks a URL as a caller wrote it, without a request to the source.
   *
   * @throws ImageError SOURCE_EMPTY, SOURCE_NOT_SUPPORTED, SOURCE_INVALID, SOURCE_FAILED
   */
  check(url: string): void;
  /**
   * Returns the size that the source says; 0 when it says none, as in Glance. The errors say whether the source has the
   * data, as version 1 does (contract C15.2).
   *
   * @throws ImageError SOURCE_MISSING, SOURCE_FAILED, and those of `check`
   */
  size(url: string, log: Log): Promise<number>;
  /**
   * Opens all the data, for one reading. The size is undefined when the source does not say it.
   *
   * @throws ImageError those of `check`; SourceError, also from the stream of the data
   */
  fetch(url: string, signal: AbortSignal): Promise<{ size: number | undefined; data: Readable }>;
  /** Returns true for a location at a source. */
  holds(location: string): boolean;
  /**
   * Opens the data of an image, for ranges.
   *
   * @param size the recorded size, for a source that says none
   * @throws SourceError
   */
  open(location: string, size: number | undefined, signal?: AbortSignal): Promise<StoredData>;
}

export function imageSources(http: HttpSource): ImageSources {
  return {
    check,

    async size(url, log) {
      check(url);
      return (await http.size(url).catch((error: unknown) => rethrow(error, log))) ?? 0;
    },

    async fetch(url, signal) {
      check(url);
      return http.fetch(url, signal);
    },

    holds: (location) => http.hasScheme(location),

    async open(location, size, signal) {
      return {
        size: (await http.size(location, signal)) ?? size ?? 0,
        read: (range: ByteRange) => http.read(location, range, signal),
        close: () => Promise.resolve(),
      };
    },
  };

  function check(url: string): void {
    if (url === '') throw new ImageError('SOURCE_EMPTY');
    if (!http.hasScheme(url)) throw new ImageError('SOURCE_NOT_SUPPORTED', { uri: withoutCredentials(url) });
    if (!http.isWellFormed(url)) throw new ImageError('SOURCE_INVALID', { uri: withoutCredentials(url) });
    if (!http.isAllowed(url)) throw new ImageError('SOURCE_FAILED');
  }
}

function rethrow(error: unknown, log: Log): never {
  log.warn({ err: error }, 'a source could not be used');
  if (!(error instanceof SourceError)) throw error;
  throw new ImageError(error.fault === 'missing' ? 'SOURCE_MISSING' : 'SOURCE_FAILED', {}, { cause: error });
}
