import { ImageError } from '../errors.js';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes of a quota as Glance writes it, such as `500GB`; undefined for no limit (contract C16). */
export function quotaBytes(text: string): number | undefined {
  const [, digits, unit = 'B'] = /^(\d+)([A-Z]+)?$/.exec(text) ?? [];
  const bytes = Number(digits) * 1024 ** UNITS.indexOf(unit);
  return bytes > 0 ? bytes : undefined;
}

/** Most bytes of one upload, and the error that more of them are. */
export interface UploadLimit {
  bytes: number;
  /** @param size bytes that the data is known to have; undefined when it only turned out to be too much */
  error: (size?: number) => ImageError;
}

/** The nearer of two limits: what the owner may still store, and the most that one image may have. */
export function uploadLimit(remaining: number, cap: number): UploadLimit {
  return remaining < cap
    ? {
        bytes: remaining,
        error: (size) =>
          new ImageError('STORAGE_QUOTA_EXCEEDED', { remaining, size, cap, why: size && 'known' }),
      }
    : { bytes: cap, error: () => new ImageError('IMAGE_TOO_LARGE', { cap }) };
}
