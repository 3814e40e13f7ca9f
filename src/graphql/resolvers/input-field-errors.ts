import { ImageError } from '../../image/errors.js';

/** Errors of the domain name the field of an image; the caller has written that field below `input`. */
export async function namedInInput<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof ImageError) || typeof error.parameters.field !== 'string') throw error;
    const parameters = { ...error.parameters, field: `input.${error.parameters.field}` };
    throw new ImageError(error.code, parameters, { cause: error.cause });
  }
}
