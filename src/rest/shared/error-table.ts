import { Unauthenticated } from '../../identity/caller.js';
import { ERRORS, ImageError, type ErrorParameters } from '../../image/errors.js';
import { RestError } from './rest-error.js';

/** A face's texts for errors of the domain. The key is an error's code, or its code, a colon and its variant. */
export type Lines<Line> = Readonly<Record<string, Line>>;

/**
 * Returns a face's error for an error of the domain.
 *
 * @param tables the tables to search, in this order
 * @param variantOf returns what distinguishes errors of one code
 * @param create makes the error from the line that was found
 * @returns undefined for an unexpected error
 */
export function restErrorFor<Line>(
  error: unknown,
  tables: readonly Lines<Line>[],
  variantOf: (parameters: ErrorParameters) => unknown,
  create: (line: Line, parameters: ErrorParameters) => RestError,
): RestError | undefined {
  if (error instanceof RestError) return error;
  if (error instanceof Unauthenticated)
    return new RestError(401, { detail: error.reason }, { challenge: error.challenge });
  if (!(error instanceof ImageError)) return undefined;
  const { code, parameters } = error;
  const names = [`${code}:${String(variantOf(parameters))}`, code];
  const line = names.flatMap((name) => tables.map((table) => table[name])).find(Boolean);
  return line ? create(line, parameters) : new RestError(ERRORS[code].status, { explanation: error.message });
}

/** Waits for the domain's work, and throws the face's error in place of the domain's. */
export async function translateErrors<T>(
  work: Promise<T>,
  errorOf: (error: unknown) => RestError | undefined,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw errorOf(error) ?? error;
  }
}
