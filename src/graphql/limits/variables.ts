/** The highest nesting, deeper than any input of the schema. Code that walks values may recurse once for each level. */
const MOST_NESTING = 32;
/** The highest number of list elements and object fields together: more than in the largest filter or in hundreds of properties. */
const MOST_VALUES = 10_000;
/** The highest number of fields in one object: more than any input has, and more than the variables of a document. Each unknown field would be an error. */
const MOST_FIELDS = 500;
const LONGEST_NAME = 200;

/**
 * Checks the variables of an operation, and returns the problem as words that begin with "must"; undefined for good variables.
 * Walks without recursion, and stops at the first problem.
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

/** Returns true for lists and objects of JSON, and false for a file of a multipart request. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
