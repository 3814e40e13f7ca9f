import type { ValueFault } from '../records/column-check.js';
import { ImageError } from '../errors.js';
import { doAgree, type FormatChoice, type Formats } from '../formats.js';

/**
 * Refuses a record that the registry's text of 2011 refuses: it must have both formats, and know them; when either is one
 * of Amazon's (aki, ari, ami), both must be the same (contract C27).
 *
 * @throws ImageError BAD_USER_INPUT with the parameter `fault`
 */
export function requireRegistryFormats(record: FormatChoice, formats: Formats): void {
  requireFormat('diskFormat', record.diskFormat, formats.disk);
  requireFormat('containerFormat', record.containerFormat, formats.container);
  if (doAgree(record)) return;
  throw badFormat(
    'formatsDiffer',
    'containerFormat',
    'must equal the disk format when either is aki, ari or ami',
  );
}

function requireFormat(
  field: keyof FormatChoice,
  format: string | null | undefined,
  known: readonly string[],
): void {
  if (!format) throw badFormat('formatMissing', field, 'must be given');
  if (known.includes(format)) return;
  throw badFormat('format', field, `must be one of ${known.join(', ')}`, format);
}

function badFormat(fault: ValueFault, field: string, problem: string, value?: string): ImageError {
  return new ImageError('BAD_USER_INPUT', { field, problem, constraints: [problem], fault, value });
}
