import type { Transaction } from '../database/database.js';
import { ImageError } from './errors.js';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** Bytes of a quota as Glance writes it, such as `500GB`; undefined for no limit (contract C16). */
export function quotaBytes(text: string): number | undefined {
  const [, digits, unit = 'B'] = /^(\d+)([A-Z]+)?$/.exec(text) ?? [];
  const bytes = Number(digits) * 1024 ** UNITS.indexOf(unit);
  return bytes > 0 ? bytes : undefined;
}

/** Bytes that an owner may still store, counting the size of an image once for each place it lies in. */
export async function remainingBytes(
  transaction: Transaction,
  owner: string | null,
  quota: number | undefined,
): Promise<number> {
  if (quota === undefined || owner === null) return Infinity;
  const owned = transaction.dialect.equalsExactly('i.owner', owner);
  const [row] = await transaction.read(
    'SELECT COALESCE(SUM(i.size), 0) AS used FROM images i JOIN image_locations l ON l.image_id = i.id ' +
      `WHERE ${owned.sql} AND i.deleted = 0 AND i.status NOT IN ('killed', 'deleted') AND l.deleted = 0`,
    owned.values,
  );
  return Math.max(0, quota - Number(row.used));
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
