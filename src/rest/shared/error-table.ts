import { Unauthenticated } from '../../identity/caller.js';
import { ERRORS, ImageError, type ErrorParameters } from '../../image/errors.js';
import { Fault } from './rest-error.js';

/** Lines of a face's table of texts, by the code of an error, or the code, a colon and what distinguishes it. */
export type Lines<Line> = Readonly<Record<string, Line>>;

/**
 * The answer of a face to a failure of the domain.
 *
 * @param tables where the line is looked for, the nearest first
 * @param variantOf what distinguishes errors of one code
 * @returns undefined for a failure that nobody foresaw
 */
export function foreseen<Line>(
  error: unknown,
  tables: readonly Lines<Line>[],
  variantOf: (parameters: ErrorParameters) => unknown,
  answer: (line: Line, parameters: ErrorParameters) => Fault,
): Fault | undefined {
  if (error instanceof Fault) return error;
  if (error instanceof Unauthenticated)
    return new Fault(401, { detail: error.reason }, { challenge: error.challenge });
  if (!(error instanceof ImageError)) return undefined;
  const { code, parameters } = error;
  const names = [`${code}:${String(variantOf(parameters))}`, code];
  const line = names.flatMap((name) => tables.map((table) => table[name])).find(Boolean);
  return line ? answer(line, parameters) : new Fault(ERRORS[code].status, { explanation: error.message });
}

/** Waits for the domain, and throws its failures as the faults that they are. */
export async function asFaults<T>(
  work: Promise<T>,
  faultOf: (error: unknown) => Fault | undefined,
): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw faultOf(error) ?? error;
  }
}
