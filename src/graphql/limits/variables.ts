/** Deeper than any input of the schema. Code that walks through values may recurse once for each level. */
const MOST_NESTING = 32;
/** List elements and object fields together: more than the largest filter or a few hundred properties have. */
const MOST_VALUES = 10_000;
/** More fields than any input has, and more variables than a document can declare. Each unknown one would be an error. */
const MOST_FIELDS = 500;
const LONGEST_NAME = 200;

/**
 * Returns the limit that the variables of an operation exceed, in words that complete "must …"; undefined when they
 * exceed none. Walks without recursion, and stops at the first fault.
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

/** True for plain lists and objects, as JSON has them; false for a file of a multipart request. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
