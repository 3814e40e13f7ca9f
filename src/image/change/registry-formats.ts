import type { ValueFault } from '../records/column-check.js';
import { ImageError } from '../errors.js';
import { doAgree, type Formats } from '../formats.js';

/** What the text of 2011 asks of a record beside its status. */
export interface RecordFormats {
  diskFormat?: string | null;
  containerFormat?: string | null;
}

/**
 * Refuses a record as the registry's text of 2011 does: both formats are said and known, and when either is one of
 * Amazon's (aki, ari, ami) both are the same (contract C27).
 *
 * @throws ImageError BAD_USER_INPUT with the parameter `fault`
 */
export function requireRegistryFormats(
  { diskFormat, containerFormat }: RecordFormats,
  formats: Formats,
): void {
  requireFormat('diskFormat', diskFormat, formats.disk);
  requireFormat('containerFormat', containerFormat, formats.container);
  if (doAgree({ diskFormat, containerFormat })) return;
  throw refusal(
    'formatsDiffer',
    'containerFormat',
    'must equal the disk format when either is aki, ari or ami',
  );
}

function requireFormat(
  field: keyof RecordFormats,
  format: string | null | undefined,
  known: readonly string[],
): void {
  if (!format) throw refusal('formatMissing', field, 'must be given');
  if (known.includes(format)) return;
  throw refusal('format', field, `must be one of ${known.join(', ')}`, format);
}

function refusal(fault: ValueFault, field: string, problem: string, value?: string): ImageError {
  return new ImageError('BAD_USER_INPUT', { field, problem, constraints: [problem], fault, value });
}
