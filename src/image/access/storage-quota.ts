import { ImageError } from '../errors.js';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Returns the bytes of a quota as Glance writes it, such as `500GB`; undefined for no limit (contract C16). */
export function quotaBytes(text: string): number | undefined {
  const [, digits, unit = 'B'] = /^(\d+)([A-Z]+)?$/.exec(text) ?? [];
  const bytes = Number(digits) * 1024 ** UNITS.indexOf(unit);
  return bytes > 0 ? bytes : undefined;
}

/** The greatest number of bytes of one upload, and the error for more. */
export interface UploadLimit {
  bytes: number;
  /** @param size the size of the data; undefined when only the excess is known */
  error: (size?: number) => ImageError;
}

/** Returns the smaller of two limits: the bytes that the owner may still store, and the bytes that one image may have. */
export function uploadLimit(remaining: number, cap: number): UploadLimit {
  return remaining < cap
    ? {
        bytes: remaining,
        error: (size) =>
          new ImageError('STORAGE_QUOTA_EXCEEDED', { remaining, size, cap, why: size && 'known' }),
      }
    : { bytes: cap, error: () => new ImageError('IMAGE_TOO_LARGE', { cap }) };
}
