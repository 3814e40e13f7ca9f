import type { IncomingHttpHeaders } from 'node:http';
import type { ImageRow } from '../image/records/image-columns.js';
import type { ByteRange } from '../store/store.js';

/** The tag of an image's data, which never changes once it is there; undefined where no digest is known. */
export function entityTag(image: ImageRow): string | undefined {
  return image.checksum ? `"${image.checksum}"` : undefined;
}

/** True when the client says that it has this very data already (RFC 9110, If-None-Match). */
export function isUnchanged(headers: IncomingHttpHeaders, image: ImageRow): boolean {
  const tag = entityTag(image);
  const sent = headers['if-none-match'];
  if (!tag || sent === undefined) return false;
  return sent.trim() === '*' || sent.split(',').some((each) => each.trim().replace(/^W\//, '') === tag);
}

/**
 * The one range that is asked for. Undefined means all of the data: no range, one that is not well formed,
 * several at once, or a condition (If-Range) that does not hold.
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

/** The part of a range that the data has: its end, and the start of one counted from the end, may lie beyond. */
function within(size: number, start: number, end: number): ByteRange | 'outside' {
  return start < size ? { start: Math.max(start, 0), end: Math.min(end, size - 1) } : 'outside';
}
