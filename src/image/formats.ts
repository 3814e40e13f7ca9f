import { badInput, ImageError } from './errors.js';

/** The formats that the gateway accepts. */
export interface Formats {
  readonly disk: readonly string[];
  readonly container: readonly string[];
}

/** The formats in a request: an absent one is undefined, a cleared one null. */
export interface FormatChoice {
  diskFormat?: string | null;
  containerFormat?: string | null;
}

const AMAZON = ['aki', 'ari', 'ami'];

/**
 * Checks a choice of formats and completes it: when one format is `aki`, `ari` or `ami`, the other becomes the same.
 * Refuses an Amazon format beside a different format, or beside a format that is cleared (contract C8.3 to C8.5).
 *
 * @throws ImageError BAD_USER_INPUT, FORMATS_DIFFER
 */
export function chosenFormats(choice: FormatChoice, allowed: Formats): FormatChoice {
  requireKnown('diskFormat', choice.diskFormat, allowed.disk);
  requireKnown('containerFormat', choice.containerFormat, allowed.container);
  const amazon = [choice.diskFormat, choice.containerFormat].find(isAmazons);
  if (!amazon) return choice;
  const { diskFormat = amazon, containerFormat = amazon } = choice;
  requireAgreement({ diskFormat, containerFormat });
  return { diskFormat, containerFormat };
}

/**
 * Refuses an image without formats: nobody could use its data (contract C9.7). Two requests may have set the two
 * formats, so this checks again that they go together.
 *
 * @throws ImageError FORMATS_REQUIRED naming the first format that is not set; FORMATS_DIFFER
 */
export function requireFormats(image: FormatChoice): void {
  for (const field of ['diskFormat', 'containerFormat'] as const) {
    if (!image[field]) throw new ImageError('FORMATS_REQUIRED', { field });
  }
  requireAgreement(image);
}

/** Returns true for formats that go together: when either is `aki`, `ari` or `ami`, both are the same. */
export function doAgree({ diskFormat, containerFormat }: FormatChoice): boolean {
  return diskFormat === containerFormat || ![diskFormat, containerFormat].some(isAmazons);
}

function requireAgreement(formats: FormatChoice): void {
  if (!doAgree(formats)) throw new ImageError('FORMATS_DIFFER', { field: 'containerFormat' });
}

function isAmazons(format: string | null | undefined): boolean {
  return AMAZON.includes(format ?? '');
}

function requireKnown(field: string, format: string | null | undefined, allowed: readonly string[]): void {
  if (format === undefined || format === null || allowed.includes(format)) return;
  throw badInput(field, `must be one of ${allowed.join(', ')}`);
}
