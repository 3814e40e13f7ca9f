import type { IncomingHttpHeaders } from 'node:http';
import type { ImageRow } from '../image/records/image-columns.js';
import type { ByteRange } from '../store/store.js';

/** Returns the entity tag of an image's data, which never changes; undefined if the record has no checksum. */
export function entityTag(image: ImageRow): string | undefined {
  return image.checksum ? `"${image.checksum}"` : undefined;
}

/** Returns true if the client has this data already (RFC 9110, If-None-Match). */
export function isUnchanged(headers: IncomingHttpHeaders, image: ImageRow): boolean {
  const tag = entityTag(image);
  const sent = headers['if-none-match'];
  if (!tag || sent === undefined) return false;
  return sent.trim() === '*' || sent.split(',').some((each) => each.trim().replace(/^W\//, '') === tag);
}

/**
 * Reads the Range header.
 *
 * @returns undefined for all of the data: without a range, for a malformed range, for several ranges, or if the condition
 *   in If-Range does not hold; `outside` for a range that begins after the end of the data
 */
export function requestedRange(
  headers: IncomingHttpHeaders,
  image: ImageRow,
  size: number,
): ByteRange | 'outside' | undefined {
  const { range } = headers;
  const condition = headers['if-range'];
  if (range === undefined) return undefined;
  if (condition !== undefined && condition !== entityTag(image)) return undefined;
  const [, first, last] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(range) ?? [];
  if (!first && !last) return undefined;
  if (!first) return within(size, size - Number(last), size - 1);
  if (last && Number(last) < Number(first)) return undefined;
  return within(size, Number(first), last ? Number(last) : size - 1);
}

/** Cuts a range to the data. Its end, and the start of a range counted from the end, may lie outside. */
function within(size: number, start: number, end: number): ByteRange | 'outside' {
  return start < size ? { start: Math.max(start, 0), end: Math.min(end, size - 1) } : 'outside';
}
