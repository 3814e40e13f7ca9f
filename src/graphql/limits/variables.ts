/** Deeper than any input of the schema can be; what walks through values may do so one level a call. */
const MOST_NESTING = 32;
/** Elements of lists and fields of objects together: more than the largest filter, or a few hundred properties, has. */
const MOST_VALUES = 10_000;
/** More than any input has, and than a document can declare variables: each one unknown would be an error of its own. */
const MOST_FIELDS = 500;
const LONGEST_NAME = 200;

/**
 * Says what is too much about the variables of an operation, in words that complete "must …"; undefined when
 * nothing is. Walks without recursion, and no further than it must.
 */
export function variablesProblem(variables: unknown): string | undefined {
  let level: unknown[] = [variables];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    const below: unknown[][] = [];
    for (const container of level.filter(isContainer)) {
      const own: unknown[] = Object.values(container);
      values += own.length;
      if (values > MOST_VALUES) return `must not hold more than ${MOST_VALUES} list elements and fields`;
      if (!Array.isArray(container)) {
        if (own.length > MOST_FIELDS) return `must not hold an object of more than ${MOST_FIELDS} fields`;
        if (Object.keys(container).some(({ length }) => length > LONGEST_NAME))
          return `must not hold a field whose name is longer than ${LONGEST_NAME} characters`;
      }
      below.push(own);
    }
    level = below.flat();
    if (depth > MOST_NESTING) return `must not be nested deeper than ${MOST_NESTING} levels`;
  }
  return undefined;
}

/** Plain lists and objects, as JSON has them; a file of a multipart request is none. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
