import type { Value } from '../../database/database.js';
import { badInput } from '../errors.js';

/** A requested page of a list, by the Relay cursor connections specification. */
export interface WantedPage {
  /** The number of rows from the start of the list, or after `after`; undefined or null for the configured default. */
  readonly first?: number | null;
  /** The cursor of a row: the page begins behind it. */
  readonly after?: string | null;
  /** The number of rows from the end of the list, or before `before`. Excludes `first`. */
  readonly last?: number | null;
  /** The cursor of a row: the page ends before it. */
  readonly before?: string | null;
}

export interface PageLimits {
  limitParamDefault: number;
  apiLimitMax: number;
}

/** The rows to read for a page. One row more than the page shows whether the list goes on. */
export interface PageWindow {
  size: number;
  /** True to read from the end of the list, and reverse the rows afterwards. */
  isBackward: boolean;
  after?: Value[];
  before?: Value[];
}

/** Whether the list goes on before and after a page. */
export interface PageSides {
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/**
 * @param decode reads a cursor; `field` is the name of its argument
 * @throws ImageError BAD_USER_INPUT, INVALID_CURSOR
 */
export function pageWindow(
  wanted: WantedPage,
  limits: PageLimits,
  decode: (cursor: string, field: string) => Value[],
): PageWindow {
  const { size, isBackward } = sizeOf(wanted, limits);
  const { after, before } = wanted;
  return {
    size,
    isBackward,
    after: isGiven(after) ? decode(after, 'after') : undefined,
    before: isGiven(before) ? decode(before, 'before') : undefined,
  };
}

/**
 * Returns the greatest number of rows that a page can have, before it is read. A page that will be refused counts as the
 * largest.
 *
 * @param wanted the arguments as the caller wrote them, of any type
 */
export function mostRows(wanted: { first?: unknown; last?: unknown }, limits: PageLimits): number {
  try {
    return sizeOf(wanted, limits).size;
  } catch {
    return limits.apiLimitMax;
  }
}

/** Returns the rows of the page in the order of the list, and whether the list goes on. */
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

/** Null means the same as undefined, by Relay's specification. */
function isGiven<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null;
}
