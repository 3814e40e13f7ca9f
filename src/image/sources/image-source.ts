import type { Readable } from 'node:stream';
import { SourceError, withoutCredentials, type HttpSource } from '../../store/http-source.js';
import type { ByteRange, StoredData } from '../../store/store.js';
import type { Log } from '../../telemetry/log.js';
import { ImageError } from '../errors.js';

/** Data at sources that callers or the records of images name (contract C15). */
export interface ImageSources {
  /**
   * Checks a URL as a caller wrote it, without a request to the source. The log tells why a URL is not allowed.
   *
   * @throws ImageError SOURCE_EMPTY, SOURCE_NOT_SUPPORTED, SOURCE_INVALID, SOURCE_FAILED
   */
  check(url: string): void;
  /**
   * Returns the size that the source says; undefined when it says none. The errors say whether the source has the data,
   * as version 1 does (contract C15.2).
   *
   * @throws ImageError SOURCE_MISSING, SOURCE_FAILED, and those of `check`
   */
  size(url: string, log: Log): Promise<number | undefined>;
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

/** @param log tells why an address is refused, which the caller does not learn */
export function imageSources(http: HttpSource, log?: Log): ImageSources {
  return {
    check,

    async size(url, log) {
      check(url);
      return http.size(url).catch((error: unknown) => rethrow(error, url, log));
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
    try {
      http.requireAllowed(url);
    } catch (error) {
      log?.warn({ err: error }, 'an address of a source is refused');
      throw asSourceError(error);
    }
  }
}

function rethrow(error: unknown, url: string, log: Log): never {
  log.warn({ err: error }, 'a source could not be used');
  // Glance takes only schemes in lower case, and calls other URLs invalid.
  if (error instanceof SourceError && !/^[a-z]+:/.test(url))
    throw new ImageError('SOURCE_INVALID', { uri: withoutCredentials(url) }, { cause: error });
  throw asSourceError(error);
}

function asSourceError(error: unknown): unknown {
  if (!(error instanceof SourceError)) return error;
  return new ImageError(error.fault === 'missing' ? 'SOURCE_MISSING' : 'SOURCE_FAILED', {}, { cause: error });
}
