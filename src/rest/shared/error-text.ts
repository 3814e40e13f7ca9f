import type { ErrorParameters } from '../../image/errors.js';
import type { Said } from './rest-error.js';

/** `E` explanation, `D` detail, `B` the whole body (contract C5.1); empty where the standard sentence is all. */
export type Kind = 'E' | 'D' | 'B' | '';
export function said(kind: Kind, text: string): Said {
  return kind === 'E'
    ? { explanation: text }
    : kind === 'D'
      ? { detail: text }
      : kind === 'B'
        ? { body: text }
        : {};
}

export function filled(text: string, parameters: ErrorParameters): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name] ?? ''));
}

/** The parameters of an error, with the name of the column that it is about. */
export function withColumn(parameters: ErrorParameters): ErrorParameters {
  const column = COLUMNS.get(String(parameters.field)) ?? String(parameters.field ?? '');
  return { ...parameters, column, Key: titled(column), words: column.replaceAll('_', ' ') };
}

/** Fields whose column has another name; a field may also be a property, of any name that its sender chose. */
const COLUMNS = new Map([
  ['minDisk', 'min_disk'],
  ['minRam', 'min_ram'],
  ['virtualSize', 'virtual_size'],
  ['diskFormat', 'disk_format'],
  ['containerFormat', 'container_format'],
]);

/** As Python's `title`: every letter that follows no letter is a capital. */
function titled(text: string): string {
  return text.toLowerCase().replace(/\p{L}+/gu, (word) => word[0].toUpperCase() + word.slice(1));
}
