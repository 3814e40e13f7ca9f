import { badInput, type ImageError } from '../../image/errors.js';

export const MOST_TOKENS = 1000;
/** In characters. Comments, spaces and long names add no tokens, but take time to parse. */
const LONGEST_DOCUMENT = 100_000;
export const MOST_VALIDATION_ERRORS = 5;
export const MOST_COERCION_ERRORS = 10;

/** Returns the error for the text of a document that is too long; undefined for other values. */
export function documentError(query: unknown): ImageError | undefined {
  if (typeof query !== 'string' || query.length <= LONGEST_DOCUMENT) return undefined;
  return badInput(
    'query',
    `must not have more than ${LONGEST_DOCUMENT} characters; values go into variables`,
  );
}
