import type { ErrorParameters } from '../../image/errors.js';
import type { Wording } from './rest-error.js';

/** The place of a text: `E` explanation, `D` detail, `B` whole body (contract C5.1); empty for no text of its own. */
export type TextKind = 'E' | 'D' | 'B' | '';

export function wordingOf(kind: TextKind, text: string): Wording {
  return kind === 'E'
    ? { explanation: text }
    : kind === 'D'
      ? { detail: text }
      : kind === 'B'
        ? { body: text }
        : {};
}

/** Replaces each `{name}` in a text with the parameter of this name. */
export function fillIn(text: string, parameters: ErrorParameters): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name] ?? ''));
}

/** Adds the name of the column that an error is about to its parameters. */
export function withColumn(parameters: ErrorParameters): ErrorParameters {
  const column = COLUMNS.get(String(parameters.field)) ?? String(parameters.field ?? '');
  return { ...parameters, column, Key: titled(column), words: column.replaceAll('_', ' ') };
}

/** The fields whose column has another name. The field of an error may also be a property, with a name that the client chose. */
const COLUMNS = new Map([
  ['minDisk', 'min_disk'],
  ['minRam', 'min_ram'],
  ['virtualSize', 'virtual_size'],
  ['diskFormat', 'disk_format'],
  ['containerFormat', 'container_format'],
]);

/** Returns a text as Python's `title` does: each word begins with a capital. */
function titled(text: string): string {
  return text.toLowerCase().replace(/\p{L}+/gu, (word) => word[0].toUpperCase() + word.slice(1));
}
