/** Deeper than any input of the schema can be; what walks through values may do so one level a call. */
export const MOST_NESTING = 32;

/** True when lists and objects lie in each other deeper than so many levels. Walks without recursion. */
export function isNestedDeeper(root: unknown, levels: number): boolean {
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    level = level.filter(isContainer).flatMap((value) => Object.values(value));
    if (depth > levels) return true;
  }
  return false;
}

/** Plain lists and objects, as JSON has them; a file of a multipart request is none. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
