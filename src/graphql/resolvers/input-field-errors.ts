import { ImageError } from '../../image/errors.js';

/** Adds `input.` to the field in an error of the domain, since the client has written the field below `input`. */
export async function withInputField<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof ImageError) || typeof error.parameters.field !== 'string') throw error;
    const parameters = { ...error.parameters, field: `input.${error.parameters.field}` };
    throw new ImageError(error.code, parameters, { cause: error.cause });
  }
}
