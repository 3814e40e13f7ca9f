import { foldFields, type Operation } from './fold-fields.js';

/** Counts the aliases of an operation. An alias in a fragment counts each time the fragment is spread. */
export function aliasesOf(operation: Operation): number {
  return foldFields(operation, {
    ofField: (field, below) => (field.alias ? 1 : 0) + below,
    together: (one, other) => one + other,
  });
}
