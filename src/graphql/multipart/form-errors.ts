import { badInput, ImageError } from '../../image/errors.js';

/** The highest number of characters of a path or name in an error. */
const SHOWN = 100;

export const ORDER = 'a form has `operations`, then `map`, then the file';

/** The place of an error in a form. */
export interface FormPlace {
  /** The part that the gateway reads now, or expects next. */
  part: string;
  /** The file that `map` names. */
  file?: string;
}

/** Returns our error for an error of graphql-upload, of the form parser, or of the temporary file. */
export function formError(error: unknown, { part, file }: FormPlace): Error {
  if (error instanceof ImageError) return error;
  if (isSystemError(error)) {
    const isFull = error.code === 'ENOSPC' || error.code === 'EDQUOT';
    return new ImageError(isFull ? 'STORE_FULL' : 'STORE_UNAVAILABLE', {}, { cause: error });
  }
  const { status, message } = error as Error & { status?: number };
  if (status !== 400)
    return badInput(cut(part), `the form breaks off, or is malformed, in this part (${message})`);
  if (file === undefined) return badInput(part, `is missing; ${ORDER}`);
  return badInput('map', `names the file ${quoted(file)}, which the form does not have`);
}

export function partTooLarge(part: string, maximum: number): ImageError {
  return new ImageError('BODY_TOO_LARGE', {
    maximum,
    field: cut(part),
    why: ` The limit holds for the part ${quoted(part)}.`,
  });
}

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

/** Shortens a client's name or path for an error. */
export function cut(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

/** Shortens a client's name or path for an error, and adds quotation marks. */
export function quoted(text: string): string {
  return JSON.stringify(cut(text));
}
