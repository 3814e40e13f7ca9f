import { foldFields, type Operation } from './fold-fields.js';

/** Counts the levels of nested fields, also in fragments. Introspection counts as one level. */
export function depthOf(operation: Operation): number {
  return foldFields(operation, {
    ofField: (_, below) => 1 + below,
    together: (one, other) => Math.max(one, other),
  });
}
