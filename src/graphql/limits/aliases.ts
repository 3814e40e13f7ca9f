import { foldFields, type Operation } from './fold-fields.js';

/** Aliases of an operation; those in a fragment count each time it is spread. */
export function aliasesOf(operation: Operation): number {
  return foldFields(operation, {
    ofField: (field, below) => (field.alias ? 1 : 0) + below,
    together: (one, other) => one + other,
  });
}
