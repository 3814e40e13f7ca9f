import type { Readable } from 'node:stream';
import { SourceError, withoutCredentials, type HttpSource } from '../../store/http-source.js';
import type { ByteRange, StoredData } from '../../store/store.js';
import type { Log } from '../../telemetry/log.js';
import { ImageError } from '../errors.js';

/** Data that lies elsewhere, as far as a caller may name it or an image's record points to it (contract C15). */
export interface ImageSources {
  /**
   * Looks at an address as a caller wrote it; asks nobody.
   *
   * @throws ImageError SOURCE_EMPTY, SOURCE_NOT_SUPPORTED, SOURCE_INVALID, SOURCE_FAILED
   */
  check(url: string): void;
  /**
   * Bytes that the source says it has; 0 when it does not say, as Glance counts. Tells whether anything is there:
   * version 1 answers so (contract C15.2).
   *
   * @throws ImageError SOURCE_MISSING, SOURCE_FAILED, and those of `check`
   */
  size(url: string, log: Log): Promise<number>;
  /**
   * All the data, to be read once; undefined for a size the source does not say.
   *
   * @throws ImageError those of `check`; SourceError, with which the data's stream may end as well
   */
  fetch(url: string, signal: AbortSignal): Promise<{ size: number | undefined; data: Readable }>;
  /** True for a location that data is read from through here. */
  holds(location: string): boolean;
  /**
   * Data of an image, in ranges.
   *
   * @param size bytes that the record says, for a source that does not
   * @throws SourceError
   */
  open(location: string, size: number | undefined, signal?: AbortSignal): Promise<StoredData>;
}

export function imageSources(http: HttpSource): ImageSources {
  return {
    check,

    async size(url, log) {
      check(url);
      return (await http.size(url).catch((error: unknown) => refuse(error, log))) ?? 0;
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

function refuse(error: unknown, log: Log): never {
  log.warn({ err: error }, 'a source was of no use');
  if (!(error instanceof SourceError)) throw error;
  throw new ImageError(error.fault === 'missing' ? 'SOURCE_MISSING' : 'SOURCE_FAILED', {}, { cause: error });
}
