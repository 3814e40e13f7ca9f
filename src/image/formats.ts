import { badInput, ImageError } from './errors.js';

/** The formats that may be chosen here. */
export interface Formats {
  readonly disk: readonly string[];
  readonly container: readonly string[];
}

/** What a caller says of the formats: absent fields are undefined, cleared ones null. */
export interface FormatChoice {
  diskFormat?: string | null;
  containerFormat?: string | null;
}

const AMAZON = ['aki', 'ari', 'ami'];

/**
 * Checks a choice of formats and completes it by the Amazon rule: of `aki`, `ari` and `ami` the format
 * not chosen becomes the same, and two different ones are refused, as is one beside a format that is
 * cleared (contract C8.3 to C8.5).
 *
 * @throws ImageError BAD_USER_INPUT, FORMATS_DIFFER
 */
export function chosenFormats(choice: FormatChoice, allowed: Formats): FormatChoice {
  refuseUnknown('diskFormat', choice.diskFormat, allowed.disk);
  refuseUnknown('containerFormat', choice.containerFormat, allowed.container);
  const { diskFormat, containerFormat } = choice;
  const amazon = [diskFormat, containerFormat].find(isAmazons);
  if (!amazon) return choice;
  const isOne = [diskFormat, containerFormat].every((format) => format === undefined || format === amazon);
  if (!isOne) throw new ImageError('FORMATS_DIFFER', { field: 'containerFormat' });
  return { diskFormat: amazon, containerFormat: amazon };
}

/**
 * Data can only be used by those who know its formats (contract C9.7). They may have been chosen one by
 * one, so whether they go together is looked at again.
 *
 * @throws ImageError FORMATS_REQUIRED naming the first format that is not set; FORMATS_DIFFER
 */
export function requireFormats(image: FormatChoice): void {
  for (const field of ['diskFormat', 'containerFormat'] as const) {
    if (!image[field]) throw new ImageError('FORMATS_REQUIRED', { field });
  }
  const { diskFormat, containerFormat } = image;
  if (diskFormat !== containerFormat && [diskFormat, containerFormat].some(isAmazons)) {
    throw new ImageError('FORMATS_DIFFER');
  }
}

/** True for a format whose disk and container are one. */
export function isAmazons(format: string | null | undefined): boolean {
  return AMAZON.includes(format ?? '');
}

function refuseUnknown(field: string, format: string | null | undefined, allowed: readonly string[]): void {
  if (format === undefined || format === null || allowed.includes(format)) return;
  throw badInput(field, `must be one of ${allowed.join(', ')}`);
}
