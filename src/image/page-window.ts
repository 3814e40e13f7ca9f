import type { Value } from '../database/database.js';
import { badInput } from './errors.js';

/** Which part of a list is wanted, as the Relay cursor connections specification has it. */
export interface WantedPage {
  /** Rows from the start of the list, or after `after`; undefined for the configured default. */
  readonly first?: number;
  /** Cursor of a row: the page begins behind it. */
  readonly after?: string;
  /** Rows from the end of the list, or before `before`. Excludes `first`. */
  readonly last?: number;
  /** Cursor of a row: the page ends before it. */
  readonly before?: string;
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
  const { first, last, after, before } = wanted;
  if (first !== undefined && last !== undefined) throw badInput('last', 'excludes first');
  return {
    size: last === undefined ? pageSize('first', first, limits) : pageSize('last', last, limits),
    isBackward: last !== undefined,
    after: after === undefined ? undefined : decode(after, 'after'),
    before: before === undefined ? undefined : decode(before, 'before'),
  };
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

function pageSize(field: string, size: number | undefined, limits: PageLimits): number {
  if (size === undefined) return Math.min(limits.limitParamDefault, limits.apiLimitMax);
  if (size >= 0 && size <= limits.apiLimitMax) return size;
  throw badInput(field, `must be a number from 0 to ${limits.apiLimitMax}`);
}
