import type { Value } from '../../database/database.js';
import { badInput } from '../errors.js';

/** Which part of a list is wanted, as the Relay cursor connections specification has it. */
export interface WantedPage {
  /** Rows from the start of the list, or after `after`; undefined or null means the configured default. */
  readonly first?: number | null;
  /** Cursor of a row: the page begins behind it. */
  readonly after?: string | null;
  /** Rows from the end of the list, or before `before`. Excludes `first`. */
  readonly last?: number | null;
  /** Cursor of a row: the page ends before it. */
  readonly before?: string | null;
}

export interface PageLimits {
  limitParamDefault: number;
  apiLimitMax: number;
}

/** How a page is read: one row more than it shows tells whether the list goes on. */
export interface PageWindow {
  size: number;
  /** Read from the end of the list, and turned round afterwards. */
  isBackward: boolean;
  after?: Value[];
  before?: Value[];
}

/** What is known of a page once it has been read. */
export interface PageSides {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/**
 * @param decode reads a cursor; `field` is the argument that holds it
 * @throws ImageError BAD_USER_INPUT, INVALID_CURSOR
 */
export function pageWindow(
  wanted: WantedPage,
  limits: PageLimits,
  decode: (cursor: string, field: string) => Value[],
): PageWindow {
  const { after, before } = wanted;
  return {
    ...sizeOf(wanted, limits),
    after: isGiven(after) ? decode(after, 'after') : undefined,
    before: isGiven(before) ? decode(before, 'before') : undefined,
  };
}

/**
 * Returns the most rows that a page can have, before it is read. A page that will be refused counts as the largest.
 *
 * @param wanted as a caller wrote it, of any type
 */
export function mostRows(wanted: { first?: unknown; last?: unknown }, limits: PageLimits): number {
  try {
    return sizeOf(wanted, limits).size;
  } catch {
    return limits.apiLimitMax;
  }
}

/** The rows of the page in the order of the list, and what lies on its two sides. */
export function shownPage<R>(window: PageWindow, read: readonly R[]): PageSides & { rows: R[] } {
  const rows = read.slice(0, window.size);
  const goesOn = read.length > window.size;
  if (!window.isBackward) {
    return { rows, hasNextPage: goesOn, hasPreviousPage: window.after !== undefined };
  }
  return { rows: rows.reverse(), hasNextPage: window.before !== undefined, hasPreviousPage: goesOn };
}

function sizeOf(
  { first, last }: { first?: unknown; last?: unknown },
  limits: PageLimits,
): Pick<PageWindow, 'size' | 'isBackward'> {
  if (!isGiven(last)) return { size: pageSize('first', first, limits), isBackward: false };
  if (isGiven(first)) throw badInput('last', 'excludes first');
  return { size: pageSize('last', last, limits), isBackward: true };
}

function pageSize(field: string, size: unknown, limits: PageLimits): number {
  if (!isGiven(size)) return Math.min(limits.limitParamDefault, limits.apiLimitMax);
  if (typeof size === 'number' && size >= 0 && size <= limits.apiLimitMax) return size;
  throw badInput(field, `must be a number from 0 to ${limits.apiLimitMax}`);
}

/** Null means the same as undefined, as in Relay's specification. */
function isGiven<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null;
}
