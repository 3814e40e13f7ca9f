import { texts } from '../texts/texts.js';
import type { Value } from './merge.js';

/** Returns the label and the value of a field as people read them. */
export function shownField(field: string, value: Value): { label: string; value: string } {
  return { label: texts.edit.fields[field] ?? field, value: shownValue(field, value) };
}

function shownValue(field: string, value: Value): string {
  if (typeof value === 'boolean') return value ? texts.yes : texts.no;
  if (value === undefined || value === '') return texts.none;
  if (field === 'visibility') return texts.visibilities[value] ?? value;
  return value;
}
